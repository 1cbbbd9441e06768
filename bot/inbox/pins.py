"""Pinning teams for a transaction: reading their files happens outside of it, and what is written matches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from bot.budgets import Budgets
from bot.domain import Event, Json
from bot.errors import RunFailedError, TeamFileError, UnknownTeamError
from bot.permissions import Action, Permissions
from bot.ports import Records, Store, Teams
from bot.texts import say

T = TypeVar("T")


class NotPinnedError(Exception):
    """The transaction needs a team that is not pinned yet; it is rolled back and run again."""

    def __init__(self, team: str) -> None:
        super().__init__(team)
        self.team = team
        """The team to pin."""


class Pins:
    """The teams that were pinned for one transaction, with those that could not be."""

    def __init__(self, permissions: Permissions | None = None, budgets: Budgets | None = None) -> None:
        self._permissions = permissions or Permissions()
        self._budgets = budgets or Budgets()
        self._pinned: dict[str, Json] = {}
        self._failed: dict[str, RunFailedError | TeamFileError] = {}
        self._known: list[str] = []

    def get(self, team: str) -> Json | None:
        """Return the resolved team, or None when it cannot be used.

        Raises:
            NotPinnedError: Nobody tried yet; let it pass.
        """
        if team not in self._pinned and team not in self._failed:
            raise NotPinnedError(team)
        return self._pinned.get(team)

    def complaint(self, team: str, language: str) -> str:
        """Say why a team cannot be used and which there are."""
        error = self._failed[team]
        known = ", ".join(self._known)
        if isinstance(error, UnknownTeamError):
            return say("unknown_team", language, team=team, known=known)
        return say("wrong_team", language, team=team, error=error, known=known)

    def may_start(self, event: Event, team: str) -> bool:
        """Say whether who said this may start a run of a team with it, as the permissions are today."""
        return self._permissions.may(Action.START, event.person, thread=event.thread, team=team, starter=None)

    def admit(self, records: Records, event: Event, team: str, now: datetime) -> tuple[str, dict[str, object]] | None:
        """Count a run that begins with this, or return the sentence, and its facts, of the budget that is used up."""
        person, thread = event.person, event.thread
        over = self._budgets.refusal(records, person=person, thread=thread, team=team, now=now)
        if over is None:
            self._budgets.count_start(records, person=person, thread=thread, team=team, now=now)
        return over

    async def add(self, team: str, teams: Teams) -> None:
        """Resolve a team without blocking the loop."""
        await asyncio.to_thread(self._add, team, teams)

    def _add(self, team: str, teams: Teams) -> None:
        try:
            self._pinned[team] = teams.pin(team)
        except (RunFailedError, TeamFileError) as error:
            self._failed[team] = error
            self._known = [summary.name for summary in teams.list()]


async def write_pinned(
    store: Store,
    teams: Teams,
    work: Callable[[Records, Pins], T],
    permissions: Permissions | None = None,
    budgets: Budgets | None = None,
) -> T:
    """Run `work` in one transaction, again from the start for each team that it turns out to need."""
    pins = Pins(permissions, budgets)
    while True:
        try:
            return await store.write(lambda records: work(records, pins))
        except NotPinnedError as missing:
            # Its frames know the store's job, which knows it: only a collection of garbage would free them.
            missing.__traceback__ = None
            await pins.add(missing.team, teams)
