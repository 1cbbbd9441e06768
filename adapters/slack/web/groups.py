"""User groups: who is a member of those that permissions name. Slack is asked for no other."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from adapters.chat.handling.payload import texts_at
from adapters.chat.recent import Recent
from adapters.slack.web.api import SlackApi
from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError
from bot.ports import Clock

FRESH = timedelta(minutes=3)
"""How long a group's members are remembered."""
REMEMBERED = 2000
SECONDS = 3.0
"""How long somebody's words wait for a group; then they are taken for no member."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Members:
    ids: frozenset[str]
    at: datetime


class UserGroups:
    """Members of user groups, remembered for minutes. Who is not known to be a member is none."""

    def __init__(self, api: SlackApi, clock: Clock, *, wanted: Collection[str]) -> None:
        """Ask for these groups only; without any, nothing is ever asked."""
        self._api = api
        self._clock = clock
        self._wanted = sorted(wanted)
        self._known: Recent[tuple[str, str], _Members] = Recent(REMEMBERED)
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        """By workspace: of a burst of people only the first one's group is asked for."""

    async def of(self, workspace: str, user: str) -> tuple[str, ...]:
        """Return which of the wanted groups a user is known to be a member of."""
        if not self._wanted:
            return ()
        return tuple([group for group in self._wanted if user in await self._members(workspace, group)])

    async def _members(self, workspace: str, group: str) -> frozenset[str]:
        async with self._asking[workspace]:
            known = self._known.get((workspace, group))
            if known is not None and self._clock.now() < known.at + FRESH:
                return known.ids
            try:
                ids = await self._ask(workspace, group)
            except (RetryLaterError, ThreadGoneError, OSError, TimeoutError) as error:
                # Nothing is remembered, so the next one asks again.
                log.warning("slack.group_unknown", workspace=workspace, group=group, error=type(error).__name__)
                return frozenset()
            self._known[workspace, group] = _Members(ids=ids, at=self._clock.now())
            return ids

    async def _ask(self, workspace: str, group: str) -> frozenset[str]:
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._api.call(workspace, "usergroups.users.list", usergroup=group)
        except ThreadGoneError:
            raise
        except PostRefusedError as error:
            # Another workspace's group, one that is switched off, or the scope is missing.
            log.info("slack.group_refused", workspace=workspace, group=group, reason=str(error))
            return frozenset()
        return frozenset(texts_at(answer, "users"))
