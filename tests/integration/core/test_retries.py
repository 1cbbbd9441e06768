from __future__ import annotations

import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

from bot.domain import RunStatus
from bot.engine import Limits
from tests.fakes import BO, FakeAdapter, Thread
from tests.integration.core.dying import STARTS
from tests.integration.core.rig import running
from tests.scripted import Script

ROOT = Path(__file__).parents[3]


def lives(folder: Path, most: int) -> list[int]:
    """Run one process after the other over the folder's store until one ends by itself; return how they ended."""
    ends: list[int] = []
    while len(ends) < most and ends[-1:] != [0]:
        command = [sys.executable, "-m", "tests.integration.core.dying", str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=50)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        ends.append(done.returncode)
    return ends


def test_run_that_takes_the_process_down_is_given_up_and_its_neighbour_goes_on(tmp_path: Path) -> None:
    ends = lives(tmp_path, STARTS + 3)

    shown = [line.split("\t")[2] for line in (tmp_path / "thread.txt").read_text("utf-8").splitlines()]
    # The first life records what was said before the fault; so it does not count.
    assert ends == [-signal.SIGKILL] * (STARTS + 1) + [0]
    assert (
        f"[end The run failed: the bot's process ended {STARTS} times while this run worked, "
        "each time before anything was recorded]"
    ) in shown
    assert shown[-2:] == ["eve: two", "[end The run is completed.]"]


async def test_restarts_in_good_order_do_not_use_a_runs_attempts_up(tmp_path: Path) -> None:
    thread, adapter = Thread(), FakeAdapter()
    limits = Limits(starts=2)
    script: Script = [["hold"], ["say", "ada", "hello"]]

    for _ in range(5):
        async with running(tmp_path, {"greet": script}, adapter=adapter, limits=limits, quiet=False) as rig:
            await rig.inbox.accept(thread.event("hi", delivery="d"))
            await rig.until(partial(getattr, rig.teams, "holding"))
            await rig.engine.drain(0)
            [run] = await rig.runs(thread)
            assert (run.status, run.attempts) == (RunStatus.WORKING, 0)

    async with running(tmp_path, {"greet": script}, adapter=adapter, limits=limits, quiet=False) as rig:
        rig.teams.release()
        await rig.quiet()
        assert rig.said(thread) == ["ada: hello"]


async def test_progress_makes_what_was_counted_before_it_forgotten(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["break", 5], ["say", "ada", "one"], ["ask", "you"], ["say", "ada", "two"]]

    async with running(tmp_path, {"greet": script}) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(600)
        [run] = await rig.runs(thread)

        assert (run.status, run.attempts) == (RunStatus.INPUT_REQUIRED, 0)


async def test_step_that_only_found_that_it_still_waits_is_not_counted(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["parallel", [["ask", "left"]], [["ask", "right"]]]]

    async with running(tmp_path, {"greet": script}) as rig:
        await rig.say(thread.event("hi"))
        left, _ = await rig.questions(thread)
        await rig.say(thread.event("fine", request=left.id))
        [run] = await rig.runs(thread)

        assert (run.status, run.attempts) == (RunStatus.INPUT_REQUIRED, 0)


async def test_cancellation_from_inside_a_team_is_a_failure_like_any_other(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["cancel", 99]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(600)

        assert rig.teams.failures.total() == 6
        assert rig.lines(thread) == ["[end The run failed: 6 attempts failed, the last with: CancelledError]"]


async def test_run_is_tried_again_as_soon_as_its_timer_is_due(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["break", 1], ["say", "ada", "hello"]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.clock.advance(3.5)
        await rig.quiet()

        assert rig.said(thread) == ["ada: hello"]


async def test_run_started_after_a_stop_does_not_wait_for_the_timer_of_the_one_before(tmp_path: Path) -> None:
    thread = Thread()
    scripts: dict[str, Script] = {"greet": [["say", "ada", "hello"]], "bad": [["break", 99]]}

    async with running(tmp_path, scripts) as rig:
        await rig.say(thread.event("hi", team="bad"))
        await rig.say(thread.stop())
        await rig.say(thread.event("hi", team="greet"))

        assert rig.said(thread) == ["ada: hello"]


AWAY = "the model host is loading"


async def test_run_waits_for_a_host_that_is_away_and_says_so_once(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["retry", 15], ["say", "ada", "hello"]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(1700)

        told = f"[notice The run cannot go on now and tries again, for up to 30 minutes: {AWAY}]"
        assert rig.lines(thread) == [told, "ada: hello", "[end The run is completed.]"]


async def test_short_wait_for_a_host_is_not_worth_a_word(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["retry", 1], ["say", "ada", "hello"]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(10)

        assert rig.lines(thread) == ["ada: hello", "[end The run is completed.]"]


async def test_run_whose_host_stays_away_ends_when_the_patience_does(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["retry", 999]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(1790)
        before = await rig.statuses(thread)
        await rig.pass_time(20)

        assert before == [RunStatus.WORKING]
        assert rig.lines(thread)[-1] == (
            f"[end The run failed: it could not go on for 30 minutes, in the end because: {AWAY}]"
        )


async def test_each_wait_for_a_host_has_all_the_time_again_after_progress(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["retry", 2], ["say", "ada", "one"], ["retry", 4], ["say", "ada", "two"]]

    async with running(tmp_path, {"greet": script}, limits=Limits(patience_seconds=30)) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(120)

        assert rig.said(thread) == ["ada: one", "ada: two"]


async def test_without_patience_a_host_that_is_away_ends_the_run_at_once(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["retry", 1]]}, limits=Limits(patience_seconds=0)) as rig:
        await rig.say(thread.event("hi"))

        assert await rig.statuses(thread) == [RunStatus.FAILED]


async def test_reason_of_a_failure_stands_in_the_runs_own_language(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["fail", "newer", "journal_newer"]]}) as rig:
        await rig.say(thread.event("hi", by=BO))

        [line] = rig.lines(thread)
        assert "它由更新版本的 Threadfast 开始" in line
