"""A warm run goes on while its answer is made durable; what comes of that commit decides whether it ever did."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event as ThreadEvent

import pytest

from agents.models.port import ModelCall
from bot.domain import Accepted, Event, Receipt, RequestStatus, RunStatus
from bot.errors import StoreError, StoreFullError
from tests.fakes import FakeAdapter, Thread
from tests.integration.warm.bot import Bot, bot
from tests.unit.durable.rig import Speaking

ROOT = Path(__file__).parents[3]
LINES = {"assistant": ["a", "b", "c"]}


class Commit:
    """Holds the next commit of a store back until a test lets it happen, or fail."""

    def __init__(self, point: str = "before_commit") -> None:
        self._point: str | None = point
        self._error: Exception | None = None
        self._decided = ThreadEvent()
        self.waits = ThreadEvent()

    def __call__(self, point: str, _number: int) -> None:
        if point != self._point:
            return
        self._point = None
        self.waits.set()
        assert self._decided.wait(10)
        if self._error is not None:
            raise self._error

    def go_on(self, error: Exception | None = None) -> None:
        self._error = error
        self._decided.set()


@asynccontextmanager
async def answering(
    folder: Path, models: Speaking, commit: Commit
) -> AsyncIterator[tuple[Bot, Thread, Event, asyncio.Task[Receipt]]]:
    """Answer a warm run, hold the answer's commit back, and wait until the model was asked all the same."""
    person, adapter = Thread(), FakeAdapter()
    async with bot(folder, models, adapter) as warm:
        await warm.say(person, "plan a trip")
        event = person.event("cheaper")
        warm.commits.seen = commit
        accepting = asyncio.ensure_future(warm.rig.inbox.accept(event))
        await warm.rig.until(lambda: commit.waits.is_set() and len(models.calls) == 2)
        try:
            yield warm, person, event, accepting
        finally:
            commit.go_on()


def free(warm: Bot) -> bool:
    engine = warm.rig.engine
    return not (engine._working or engine._queued or engine._again) and engine.fenced == 0


async def test_model_is_asked_while_the_answer_is_made_durable_and_nothing_is_seen_before(tmp_path: Path) -> None:
    models, commit = Speaking(LINES), Commit()

    async with answering(tmp_path, models, commit) as (warm, person, _, accepting):
        await asyncio.sleep(0.05)
        seen = accepting.done(), warm.rig.said(person), len(await warm.effects(person))
        assert "b" not in [text for *_, text in warm.rig.adapter.previews]
        commit.go_on()
        assert (await accepting).outcome is Accepted.ANSWERED
        await warm.rig.quiet()

        assert seen == (False, ["assistant: a"], 2)
        assert warm.rig.said(person) == ["assistant: a", "assistant: b"]
        assert (len(models.calls), warm.teams.loads, warm.warm) == (2, 1, 1)
        assert free(warm)


async def test_interruption_of_an_earlier_step_does_not_reach_the_one_that_runs_ahead(tmp_path: Path) -> None:
    models, commit = Speaking(LINES), Commit()

    async with answering(tmp_path, models, commit) as (warm, person, _, accepting):
        await warm.rig.engine.interrupt(person.ref.conversation)
        commit.go_on()
        await accepting
        await warm.rig.quiet()

        assert warm.rig.said(person) == ["assistant: a", "assistant: b"]
        assert len(models.calls) == 2


@pytest.mark.parametrize("answers", [True, False], ids=["model has answered", "model still answers"])
async def test_commit_that_fails_leaves_no_trace_of_the_step_that_ran_ahead_of_it(
    tmp_path: Path, answers: bool
) -> None:
    models, commit, later = Speaking(LINES), Commit(), asyncio.Event()

    async def during(_call: ModelCall) -> None:
        if len(models.calls) == 2 and not answers:
            await later.wait()

    models.during = during
    async with answering(tmp_path, models, commit) as (warm, person, event, accepting):
        commit.go_on(StoreFullError("The disk is full."))
        with pytest.raises(StoreFullError):
            await accepting
        await warm.rig.quiet()
        assert free(warm)
        assert (warm.warm, warm.rig.said(person)) == (0, ["assistant: a"])
        assert [run.attempts for run in await warm.rig.runs(person)] == [0]
        assert [asked.status for asked in await warm.rig.questions(person)] == [RequestStatus.OPEN]
        await warm.rig.say(person.again(event))

        assert warm.rig.said(person) == ["assistant: a", "assistant: c"]
        assert (len(models.calls), warm.teams.loads) == (3, 2)


