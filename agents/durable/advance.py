"""One step of a run: replay it, go on until it ends or waits for people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from autogen.io.base import IOStream

from agents.content import Quoting
from agents.durable.attached import opened
from agents.durable.questions import Policy
from agents.durable.run import CURRENT, DurableRun
from agents.durable.seams import ensure_installed
from agents.durable.seams.stream import DurableStream
from agents.durable.signals import PATH, NeedHuman, Unwound
from agents.durable.warm import Driver, WarmRuns
from agents.models.fair import CALLER, Caller
from agents.models.port import ModelClient
from bot.domain import Outcome, Run, ThreadRef
from bot.ports import Clock, Preview, RunJournal

Entry = Callable[[], Awaitable[str]]
"""Builds the agents anew from the run's pinned team, calls AutoGen's own entry point, returns the summary.

It is called at every replay, so it must do the same each time: whatever is not journalled may not change.
"""


async def advance(
    entry: Entry,
    *,
    run: Run,
    journal: RunJournal,
    preview: Preview,
    models: ModelClient,
    policy: Policy,
    clock: Clock,
    warm: WarmRuns | None = None,
) -> Outcome:
    """Replay a run and go on until it ends or waits for people.

    Args:
        entry: The run's program.
        run: The run as it is recorded.
        journal: Its journal, fenced by the step's epoch.
        preview: Where deltas go.
        models: Answers model calls.
        policy: What people must approve.
        clock: Where time comes from.
        warm: Where the run may stay while it waits; None: nothing of it stays in memory.

    Raises:
        RunFailedError: The replay diverged, or the program does what a run cannot do; the message is for the thread.
        RetryLaterError: A model host cannot be used now.
        FencedError: Another step owns the conversation.
    """
    ensure_installed()
    durable = DurableRun(
        run,
        await journal.load(),
        journal=journal,
        preview=preview,
        models=models,
        policy=policy,
        clock=clock,
        warm=warm is not None,
    )
    room = WarmRuns(room=0) if warm is None else warm
    return await room.step(Driver(durable, _drive(durable, entry)))


async def _drive(run: DurableRun, entry: Entry) -> Outcome:
    """Run the program in a task of its own, whose context carries the run to the seams."""
    CURRENT.set(run)
    CALLER.set(_caller(run.run))
    PATH.set("")
    try:
        with IOStream.set_default(DurableStream(run)):
            return await _outcome(run, entry)
    except Unwound as unwound:
        raise unwound.error from unwound.error.__cause__
    finally:
        await run.abandon()
        await run.recorder.settle()


def _caller(run: Run) -> Caller:
    thread = ThreadRef.parse(run.conversation)
    return Caller(f"{thread.adapter}:{thread.workspace}:{run.started_by.id}", run.conversation)


async def _outcome(run: DurableRun, entry: Entry) -> Outcome:
    try:
        with run.task():
            await opened(run)
            summary = await entry()
    except NeedHuman:
        await run.settle()
        await run.recorder.flush()
        return Outcome(waiting=True, counts=dict(run.recorder.counts))
    await run.recorder.flush()
    return Outcome(waiting=False, summary=summary, stop_reason=run.stop_reason, counts=dict(run.recorder.counts))


def at_end(do: Callable[[], None]) -> None:
    """Inside a run: have something done once nothing of it goes on in memory, however it ended."""
    run = CURRENT.get()
    assert run is not None, "an end belongs to a run"
    run.at_end(do)


def notice(text_id: str, *, rescue: str = "", **facts: object) -> None:
    """Inside a run: show a sentence of the catalogue in the thread, as a turn of the bot's own.

    `rescue` names what of a model's mistakes it tells of.
    """
    run = CURRENT.get()
    assert run is not None, "a notice belongs to a run"
    run.tell(text_id, rescue=rescue, **facts)


def quoting() -> Quoting:
    """Inside a run: return which of the files that it began with are quoted in its first message."""
    run = CURRENT.get()
    assert run is not None, "a first message belongs to a run"
    return run.quoting
