from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.content import content_of, text_of
from agents.fences import FenceExtractor, code_blocks
from agents.labels import Reading
from bot.domain import Attachment

ONE = ("python", "print(1)\n")


def found(text: str, reading: Reading = Reading.CONTENT) -> list[tuple[str, str]]:
    return [(block.language, block.code.strip() + "\n") for block in code_blocks(text, reading)]


@pytest.mark.parametrize(
    "text",
    [
        "```py\nprint(1)\n```",
        "```\nprint(1)\n```",
        "```python print(1)```",
        "Run ```print(1)``` now",
        "```sh\nprint(1)\n```",
        "```python\nprint(1)",
        "```python\nprint(1)\n\nThis program prints one.\nTERMINATE",
        "```python\nprint(1)\n```\nOutput:\n```\n1\n```",
        "```python\nprint(1)\n\nOutput:\n1\n```",
        "```python\nprint(1)\n```\n```python\n1\n```",
        "```python\nprint(1)\n```\n```python\n2 3 5 7\n```",
        '```python\nprint(1)\n```\n```json\n{"a": 1}\n```',
        "```python\nprint(1)```",
        "```python\nprint(1)```\nThat is all.",
        "```one.py\nprint(1)\n```",
        "```code\nprint(1)\n```",
        "'''python\nprint(1)\n'''",
        "print(1)",
        "print(1)\n\nTERMINATE",
        "python\nprint(1)",
        "```python\n# filename: one.py\nprint(1)\n```\nRun it:\n```sh\npython3 one.py\n```".replace(
            "# filename: one.py\n", ""
        ),
    ],
)
def test_program_is_found_whatever_its_fence_says(text: str) -> None:
    assert found(text) == [ONE]


@pytest.mark.parametrize(
    "code", ["ls -l", "pip install rich", "cd /tmp && ls", 'echo "hello"', "python3 a.py\nls", "cat a.txt | wc -l"]
)
def test_commands_labelled_python_are_shell(code: str) -> None:
    assert found(f"```python\n{code}\n```") == [("sh", f"{code}\n")]


@pytest.mark.parametrize(
    "code", ['{"name": "x", "ok": true}', "[1, 2, 3]", "'text'", "2, 3\n5, 7", "{'a': (1, 2)}", "42"]
)
def test_data_labelled_python_is_not_run(code: str) -> None:
    assert found(f"```python\n{code}\n```") == []


@pytest.mark.parametrize(
    "code", ["print(1", "x = 1", "for n in 1:", "import x y", "env = 1", "sort(", "head = 'a'\nprint head"]
)
def test_python_with_an_error_stays_python_so_that_its_error_is_read(code: str) -> None:
    assert found(f"```python\n{code}\n```") == [("python", f"{code}\n")]


def test_program_that_begins_behind_its_label_keeps_its_first_line() -> None:
    assert found("```python import math\nprint(math.pi)\n```") == [("python", "import math\nprint(math.pi)\n")]


def test_glued_end_of_a_fence_does_not_swallow_the_next_block() -> None:
    assert found("```python\nprint(1)```\nThen:\n```sh\nls\n```") == [ONE, ("sh", "ls\n")]


def test_several_blocks_keep_a_language_each() -> None:
    text = "```python\nls\n```\n```bash\nprint(1)\n```\n```json\n{}\n```\n```\npip install x\n```"

    assert [language for language, _ in found(text)] == ["sh", "python", "sh"]


def test_command_that_starts_a_file_that_is_written_is_run() -> None:
    text = "```python\nopen('one.py', 'w').write('print(1)')\n```\n```sh\npython3 one.py\n```"

    assert [language for language, _ in found(text)] == ["python", "sh"]
    assert found("```sh\npython3 one.py\n```") == [("sh", "python3 one.py\n")]


@pytest.mark.parametrize(
    "text",
    [
        "Hello, this is fine.",
        "TERMINATE",
        "42",
        "2 + 2",
        "x",
        "你好",
        "The function print(1) prints one.",
        "exitcode: 0 (execution succeeded)\nCode output: 1",
        "````markdown\n```python\nprint(1)\n```\n````",
        "```javascript\nconsole.log(1)\n```",
    ],
)
def test_words_without_a_program_hold_none(text: str) -> None:
    assert found(text) == []