async def test_commit_whose_answer_is_lost_is_found_again_and_shown_once(tmp_path: Path) -> None:
    models, commit = Speaking(LINES), Commit("after_commit")

    async with answering(tmp_path, models, commit) as (warm, person, event, accepting):
        commit.go_on(StoreError("Nobody knows."))
        with pytest.raises(StoreError):
            await accepting
        await warm.rig.quiet()
        receipt = await warm.rig.say(person.again(event))
        await warm.rig.pass_time(120)

        assert receipt.outcome is Accepted.DUPLICATE
        assert warm.rig.said(person) == ["assistant: a", "assistant: c"]
        assert free(warm)


async def test_caller_that_is_cancelled_meanwhile_loses_neither_the_answer_nor_its_step(tmp_path: Path) -> None:
    models, commit = Speaking(LINES), Commit()

    async with answering(tmp_path, models, commit) as (warm, person, _, accepting):
        accepting.cancel()
        commit.go_on()
        with pytest.raises(asyncio.CancelledError):
            await accepting
        await warm.rig.quiet()

        # The answer is durable, so what its step has recorded by then counts; else the model is asked again.
        said = warm.rig.said(person)
        assert said in (["assistant: a", "assistant: b"], ["assistant: a", "assistant: c"])
        assert (len(models.calls), free(warm)) == (2 if "assistant: b" in said else 3, True)


@pytest.mark.parametrize("error", [None, StoreFullError("The disk is full.")], ids=["durable", "fails"])
async def test_stop_that_comes_meanwhile_ends_the_run_and_nothing_is_said_after_it(
    tmp_path: Path, error: Exception | None
) -> None:
    models, commit, later = Speaking(LINES), Commit(), asyncio.Event()

    async def during(_call: ModelCall) -> None:
        if len(models.calls) == 2:
            await later.wait()

    models.during = during
    async with answering(tmp_path, models, commit) as (warm, person, _, accepting):
        known = await warm.effects(person)
        stopping = asyncio.ensure_future(warm.rig.inbox.accept(person.stop()))
        await asyncio.sleep(0.02)
        later.set()
        await asyncio.sleep(0.02)
        commit.go_on(error)
        results = await asyncio.gather(accepting, stopping, return_exceptions=True)
        await warm.rig.quiet()
        assert await warm.effects(person) == known

        assert isinstance(results[1], Receipt)
        assert results[1].outcome is Accepted.STOPPED
        assert (results[0] is error) if error else isinstance(results[0], Receipt)
        assert await warm.rig.statuses(person) == [RunStatus.CANCELLED]
        assert (warm.rig.said(person), warm.warm) == (["assistant: a"], 0)
        # The fence may be what ends the step, before the stop has come to interrupt it.
        assert warm.rig.engine.idle


async def test_question_expires_whose_answer_was_never_durable(tmp_path: Path) -> None:
    models, commit = Speaking(LINES), Commit()

    async with answering(tmp_path, models, commit) as (warm, person, _, accepting):
        commit.go_on(StoreFullError("The disk is full."))
        with pytest.raises(StoreFullError):
            await accepting
        await warm.rig.pass_time(31 * 86400.0)

        assert await warm.rig.statuses(person) == [RunStatus.CANCELLED]
        assert warm.rig.said(person) == ["assistant: a"]


async def test_drain_meanwhile_waits_for_the_commit_and_loses_nothing(tmp_path: Path) -> None:
    models, commit = Speaking(LINES), Commit()

    async with answering(tmp_path, models, commit) as (warm, person, _, accepting):
        draining = asyncio.ensure_future(warm.rig.engine.drain(30))
        await asyncio.sleep(0.02)
        commit.go_on()
        assert (await accepting).outcome is Accepted.ANSWERED
        await draining
        assert [run.attempts for run in await warm.rig.runs(person)] == [0]

    async with bot(tmp_path, Speaking(LINES), warm.rig.adapter) as again:
        assert len(again.rig.said(person)) == 2
        assert [asked.status for asked in await again.rig.questions(person)] == [RequestStatus.OPEN]


def live(folder: Path, point: str, number: int) -> int:
    """Run one process over the folder's store and return its exit status."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.warm.worker", str(folder), point, str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


@pytest.mark.timeout(100)
@pytest.mark.parametrize("number", [1, 2], ids=["answer", "its step"])
@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_process_killed_around_the_two_commits_of_an_answer_shows_each_thing_once(
    tmp_path: Path, point: str, number: int
) -> None:
    assert live(tmp_path, point, number) == -signal.SIGKILL
    assert live(tmp_path, "never", 0) == 0

    rows = [line.split("\t") for line in (tmp_path / "thread.txt").read_text("utf-8").splitlines()]
    shown = list({row[0]: row[2] for row in rows}.values())
    posted = Counter(row[1] for row in rows if row[0] == f"m-{row[1]}")
    assert [line for line in shown if "answer to" in line] == ["assistant: answer to 2", "assistant: answer to 4"]
    assert set(posted.values()) == {1}
