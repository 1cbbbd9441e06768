"""What adapters look up for people, and the defaults that people set: the port `bot.ports.Overview` over the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.domain import ConversationSummary, InputRequest, Person, RequestId, TeamSummary, ThreadRef
from bot.ports import Store, Teams
from bot.texts import say

LISTED = 20
"""How many conversations a person's list holds at most."""
MODELS_SECONDS = 5.0
"""How long the model host may take to tell its state."""

log = structlog.get_logger()


class StoredOverview:
    """Keeps the promises of the port `bot.ports.Overview`."""

    def __init__(
        self,
        *,
        store: Store,
        teams: Teams,
        default_team: str,
        models: Callable[[str], Awaitable[str]],
    ) -> None:
        """Look things up.

        Args:
            store: Where conversations, requests and defaults are recorded.
            teams: The teams on offer.
            default_team: The setting's: what counts where neither the channel nor its workspace has one.
            models: Returns one line on the model host's state, in this language; it may fail, or take too long.
        """
        self._store = store
        self._teams = teams
        self._default_team = default_team
        self._models = models

    async def teams(self) -> list[TeamSummary]:
        """Return the teams on offer."""
        return await asyncio.to_thread(self._teams.list)

    async def conversations(self, person: Person, *, adapter: str, workspace: str) -> list[ConversationSummary]:
        """Return the newest conversations that concern this person, first those that wait for them."""
        return await self._store.read(
            lambda records: records.conversations.theirs(person.id, adapter=adapter, workspace=workspace, limit=LISTED)
        )

    async def request(self, request: RequestId) -> InputRequest | None:
        """Return an input request as it is now."""
        return await self._store.read(lambda records: records.requests.get(request))

    async def default_team(self, thread: ThreadRef) -> str:
        """Return the team that a conversation in this channel gets when none is named."""
        place = (thread.adapter, thread.workspace, thread.channel)
        return await self._store.read(lambda records: records.workspaces.default_team(*place)) or self._default_team

    async def set_default_team(self, *, adapter: str, workspace: str, channel: str = "", team: str) -> None:
        """Set the team of a channel's conversations to come; without a channel, the workspace's.

        Raises:
            UnknownTeamError: There is no such team.
            TeamFileError: Its file is wrong.
            StoreError: Nothing happened.
        """
        await asyncio.to_thread(self._teams.pin, team)
        await self._store.write(lambda records: records.workspaces.set_default_team(adapter, workspace, channel, team))
        log.info("default_team.set", adapter=adapter, workspace=workspace, channel=channel or None, team=team)

    async def models(self, language: str) -> str:
        """Return one line on the model host's state, in a language of the catalogue. Never raises."""
        try:
            async with asyncio.timeout(MODELS_SECONDS):
                return await self._models(language)
        # It is decoration: whatever goes wrong with it, people are shown the rest.
        except Exception as error:
            log.warning("models.unknown", error=type(error).__name__)
            return say("models_unknown", language, error=" ".join(str(error).split()) or type(error).__name__)
