"""What people, channels and teams have used, by day, and what one run has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import RunId
from bot.store.codec import moment_of
from bot.store.database import insert
from bot.store.records.patterns import in_any_workspace
from bot.store.records.transaction import Transaction, Values
from bot.store.schema import WORKING, effects, runs, usage

_put = insert(usage)
_ADD = _put.on_conflict_do_update(
    index_elements=[usage.c.day, usage.c.scope],
    set_={"runs": usage.c.runs + _put.excluded.runs, "tokens": usage.c.tokens + _put.excluded.tokens},
)
_USED = sa.select(usage.c.runs, usage.c.tokens).where(
    usage.c.day == bindparam("a_day"), usage.c.scope == bindparam("a_scope")
)
# Only what works is looked at, by the index that holds all of this. A comparison after `where` would be answered by an
# index over everything that a person ever started.
_starter = sa.or_(runs.c.starter == bindparam("a_person"), runs.c.starter.like(bindparam("a_pattern"), escape="/"))
_WORKING = sa.select(
    sa.func.sum(sa.case((_starter, 1), else_=0)),
    sa.func.sum(
        sa.case((sa.func.substr(runs.c.conversation, 1, bindparam("its_length")) == bindparam("a_channel"), 1), else_=0)
    ),
    sa.func.sum(sa.case((runs.c.team == bindparam("a_team"), 1), else_=0)),
).where(WORKING)
_SPANS = sa.select(effects.c.started_at, effects.c.ended_at).where(
    effects.c.run == bindparam("a_run"),
    sa.or_(effects.c.kind == "model", effects.c.kind == "code", effects.c.kind == "tool"),
    effects.c.ended_at.is_not(None),
)
_FORGET = sa.delete(usage).where(usage.c.day < bindparam("a_day"))
_KINDS = ("person", "channel", "team")


class SqlUsage:
    """`bot.ports.Usage` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, day: date, scopes: Sequence[str], *, runs: int = 0, tokens: int = 0) -> None:
        """Count runs that were started and tokens that models used, for each of these scopes."""
        used = {"day": day.isoformat(), "runs": runs, "tokens": tokens}
        rows: list[Values] = [{**used, "scope": scope} for scope in scopes]
        if rows:
            self._transaction.execute(_ADD, rows)

    def used(self, day: date, scopes: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """Return (runs, tokens) of that day for each scope that has any."""
        found = {
            scope: self._transaction.execute(_USED, {"a_day": day.isoformat(), "a_scope": scope}).one_or_none()
            for scope in scopes
        }
        return {scope: (row.runs, row.tokens) for scope, row in found.items() if row is not None}

    def working(self, scopes: Sequence[str]) -> Mapping[str, int]:
        """Return how many runs work now, not waiting for people, for each scope that has any.

        At most one scope of each kind. A person may be one in every workspace: `person:adapter:*:id`.
        """
        names = dict(scope.split(":", 1) for scope in scopes)
        assert len(names) == len(scopes)
        person = names.get("person", "")
        # A channel's conversations begin with its own address.
        begins = f"{names.get('channel', '')}:"
        asked = {
            "a_person": person,
            "a_pattern": in_any_workspace(person) or "",
            "a_channel": begins,
            "its_length": len(begins),
            "a_team": names.get("team", ""),
        }
        counted = dict(zip(_KINDS, self._transaction.execute(_WORKING, asked).one(), strict=True))
        return {scope: count for scope in scopes if (count := counted[scope.partition(":")[0]])}

    def forget(self, before: date) -> None:
        """Forget the days before this one."""
        self._transaction.execute(_FORGET, {"a_day": before.isoformat()})

    def spans(self, run: RunId) -> list[tuple[datetime, datetime]]:
        """Return from when to when each of a run's models, code and tools worked."""
        found = self._transaction.execute(_SPANS, {"a_run": run})
        return [(moment_of(begin), moment_of(end)) for begin, end in found]
