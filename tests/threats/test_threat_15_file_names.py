from __future__ import annotations

import os
import unicodedata

import pytest
from autogen.coding.base import CodeBlock

from adapters.chat.files.attachments import clean_name
from agents.content import inputs_of
from agents.sandbox.collect import shown
from agents.sandbox.executor import SandboxExecutor
from bot.domain import Attachment

HOSTILE = [
    "../../../etc/passwd", "/etc/cron.d/x", "..\\..\\boot.ini", "C:\\Windows\\system32", "a/../../b", "....//x",
    "step-000.py", "step-001.sh", "sub/step-000.py", "-rf", "--help", "~", "~/.ssh/id_rsa", ".bashrc", ".", "..", "",
    " ", "\t", "a\nb", "a\rb", "a\0b", "\x1b[31mred.txt", "photo\u202egnp.exe", "a\u2066b\u2069.txt", "\u200b.py",
    "e\u0301.txt", "\ufeffbom.csv", "x" * 300, "x" * 300 + ".py", "质" * 200 + ".csv", "\U0001f600" * 90 + ".png",
    "con", "nul.txt", "a:b", "a|b", "a;rm -rf .", "$(id)", "`id`", "'; drop table runs; --", "<!channel>", "@everyone",
    "<script>", "%2e%2e%2f", "file.tar.gz", "\ud800.txt",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_hostile_name_is_harmless_where_people_see_it(name: str) -> None:
    for cleaned in (clean_name(name), shown(os.fsdecode(name.replace("\0", "").encode("utf-8", "surrogatepass")))):
        assert 0 < len(cleaned) <= 80
        assert unicodedata.normalize("NFC", cleaned) == cleaned
        assert all(unicodedata.category(char)[0] != "C" for char in cleaned)
    assert "/" not in clean_name(name)


async def test_every_attached_file_is_in_the_box_under_a_name_that_leads_nowhere() -> None:
    given = [Attachment(name=name, media_type="text/plain", data=b"x") for name in HOSTILE]
    files = inputs_of(given)
    code = "import os\nprint(sum(len(f) for _, _, f in os.walk('.')))\nprint(open(__file__).read().count('walk'))"

    ran = await SandboxExecutor().run_blocks([CodeBlock(language="python", code=code)], inputs=files)

    assert len(files) == len(given)
    # All of them, and the script itself, which none of them replaced.
    assert ran.output == f"{len(given) + 1}\n2\n"
    assert ran.files == ()


async def test_hints_of_blocks_name_no_file() -> None:
    blocks = [
        CodeBlock(language="python", code=f"# filename: {hint}\nimport os\nprint(sorted(os.listdir('.')))")
        for hint in ("../x.py", "a/b/c.py", "x" * 300 + ".py", "/etc/passwd")
    ]

    ran = await SandboxExecutor().run_blocks(blocks)

    names = [f"step-{number:03}.py" for number in range(4)]
    assert (ran.exit_code, ran.output) == (0, f"{names}\n" * 4)
