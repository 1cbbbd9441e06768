"""What people name a run or a thread by."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import ConversationId, Run, RunId, ThreadRef
from bot.ports import Records

PLACE = ThreadRef(adapter="console", workspace="local", channel="terminal", thread="-")
"""Where the terminal's threads are."""
SHORTEST = 4
"""Letters of a run's id that name it."""


def thread_of(name: str) -> ThreadRef:
    """Return the address of a thread of the terminal's."""
    return replace(PLACE, thread=name)


def name_of(thread: ThreadRef) -> str:
    """Return the shortest name of a thread: the terminal's need no address."""
    return thread.thread if thread == thread_of(thread.thread) else str(thread)


def could_name(words: str) -> bool:
    """Whether this can be a name at all; an argument that is not text in the terminal's encoding cannot."""
    return words.isprintable()


def run_named(records: Records, name: str) -> Run | None:
    """Return the run with this id, else the latest run of this thread, else the newest whose id begins so."""
    if not could_name(name):
        return None
    run = records.runs.get(RunId(name))
    if run is not None:
        return run
    for conversation in (ConversationId(name), thread_of(name).conversation):
        latest = records.runs.of(conversation, limit=1)
        if latest:
            return latest[0]
    begun = records.runs.of(prefix=name, limit=1) if len(name) >= SHORTEST else []
    return begun[0] if begun else None
