from __future__ import annotations

import ast
import resource
from pathlib import Path

import pytest
from autogen.coding.base import CodeBlock

from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.limits import Limits
from agents.sandbox.result import CodeRun
from tests.abuse.host import processes

PROJECT = Path(__file__).resolve().parents[2]
TOKENS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN", "THREADFAST_OPENAI_API_KEY", "THREADFAST_SECRET_KEY")


async def run(code: str, language: str = "python", limits: Limits | None = None) -> CodeRun:
    return await SandboxExecutor(limits).run_blocks([CodeBlock(language=language, code=code)])


def test_no_module_of_ours_uses_the_librarys_own_executors() -> None:
    names = {"LocalCommandLineCodeExecutor", "DockerCommandLineCodeExecutor", "execute_code"}
    used = {
        (str(path.relative_to(PROJECT)), node.id)
        for folder in ("bot", "adapters", "agents")
        for path in (PROJECT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Name) and node.id in names
    }

    assert used == set()


@pytest.mark.parametrize("language", ["python", "sh"])
async def test_tokens_are_not_in_the_codes_environment(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    for name in TOKENS:
        monkeypatch.setenv(name, "canary-of-a-token")

    ran = await run(
        "import os\nprint(dict(os.environ))" if language == "python" else "env; cat /proc/*/environ", language
    )

    assert ran.output
    assert "canary" not in ran.output
    assert not any(name in ran.output for name in TOKENS)


async def test_time_out_ends_children_too() -> None:
    ran = await run("setsid sleep 7761 & sleep 7761 & sleep 7761", "sh", Limits(wall=1))

    assert ran.why == "stopped after 1 s"
    assert processes("sleep\x007761") == []


async def test_two_hundred_megabytes_of_output_do_not_hang() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    ran = await run(
        "import sys\nfor _ in range(200): sys.stdout.write('x' * 1_000_000); sys.stderr.write('y' * 1_000_000)"
    )

    assert ran.why == "stopped: more than 8 MiB of output"
    assert len(ran.output) < 300_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


@pytest.mark.parametrize("hint", ["a/b/c.py", "../up.py", "x" * 300 + ".py", "/tmp/abs.py", "a b.py", "-x.py"])
async def test_hint_of_a_file_name_raises_nothing_and_names_nothing(hint: str) -> None:
    ran = await run(f"# filename: {hint}\nprint(__file__)")

    assert (ran.exit_code, ran.output) == (0, "/box/step-000.py\n")
