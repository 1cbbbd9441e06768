"""What people, channels, teams and single runs may use: decisions over what is counted. Part of a transaction.

Days are those of UTC. Runs and tokens are counted whether or not a budget bounds them, so that one which is set at noon
knows the morning. What is over is told with when it is not over any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain import Person, Run, ThreadRef
from bot.outbox import turn_of
from bot.ports import Records

Over = tuple[str, dict[str, object]]
"""The sentence that says what is used up and until when, and its facts."""
PERSON, CHANNEL, TEAM = "person", "channel", "team"
ONE_ID = frozenset({"discord"})
"""Adapters whose people have one id in every workspace: they have one budget there, direct messages included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one person, channel or team may use; None: any amount."""

    runs_at_once: int | None = None
    """Runs that work, not those that wait for people."""
    runs_a_day: int | None = None
    tokens_a_day: int | None = None

    @property
    def bounds_days(self) -> bool:
        """Whether it says something about a day."""
        return self.runs_a_day is not None or self.tokens_a_day is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAllowance:
    """What one run may use; None: any amount."""

    minutes: int | None = None
    """Of work: while it waits for people, no time passes."""
    turns: int | None = None


class Budgets:
    """Says whether runs may begin and go on, and counts what they use."""

    def __init__(
        self,
        *,
        person: Allowance | None = None,
        channel: Allowance | None = None,
        team: Allowance | None = None,
        run: RunAllowance | None = None,
        exempt: frozenset[str] = frozenset(),
    ) -> None:
        """Take the limits; what is left out has none.

        Args:
            person: Of each person.
            channel: Of each channel.
            team: Of each team.
            run: Of each run.
            exempt: Adapters whose person is the operator: nothing there is bounded or counted.
        """
        none = Allowance()
        self._allowances = {PERSON: person or none, CHANNEL: channel or none, TEAM: team or none}
        self._run = run or RunAllowance()
        self._exempt = exempt
        self.bounds_models = self._run.turns is not None or any(
            each.tokens_a_day is not None for each in self._allowances.values()
        )
        """Whether a run that works may be over a budget."""

    def refusal(self, records: Records, *, person: Person, thread: ThreadRef, team: str, now: datetime) -> Over | None:
        """Return the sentence, and its facts, that says what is used up and until when; None: a run may begin."""
        if thread.adapter in self._exempt:
            return None
        scopes = scopes_of(person, thread, team)
        facts: dict[str, object] = {"name": person.name, "team": team}
        # A day's budget first: it is over for longer.
        return self._over_today(records, scopes, facts, now) or self._over_at_once(records, scopes, facts)

    def count_start(self, records: Records, *, person: Person, thread: ThreadRef, team: str, now: datetime) -> None:
        """Count a run that begins."""
        if thread.adapter not in self._exempt:
            records.usage.add(_day(now).date(), [*scopes_of(person, thread, team).values()], runs=1)

    def count_tokens(self, records: Records, run: Run, tokens: int, now: datetime) -> None:
        """Count what models used for a run; nothing is written where that is nothing."""
        thread = ThreadRef.parse(run.conversation)
        if tokens and thread.adapter not in self._exempt:
            scopes = scopes_of(run.started_by, thread, run.team)
            records.usage.add(_day(now).date(), [*scopes.values()], tokens=tokens)

    def exhausted(self, records: Records, run: Run, now: datetime) -> Over | None:
        """Return the sentence that says why a run may ask no model any more; None: it may."""
        thread = ThreadRef.parse(run.conversation)
        if thread.adapter in self._exempt or not self.bounds_models:
            return None
        limit = self._run.turns
        if limit is not None and (used := _turns(records, run)) >= limit:
            return "spent_turns", {"used": used, "limit": limit}
        scopes = scopes_of(run.started_by, thread, run.team)
        facts: dict[str, object] = {"name": run.started_by.name, "team": run.team}
        return self._over_today(records, scopes, facts, now, goes_on=True)

    def minutes(self, run: Run) -> int | None:
        """Return how long a run may work; None: as long as it likes."""
        return None if ThreadRef.parse(run.conversation).adapter in self._exempt else self._run.minutes

    def _over_today(
        self,
        records: Records,
        scopes: Mapping[str, str],
        facts: dict[str, object],
        now: datetime,
        *,
        goes_on: bool = False,
    ) -> Over | None:
        bounded = {kind: each for kind, each in self._allowances.items() if each.bounds_days}
        if not bounded:
            return None
        day = _day(now)
        used = records.usage.used(day.date(), [scopes[kind] for kind in bounded])
        facts = {**facts, "until": f"{day + timedelta(days=1):%Y-%m-%d %H:%M} UTC"}
        for kind, allowance in bounded.items():
            runs, tokens = used.get(scopes[kind], (0, 0))
            if not goes_on and allowance.runs_a_day is not None and runs >= allowance.runs_a_day:
                return f"over_{kind}_runs_a_day", {**facts, "used": runs, "limit": allowance.runs_a_day}
            if allowance.tokens_a_day is not None and tokens >= allowance.tokens_a_day:
                text_id = f"spent_{kind}_tokens" if goes_on else f"over_{kind}_tokens_a_day"
                return text_id, {**facts, "used": tokens, "limit": allowance.tokens_a_day}
        return None

    def _over_at_once(self, records: Records, scopes: Mapping[str, str], facts: dict[str, object]) -> Over | None:
        limits = {kind: each.runs_at_once for kind, each in self._allowances.items() if each.runs_at_once is not None}
        working = records.usage.working([scopes[kind] for kind in limits]) if limits else {}
        for kind, limit in limits.items():
            used = working.get(scopes[kind], 0)
            if used >= limit:
                return f"over_{kind}_runs_at_once", {**facts, "used": used, "limit": limit}
        return None


def scopes_of(person: Person, thread: ThreadRef, team: str) -> dict[str, str]:
    """Return under which names a run is counted, by what bounds it."""
    place = f"{thread.adapter}:{thread.workspace}"
    home = f"{thread.adapter}:*" if thread.adapter in ONE_ID else place
    return {
        PERSON: f"{PERSON}:{home}:{person.id}",
        CHANNEL: f"{CHANNEL}:{place}:{thread.channel}",
        TEAM: f"{TEAM}:{team}",
    }


def worked(spans: Iterable[tuple[datetime, datetime]]) -> float:
    """Return in how many seconds something was done; what was done at the same time counts once."""
    total, reached = 0.0, datetime.min.replace(tzinfo=UTC)
    for begin, end in sorted(spans):
        total += max(0.0, (end - max(begin, reached)).total_seconds())
        reached = max(reached, end)
    return total


def _turns(records: Records, run: Run) -> int:
    return sum(turn_of(run.id, key) is not None for key in records.outbox.keys(run.id))


def _day(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
