"""The effects of runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import Effect, EffectState, Position, RunId
from bot.store.codec import dumps, loads, moment_of, optional_moment, optional_stamp, stamp
from bot.store.database import insert
from bot.store.records.transaction import Row, Transaction
from bot.store.schema import STARTED, effects

# Sorted by us: SQLite would copy every value, and they are large, into a sorter of its own.
_OF = sa.select(effects).where(effects.c.run == bindparam("a_run"))
_ANSWERED = sa.and_(effects.c.kind.in_(("human", "approval")), effects.c.state == EffectState.DONE.value)
_POSITION = sa.select(
    sa.func.count(), sa.func.count(sa.case((_ANSWERED, 1))), sa.func.coalesce(sa.func.max(effects.c.completed), 0)
).where(effects.c.run == bindparam("a_run"))
_put = insert(effects)
_RECORD = _put.on_conflict_do_update(
    index_elements=[effects.c.run, effects.c.key],
    set_={
        "state": _put.excluded.state,
        "value": _put.excluded.value,
        "completed": _put.excluded.completed,
        "ended_at": _put.excluded.ended_at,
    },
    where=STARTED,
)


class SqlJournal:
    """`bot.ports.Journal` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def effects(self, run: RunId) -> list[Effect]:
        """Return them in the order in which they were first recorded."""
        found = self._transaction.execute(_OF, {"a_run": run}).all()
        return [_effect(row) for row in sorted(found, key=lambda row: row.number)]

    def position(self, run: RunId) -> Position:
        """Return how many effects there are and how far they are completed, without reading them."""
        number, answers, completed = self._transaction.execute(_POSITION, {"a_run": run}).one()
        return Position(effects=number, answers=answers, completed=completed)

    def record(self, run: RunId, effects: Sequence[Effect]) -> None:
        """Add effects, or complete started ones; a done effect is never changed.

        Completing keeps what was recorded first of the effect's kind, request, start and place in the order.
        """
        if effects:
            self._transaction.execute(_RECORD, [_row(run, effect) for effect in effects])


def _row(run: RunId, effect: Effect) -> dict[str, Any]:
    return {
        "run": run,
        "key": effect.key,
        "kind": effect.kind,
        "request": effect.request,
        "state": effect.state.value,
        "value": dumps(effect.value),
        "completed": effect.completed,
        "started_at": stamp(effect.started_at),
        "ended_at": optional_stamp(effect.ended_at),
    }


def _effect(row: Row) -> Effect:
    return Effect(
        key=row.key,
        kind=row.kind,
        request=row.request,
        state=EffectState(row.state),
        value=loads(row.value),
        completed=row.completed,
        started_at=moment_of(row.started_at),
        ended_at=optional_moment(row.ended_at),
    )
