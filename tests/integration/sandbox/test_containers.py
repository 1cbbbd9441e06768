from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from autogen.coding.base import CodeBlock

from agents.sandbox.bubblewrap import system
from agents.sandbox.container import runtime as container
from agents.sandbox.container.box import Contained
from agents.sandbox.container.runtime import sweep
from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.limits import MIB, Limits
from agents.sandbox.sandbox import MEND_CONTAINER, Sandbox, Wanted
from agents.sandbox.work import BoxNotMadeError, Ended, Stop, Work
from bot.errors import SandboxUnavailableError
from tests.integration.sandbox import runtime as scripted
from tests.integration.sandbox.boxes import processes, wait_for

PROJECT = Path(__file__).resolve().parents[3]
IMAGE = "python:3"


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    if not Path("/usr/bin/python3").exists():
        pytest.skip("the scripted runtime's boxes need the system's Python")
    found = next(system.bubblewraps())
    program = tmp_path / "runtime"
    shutil.copy(scripted.__file__, program)
    text = program.read_text("utf-8")
    program.write_text(text.replace("#!/usr/bin/env python3", f"#!{sys.executable}", 1), "utf-8")
    program.chmod(0o755)
    (tmp_path / "bwrap").write_text(str(found.path))
    (tmp_path / "libraries").write_text(str(found.libraries or ""))
    return program


def run(runtime: Path, code: str, limits: Limits | None = None, inputs: dict[str, bytes] | None = None) -> Ended:
    made = Contained(container.Container(runtime=runtime, image=IMAGE))
    work = Work(commands="python3 step-000.py", scripts={"step-000.py": code.encode()}, inputs=inputs or {})
    with contextlib.closing(Stop()) as stop:
        return made.run(limits or Limits(wall=30), work, stop)


def calls(runtime: Path) -> list[list[str]]:
    return [json.loads(line) for line in runtime.with_name("calls").read_text().splitlines()]


def test_container_is_proven_by_the_same_trial(runtime: Path) -> None:
    proof = Sandbox(Wanted(image=IMAGE, runtime=str(runtime))).prove()

    assert (proof.ok, proof.tier) == (True, "container (runtime)"), proof
    assert proof.python.startswith("3.")


def test_code_runs_with_its_files_and_its_output(runtime: Path) -> None:
    code = "print(open('a.txt').read())\nopen('b.txt', 'w').write('b')\nprint(1/0)"

    ended = run(runtime, code, inputs={"a.txt": b"hello"})

    assert ended.output.startswith("hello\nTraceback")
    assert (ended.exit_code, ended.why) == (1, "")
    assert [(file.name, file.data) for file in ended.harvest.files] == [("b.txt", b"b")]


def test_what_the_runtime_itself_says_is_not_the_codes_output(runtime: Path) -> None:
    assert run(runtime, "print('x')").output == "x\n"


def test_container_gets_no_network_no_rights_and_nothing_of_this_host(runtime: Path) -> None:
    run(runtime, "pass", Limits(memory=100 * MIB, work=MIB, tmp=MIB, processes=10))

    words = " ".join(calls(runtime)[0][:-6])
    for needed in (
        "run --rm --interactive --pull never", "--network none", "--read-only", "--cap-drop ALL",
        "--security-opt no-new-privileges", "--user 65534:65534", "--pids-limit 14", f"--memory {102 * MIB}",
        f"--memory-swap {102 * MIB}", "--ipc private", "--label threadfast.until=",
    ):  # fmt: skip
        assert needed in words
    for never in ("--volume", "-v ", "--mount", "--privileged", "--device", "--env", "host"):
        assert never not in words.replace("--hostname", "")


def test_links_and_pipes_stay_and_limits_hold(runtime: Path) -> None:
    code = "import os\nos.symlink('/', 'link'); os.mkfifo('pipe')\nfor n in 'abc': open(n, 'w').write('x' * 40)"

    ended = run(runtime, code, Limits(files_bytes=100, files=20))

    assert [file.name for file in ended.harvest.files] == ["a", "b"]
    assert dict(ended.harvest.skipped) == {
        "link": "a symbolic link",
        "pipe": "not a regular file",
        "c": "40 bytes, more than what is left of 100 bytes",
    }


