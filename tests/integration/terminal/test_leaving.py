"""A process leaves although a thread of it is at work and would be for hours."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.terminal.threadfast import COMMAND, Threadfast, thread_in
from tests.packages import install

pytestmark = pytest.mark.timeout(300)
TOOL = """\
import time
from pathlib import Path


def nap() -> str:
    '''Sleep for an hour.'''
    Path("napping").touch()
    time.sleep(3600)
    return "rested"
"""
TEAM = """\
name: sleepy
kind: two_agent
agents:
  assistant: {instructions: Sleep., tools: [nap]}
  person: {human: true, human_input_mode: TERMINATE}
approve_tools: {nap: never}
"""


@pytest.fixture
def sleepy(threadfast: Threadfast) -> Threadfast:
    """Threadfast with an installed tool that sleeps."""
    package = threadfast.home / "package"
    install(package, "slow_tools", tools={"nap": "slow_tools:nap"})
    (package / "slow_tools.py").write_text(TOOL, "utf-8")
    (threadfast.home / "teams").mkdir()
    (threadfast.home / "teams" / "sleepy.yaml").write_text(TEAM, "utf-8")
    threadfast.settings["PYTHONPATH"] = str(package)
    return threadfast


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Kill a process that does not leave, so that the test need not wait for it either."""
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


@pytest.mark.parametrize(("asked", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_process_leaves_while_a_tool_still_runs(sleepy: Threadfast, asked: signal.Signals, status: int) -> None:
    with ended(sleepy.start("chat", "--team", "sleepy", "--say", "take a nap")) as process:
        wait_for(sleepy.home / "napping", process)
        process.send_signal(asked)
        _, err = process.communicate(timeout=60)

    assert process.returncode == status, err
    assert "Traceback" not in err
    assert thread_in(err)


def test_process_leaves_while_nobody_reads_what_it_prints(threadfast: Threadfast) -> None:
    reading, writing = os.pipe()
    before = threadfast.asked()
    fill(writing)
    arguments = [*COMMAND, "chat", "--team", "coder", "--say", "primes"]
    command = subprocess.Popen(
        arguments, env=threadfast.environment, cwd=threadfast.home, stdin=subprocess.DEVNULL, stdout=writing, text=True
    )
    with ended(command) as process:
        threadfast.wait_until_asked(before + 1)
        process.terminate()
        process.wait(timeout=60)

    os.close(reading)
    os.close(writing)
    assert process.returncode == 143


def fill(pipe: int) -> None:
    os.set_blocking(pipe, False)
    try:
        while os.write(pipe, b"x" * 4096):
            pass
    except BlockingIOError:
        os.set_blocking(pipe, True)
