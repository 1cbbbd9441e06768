"""Pieces of work."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import ConversationId, Opening, Person, Run, RunId, RunStatus
from bot.store.codec import dumps, loads, moment_of, optional_moment, optional_stamp, pack, stamp, unpack
from bot.store.database import insert
from bot.store.records.persons import person_of
from bot.store.records.transaction import Row, Transaction
from bot.store.schema import FINAL, runs

_ADD = insert(runs).on_conflict_do_nothing()
_GET = sa.select(runs).where(runs.c.id == bindparam("an_id"))
_MOVE = (
    sa.update(runs)
    .where(runs.c.id == bindparam("an_id"), sa.not_(FINAL))
    .values(
        status=bindparam("new_status"),
        stop_reason=bindparam("new_stop_reason"),
        summary=bindparam("new_summary"),
        ended_at=bindparam("new_ended_at"),
    )
)
_COUNT = (
    sa.update(runs)
    .where(runs.c.id == bindparam("an_id"))
    .values(attempts=runs.c.attempts + 1)
    .returning(runs.c.attempts)
)
# Writes nothing where there is nothing to forget, which is nearly always.
_RESET = (
    sa.update(runs)
    .where(runs.c.id == bindparam("an_id"), runs.c.attempts > bindparam("most"))
    .values(attempts=bindparam("most"))
)
_NEWEST = sa.select(runs).order_by(runs.c.number.desc()).limit(bindparam("most"))
_NEWEST_OF = _NEWEST.where(runs.c.conversation == bindparam("a_conversation"))
# A range: the index answers it, and no letter of the prefix means anything but itself.
_BEGUN = _NEWEST.where(runs.c.id >= bindparam("begin"), runs.c.id < bindparam("end"))
_HOW_MANY = sa.select(sa.func.count()).select_from(runs)
_LAST_LETTER = "\U0010ffff"

# A run is read with each answer; what it was started with is remembered for as many as may wait in memory, where it is
# short: messages carry attachments.
_REMEMBERED = 64
_SHORT = 100_000


class SqlRuns:
    """`bot.ports.Runs` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, run: Run) -> None:
        """Record a new run; one that is known stays as it is."""
        row = {
            "id": run.id,
            "conversation": run.conversation,
            "team": run.team,
            "pinned": dumps(run.pinned),
            "opening": pack(run.opening),
            "started_by": pack(run.started_by),
            "language": run.language,
            "status": run.status.value,
            "stop_reason": dumps(run.stop_reason),
            "summary": dumps(run.summary),
            "attempts": run.attempts,
            "started_at": stamp(run.started_at),
            "ended_at": optional_stamp(run.ended_at),
            "starter": person_of(run.conversation, run.started_by.id),
            "title": dumps(run.opening.title),
        }
        self._transaction.execute(_ADD, row)

    def get(self, run: RunId) -> Run | None:
        """Return it as it is now."""
        row = self._transaction.execute(_GET, {"an_id": run}).one_or_none()
        return None if row is None else _run(row)

    def set_status(
        self, run: RunId, status: RunStatus, *, stop_reason: str = "", summary: str = "", at: datetime | None = None
    ) -> None:
        """Move a run that is not final to this status; a final run is never moved.

        A final status records when it ended: `at`, or now.
        """
        ended_at = stamp(at or self._transaction.now()) if status.final else None
        moved = {
            "an_id": run,
            "new_status": status.value,
            "new_stop_reason": dumps(stop_reason),
            "new_summary": dumps(summary),
            "new_ended_at": ended_at,
        }
        self._transaction.execute(_MOVE, moved)

    def count_attempt(self, run: RunId) -> int:
        """Add one step that is begun and return how many there were since the last progress; 0 for an unknown run."""
        return self._transaction.execute(_COUNT, {"an_id": run}).scalar_one_or_none() or 0

    def reset_attempts(self, run: RunId, *, to: int = 0) -> None:
        """Forget begun steps beyond this many: something was recorded, or the step was ended in good order."""
        self._transaction.execute(_RESET, {"an_id": run, "most": max(to, 0)})

    def of(self, conversation: ConversationId | None = None, *, prefix: str = "", limit: int = 100) -> list[Run]:
        """Return runs, newest first: all, or those of a conversation, or those whose id begins with the prefix."""
        assert conversation is None or not prefix
        if conversation is not None:
            found = self._transaction.execute(_NEWEST_OF, {"most": limit, "a_conversation": conversation})
        elif prefix:
            within = {"begin": prefix, "end": prefix + _LAST_LETTER}
            found = self._transaction.execute(_BEGUN, {"most": limit, **within})
        else:
            found = self._transaction.execute(_NEWEST, {"most": limit})
        return [_run(row) for row in found]

    def __len__(self) -> int:
        """Return how many there are, without reading them."""
        return int(self._transaction.execute(_HOW_MANY).scalar_one())


@lru_cache(maxsize=_REMEMBERED)
def _remembered(opening: str, started_by: str) -> tuple[Opening, Person]:
    return unpack(Opening, opening), unpack(Person, started_by)


def forget_starts() -> None:
    """Forget what runs were started with: some of them are deleted."""
    _remembered.cache_clear()


def _start_of(row: Row) -> tuple[Opening, Person]:
    """Return what a run was started with, and by whom. Neither can change, so each answer need not read them anew."""
    read = _remembered if len(row.opening) <= _SHORT else _remembered.__wrapped__
    return read(row.opening, row.started_by)


def _run(row: Row) -> Run:
    opening, started_by = _start_of(row)
    return Run(
        id=RunId(row.id),
        conversation=ConversationId(row.conversation),
        team=row.team,
        pinned=loads(row.pinned),
        opening=opening,
        started_by=started_by,
        language=row.language,
        status=RunStatus(row.status),
        stop_reason=loads(row.stop_reason),
        summary=loads(row.summary),
        attempts=row.attempts,
        started_at=moment_of(row.started_at),
        ended_at=optional_moment(row.ended_at),
    )
