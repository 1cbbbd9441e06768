from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, sys, threading, time
from bot.commands.leaving import leave, run

async def work():
    loop = asyncio.get_running_loop()
    done = loop.run_in_executor(None, {function})
    await asyncio.sleep(0.1)
    print("said", end="")
    return {status}

leave(run(work()))
"""


def output(function: str, status: int) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(function=function, status=status)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)


@pytest.mark.parametrize(
    "function", ["threading.Event().wait", "int", "lambda: threading.Thread(target=time.sleep, args=(3600,)).start()"]
)
def test_process_ends_with_its_status_and_its_output_whatever_its_threads_do(function: str) -> None:
    done = output(function, 3)

    assert (done.returncode, done.stdout, done.stderr) == (3, "said", "")


def test_what_a_thread_does_in_a_moment_is_waited_for() -> None:
    done = output("lambda: (time.sleep(0.4), print(' and done', end=''))", 0)

    assert (done.returncode, done.stdout) == (0, "said and done")


def test_unexpected_error_is_a_traceback_and_ends_the_process() -> None:
    program = (
        "import threading, bot.__main__ as entry\n"
        "def fail():\n"
        "    threading.Thread(target=threading.Event().wait).start()\n"
        "    raise LookupError('lost')\n"
        "entry.app = fail\n"
        "entry.main()\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "LookupError: lost"
