from __future__ import annotations

import asyncio
import resource

import pytest

from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.limits import MIB, Limits
from agents.sandbox.result import KILLED, TIMED_OUT
from agents.sandbox.sandbox import Sandbox
from tests.integration.sandbox.boxes import processes, python, run, shell, until


async def test_time_out_says_so_and_keeps_what_was_printed() -> None:
    ran = await run(python("print('begun')\nwhile True: pass"), limits=Limits(wall=0.5))

    assert (ran.exit_code, ran.output, ran.why) == (TIMED_OUT, "begun\nstopped after 0.5 s\n", "stopped after 0.5 s")


async def test_files_written_before_a_time_out_come_back() -> None:
    ran = await run(shell("echo x > half; sleep 100"), limits=Limits(wall=0.5))

    assert [file.name for file in ran.files] == ["half"]


async def test_time_out_kills_children_and_daemons() -> None:
    daemons = "setsid sleep 7771 & (trap '' TERM HUP; nohup sleep 7771 &) ; sleep 7771"

    ran = await run(shell(daemons), limits=Limits(wall=0.5))

    assert ran.exit_code == TIMED_OUT
    assert processes("7771") == []


async def test_cancelling_returns_only_when_nothing_is_left() -> None:
    task = asyncio.create_task(run(shell("setsid sleep 7774 & sleep 7774")))
    assert await until(lambda: len(processes("sleep\x007774")) == 2)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert processes("7774") == []


async def test_cancelling_twice_is_still_patient() -> None:
    task = asyncio.create_task(run(shell("sleep 7775")))
    assert await until(lambda: bool(processes("sleep\x007775")))

    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert processes("7775") == []


async def test_run_cancelled_before_its_turn_never_runs() -> None:
    task = asyncio.create_task(run(shell("sleep 7776")))
    await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert processes("7776") == []


async def test_run_that_waits_for_its_turn_is_cancelled_at_once() -> None:
    executor = SandboxExecutor(sandbox=Sandbox(boxes=1))
    first = asyncio.create_task(executor.run_blocks([shell("sleep 7777")]))
    assert await until(lambda: bool(processes("sleep\x007777")))
    second = asyncio.create_task(executor.run_blocks([shell("sleep 7778")]))
    await asyncio.sleep(0)

    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second

    assert processes("sleep\x007777")
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_flood_of_output_is_stopped_and_not_kept() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    ran = await run(shell("head -c 200000000 /dev/zero | tr '\\0' x"))

    assert (ran.exit_code, ran.why) == (KILLED, "stopped: more than 8 MiB of output")
    assert len(ran.output) < 300_000
    assert ran.output.endswith("stopped: more than 8 MiB of output\n")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


async def test_much_output_keeps_its_beginning_and_end() -> None:
    ran = await run(python("for n in range(100_000): print(n)\nraise ValueError('the end')"))

    assert ran.output.startswith("0\n1\n2\n")
    assert ran.output.endswith("ValueError: the end\n")
    assert "bytes of output left out" in ran.output


async def test_program_that_wants_too_much_memory_is_told() -> None:
    ran = await run(python("x = bytearray(800 << 20)"), limits=Limits(memory=128 * MIB))

    assert ran.exit_code == 1
    assert ran.why == "it needed more than 128 MiB of memory"


async def test_too_many_files_stop_the_code() -> None:
    endless = "n = 0\nwhile True:\n    open(f'{n}', 'w').close()\n    n += 1"

    ran = await run(python(endless), limits=Limits(work_files=200, files=3))

    assert (ran.exit_code, ran.why) == (KILLED, "stopped: more than 200 files")
    assert len(ran.files) == 3


@pytest.mark.parametrize("place", ["/tmp", "/dev/shm"])
async def test_too_many_files_outside_of_the_work_folder_stop_the_code_too(place: str) -> None:
    endless = f"import os\nn = 0\nwhile True:\n    os.mknod(f'{place}/{{n}}')\n    n += 1"

    ran = await run(python(endless), limits=Limits(work_files=200))

    assert (ran.exit_code, ran.why) == (KILLED, "stopped: more than 200 files")


async def test_few_sockets_are_no_memory_to_speak_of() -> None:
    code = "import socket\nkept = [socket.socketpair() for _ in range(60)]\nimport time; time.sleep(0.3)\nprint('done')"

    ran = await run(python(code), limits=Limits(memory=128 * MIB))

    assert (ran.exit_code, ran.output) == (0, "done\n")


async def test_processor_time_is_limited_for_each_process() -> None:
    ran = await run(python("while True: pass"), limits=Limits(cpu=1, wall=30))

    assert (ran.exit_code, ran.why) == (TIMED_OUT, "stopped after 1 s of processor time")
