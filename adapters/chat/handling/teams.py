"""The names of the teams on offer: they tell whether `coder:` names one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.domain import TeamSummary
from bot.errors import ThreadfastError
from bot.ports import Clock

TEAMS_SECONDS = 5.0
"""How long the list of teams holds."""

log = structlog.get_logger()


class KnownTeams:
    """Asks for the teams now and then; where that fails, the last ones known stand."""

    def __init__(self, ask: Callable[[], Awaitable[Sequence[TeamSummary]]], clock: Clock) -> None:
        """Know teams, as asking (`Overview.teams`) tells them."""
        self._ask = ask
        self._clock = clock
        self._until = 0.0
        self.names: frozenset[str] = frozenset()
        """As they were when they were last asked for."""

    async def refresh(self) -> None:
        """Ask for them, unless that was done just now. Never raises for teams that cannot be read."""
        now = self._clock.now().timestamp()
        if now < self._until:
            return
        try:
            self.names = frozenset(team.name for team in await self._ask())
        except (ThreadfastError, OSError) as error:
            log.warning("chat.teams_unknown", error=type(error).__name__)
        self._until = now + TEAMS_SECONDS
