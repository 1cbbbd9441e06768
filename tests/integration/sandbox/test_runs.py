from __future__ import annotations

import asyncio

import pytest
from autogen.coding.base import CodeBlock, CodeExecutor

from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.limits import Limits
from tests.integration.sandbox.boxes import python, run, shell

PRIMES = "print(*[n for n in range(2, 30) if all(n % d for d in range(2, n))])"


async def test_program_runs_and_its_output_comes_back() -> None:
    ran = await run(python(PRIMES))

    assert (ran.exit_code, ran.output, ran.why) == (0, "2 3 5 7 11 13 17 19 23 29\n", "")
    assert ran.seconds > 0


def test_executor_is_one_of_autogen_and_runs_without_a_loop() -> None:
    executor = SandboxExecutor()

    result = executor.execute_code_blocks([python(PRIMES)])
    executor.restart()

    assert isinstance(executor, CodeExecutor)
    assert (result.exit_code, result.output) == (0, "2 3 5 7 11 13 17 19 23 29\n")


async def test_chinese_output_comes_back_whole() -> None:
    ran = await run(python("print('哈尔滨 → 北京')"), shell("echo 质数"))

    assert ran.output == "哈尔滨 → 北京\n质数\n"


async def test_both_streams_come_in_the_order_they_were_written() -> None:
    ran = await run(python("import sys\nfor n in range(3):\n    print(n)\n    print('e', n, file=sys.stderr)"))

    assert ran.output == "0\ne 0\n1\ne 1\n2\ne 2\n"


async def test_blocks_share_the_work_folder_and_run_in_order() -> None:
    ran = await run(
        python("open('twice.py', 'w').write('def twice(n): return 2 * n')"),
        python("import twice\nprint(twice.twice(4))"),
        shell("wc -l < twice.py"),
    )

    assert (ran.exit_code, ran.output) == (0, "8\n0\n")
    assert [file.name for file in ran.files] == ["twice.py"]


async def test_first_failing_block_ends_the_run_with_its_exit_code() -> None:
    ran = await run(shell("echo one; exit 7"), shell("echo two"))

    assert (ran.exit_code, ran.output) == (7, "one\n")


async def test_signal_that_ends_a_program_shows_in_the_exit_code() -> None:
    assert (await run(shell("kill -TERM $$"))).exit_code == 128 + 15


async def test_unknown_language_is_said_after_the_blocks_before_it() -> None:
    ran = await run(shell("echo one"), CodeBlock(language="cobol", code="STOP RUN."))

    assert (ran.exit_code, ran.output) == (1, "one\nunknown language cobol\n")
    assert (await run(CodeBlock(language="cobol", code="STOP RUN."))).exit_code == 1


async def test_no_blocks_are_an_empty_success() -> None:
    assert (await run()).exit_code == 0


async def test_nothing_stays_for_the_next_call() -> None:
    executor = SandboxExecutor()
    await executor.run_blocks([shell("echo x > here")])

    assert (await executor.run_blocks([shell("ls")])).output == "step-000.sh\n"


async def test_input_files_are_there_and_only_changed_ones_come_back() -> None:
    executor = SandboxExecutor(inputs={"data/a.csv": b"1,2", "b.txt": b"old"})

    ran = await executor.run_blocks([shell("cat data/a.csv c.txt; echo new > b.txt")], inputs={"c.txt": b"\n3"})

    assert ran.output == "1,2\n3"
    assert [(file.name, file.data) for file in ran.files] == [("b.txt", b"new\n")]


async def test_file_that_became_a_folder_does_not_keep_the_box_from_being_made() -> None:
    ran = await SandboxExecutor(inputs={"out": b"1", "out/a.csv": b"2"}).run_blocks([shell("cat out/a.csv")])

    assert (ran.exit_code, ran.output) == (0, "2")


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "x\0y", "step-000.py", "./a"])
def test_input_with_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="plain relative path"):
        SandboxExecutor(inputs={name: b""})


async def test_files_come_back_with_their_bytes_and_types() -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(range(256))

    ran = await run(python(f"import os\nos.mkdir('out')\nopen('out/图.png', 'wb').write({png!r})"))

    assert [(file.name, file.media_type, file.data) for file in ran.files] == [("out/图.png", "image/png", png)]


async def test_links_pipes_and_large_files_stay_in_the_box() -> None:
    ran = await run(
        shell("ln -s /etc/passwd link; ln -s / folder; mkfifo pipe; head -c 3000 /dev/zero > large; echo hi > small"),
        limits=Limits(files_bytes=2000),
    )

    assert [file.name for file in ran.files] == ["small"]
    assert dict(ran.skipped) == {
        "link": "a symbolic link",
        "folder": "a symbolic link",
        "pipe": "not a regular file",
        "large": "2.93 KiB, more than what is left of 1.953 KiB",
    }


async def test_odd_file_names_are_harmless() -> None:
    ran = await run(python("for n in ('a\\nb', 'c\\u202ed', '-rf', ' '): open(n, 'w').write(n)\nopen(b'\\xff', 'w')"))

    assert sorted(file.name for file in ran.files) == ["-rf", "ab", "cd", "file", "\ufffd"]


async def test_program_can_write_beside_itself_but_not_over_itself() -> None:
    ran = await run(
        python("from pathlib import Path\nPath(__file__).with_name('x').write_text('x')\nopen('step-001.sh', 'w')"),
        shell("echo changed"),
    )

    assert ran.exit_code == 1
    assert "PermissionError" in ran.output or "Read-only" in ran.output
    assert [file.name for file in ran.files] == ["x"]


async def test_missing_package_says_that_nothing_can_be_installed() -> None:
    ran = await run(python("import numpy"))

    assert ran.exit_code == 1
    assert ran.output.endswith(
        "'numpy' is not there and nothing can be installed here: only Python's standard library is available; "
        "an operator can add packages with `threadfast sandbox install`.\n"
    )


async def test_standard_library_is_whole() -> None:
    ran = await run(python("import ssl, sqlite3, ctypes, zlib, multiprocessing, decimal, json, csv\nprint('ok')"))

    assert ran.output == "ok\n"


async def test_reading_input_meets_its_end() -> None:
    assert "EOFError" in (await run(python("input('name? ')"))).output


async def test_eight_boxes_at_once_keep_their_output_apart() -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(run(python(f"import time\ntime.sleep(0.2)\nprint({n} ** 2)"))) for n in range(8)]

    assert [task.result().output for task in tasks] == [f"{n**2}\n" for n in range(8)]


async def test_loop_goes_on_while_code_runs() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await run(python("import time\ntime.sleep(0.5)"))
    ticking.cancel()

    assert ticks > 10