def test_labels_alone_count_where_a_team_says_so() -> None:
    text = "```sh\nprint(1)\n```\n```\nprint(2)\n```\n```py\nprint(3)\n```"

    assert found(text, Reading.LABELS) == [("sh", "print(1)\n"), ("python", "print(3)\n")]
    assert FenceExtractor(Reading.LABELS).extract_code_blocks("```\nprint(2)\n```") == []


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ('```python\n{"a": true}\n```', [("python", '{"a": true}\n')]),
        ("```python\nls -l\n```", [("python", "ls -l\n")]),
        ("```python\nprint(1)```", [("python", "print(1)```\n")]),
        ("```code\nprint(1)\n```", []),
        ("print(1)", []),
        ("```sh\nprint(1)\n```", [ONE]),
    ],
)
def test_runs_that_began_before_read_code_as_they_did(text: str, before: list[tuple[str, str]]) -> None:
    assert found(text, Reading.FORMER) == before


programs = st.lists(
    st.sampled_from(
        [
            "import math",
            "x = 3",
            "print('a b')",
            "for n in range(2):\n    print(n)",
            "# a note",
            "def f():\n    return 1",
            "",
        ]
    ),
    min_size=1,
)


@given(programs, st.sampled_from(["python", "py", "Python"]), st.text(alphabet="ab .\n", max_size=20))
def test_program_of_a_strong_model_is_found_as_it_stands(lines: list[str], label: str, words: str) -> None:
    code = "\n".join([*lines, "print(1)"]) + "\n"

    blocks = code_blocks(f"{words}\n\n```{label}\n{code}```\n\n{words}")

    assert [(block.language, block.code) for block in blocks] == [("python", code)]


@given(st.text(alphabet="`~ \n\tpython>$#ab(1)\r'=:", max_size=80))
def test_any_text_can_be_read_whatever_its_fences(text: str) -> None:
    assert all(block.code.strip() for block in code_blocks(text))


README = b"""\
# Clean up
```sh
rm -rf data
```
> ```python
> import os
> ```

Run ```print(1)``` or:

    ```sh
    ls
"""


@pytest.mark.parametrize("reading", [Reading.CONTENT, Reading.LABELS])
def test_file_that_a_person_attaches_is_quoted_and_never_run(reading: Reading) -> None:
    readme = Attachment(name="README.md", media_type="text/markdown", data=README)

    asked = text_of(content_of("What does this say?", [readme], sees_images=False))

    assert "rm -rf data" in asked
    assert found(asked, reading) == []


@pytest.mark.parametrize("quoted", ["> ```sh\n> ls\n> ```", "- > ```sh\n  > ls\n  > ```", "> > ```sh\n> > ls\n> > ```"])
def test_what_is_quoted_is_left_out_and_what_stands_beside_it_is_run(quoted: str) -> None:
    assert found(f"You wrote:\n\n{quoted}\n\nRather:\n\n```python\nprint(1)\n```") == [ONE]


def test_quoted_line_with_a_glued_end_opens_no_fence_behind_the_quotation() -> None:
    assert found("```python\nprint(1)```\n\n> You wrote a```\nimport os\n\nos.remove('a')") == [ONE]


def test_runs_that_began_before_run_what_is_quoted_as_they_did() -> None:
    assert found("> ```sh\n> ls\n> ```", Reading.FORMER) == [("sh", "ls\n")]


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.rename('a', 'b')\n# Result: renamed\nif check(:\n    os.rename('b', 'a')",
        "import os\nos.rename('a', 'b')\nResult: renamed\nif check(:\n    os.rename('b', 'a')",
        "import os\nos.rename('a', 'b')\nOutput:\nos.rename('b' 'a'",
        "import os\nos.rename('a', 'b')\nresult: int = done(",
        "import os\nos.rename('a', 'b')\n\"\"\"\nOutput:",
    ],
)
@pytest.mark.parametrize("end", ["\n```", ""])
def test_program_with_an_error_is_never_run_in_part(code: str, end: str) -> None:
    assert found(f"```python\n{code}{end}") == [("python", f"{code}\n")]


def test_program_whose_fence_has_no_end_is_not_cut_at_a_comment_before_more_code() -> None:
    code = "import os\nos.rename('a', 'b')\n# Then back\nif check(:\n    os.rename('b', 'a')"

    assert found(f"```python\n{code}") == [("python", f"{code}\n")]


def test_triple_quotes_are_a_fence_only_where_they_are_the_whole_text() -> None:
    assert found("Never run this:\n'''python\nprint(1)\n'''") == []
    assert found("'''python\nprint(1)\n'''\nor\n'''sh\nls\n'''") == []
    assert found("'''python\nprint(1)\n'''\n\nTERMINATE") == [ONE]