def test_time_out_keeps_what_was_written_and_leaves_nobody(runtime: Path) -> None:
    code = "import os\nprint('begun')\nopen('half', 'w').write('x')\nos.system('setsid sleep 7791 & sleep 7791')"

    ended = run(runtime, code, Limits(wall=1))

    assert (ended.exit_code, ended.output, ended.why) == (124, "begun\n", "stopped after 1 s")
    assert [file.name for file in ended.harvest.files] == ["half"]
    assert processes("sleep\x007791") == []


def test_first_program_cannot_be_killed_or_looked_into(runtime: Path) -> None:
    code = "import os\nfor n in (9, 15, 2, 19): os.kill(1, n)\nprint('alive')\nopen('/proc/1/environ').read()"

    ended = run(runtime, code)

    assert ended.output.startswith("alive\n")
    assert "Permission denied" in ended.output


def test_flood_is_stopped(runtime: Path) -> None:
    ended = run(runtime, "while True: print('x' * 65536)")

    assert (ended.exit_code, ended.why) == (137, "stopped: more than 8 MiB of output")


def test_stop_ends_the_container(runtime: Path) -> None:
    made = Contained(container.Container(runtime=runtime, image=IMAGE))
    with contextlib.closing(Stop()) as stop:
        stop.set()
        ended = made.run(Limits(), Work(commands="sleep 7792", scripts={}), stop)

    assert (ended.exit_code, ended.why) == (137, "stopped on request")
    assert processes("sleep\x007792") == []


DIES = """
import sys
from pathlib import Path
from agents.sandbox.container.runtime import Container
from agents.sandbox.container.box import Contained
from agents.sandbox.limits import Limits
from agents.sandbox.work import Stop, Work
made = Contained(Container(runtime=Path(sys.argv[1]), image="python:3"))
made.run(Limits(), Work(commands="setsid sleep 7793 & sleep 7793", scripts={}), Stop())
"""


def test_nothing_is_left_when_the_bot_is_killed(runtime: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", DIES, str(runtime)], cwd=PROJECT) as bot:
        began = wait_for(lambda: len(processes("sleep\x007793")) == 2, 40)
        bot.kill()

    assert began
    assert wait_for(lambda: processes("sleep\x007793") == [])


@pytest.mark.parametrize("mood", ["liar", "deaf"])
def test_container_that_does_not_speak_as_ours_is_removed(
    runtime: Path, mood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.sandbox.container.box.GRACE_SECONDS", 1.0)
    runtime.with_name("mood").write_text(mood)

    ended = run(runtime, "print('never')", Limits(wall=1))

    assert ended.exit_code == 137
    assert ended.harvest.files == []
    assert calls(runtime)[-1][:2] == ["rm", "--force"]


def test_runtime_without_a_limit_of_files_is_used_all_the_same(runtime: Path) -> None:
    runtime.with_name("mood").write_text("old")

    assert Sandbox(Wanted(image=IMAGE, runtime=str(runtime))).prove().ok


def test_broken_runtime_is_refused_with_its_own_words(runtime: Path) -> None:
    runtime.with_name("mood").write_text("broken")

    proof = Sandbox(Wanted(image=IMAGE, runtime=str(runtime))).prove()

    assert not proof.ok
    assert "this runtime cannot do that" in proof.why
    assert proof.how_to_mend == MEND_CONTAINER
    with pytest.raises(BoxNotMadeError):
        run(runtime, "print('never')")


def test_missing_runtime_is_refused_and_bubblewrap_is_not_tried_instead() -> None:
    sandbox = Sandbox(Wanted(image=IMAGE, runtime="/nowhere/podman"))

    with pytest.raises(SandboxUnavailableError, match=r"There is no program /nowhere/podman"):
        SandboxExecutor(sandbox=sandbox).execute_code_blocks([CodeBlock(language="sh", code="echo never")])


def test_containers_that_outlived_their_use_are_removed_at_the_next_start(runtime: Path) -> None:
    now = int(time.time())
    runtime.with_name("listed").write_text(f"old {now - 10}\nnew {now + 100}\nstrange\n")

    assert sweep(runtime) == 1
    assert calls(runtime)[-1] == ["rm", "--force", "old"]
