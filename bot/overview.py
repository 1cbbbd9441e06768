"""What adapters look up for people, and the defaults that people set: the port `bot.ports.Overview` over the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from bot.domain import (
    AuditAction,
    AuditEntry,
    ConversationId,
    ConversationSummary,
    ForgetReason,
    ForgetWish,
    InputRequest,
    Json,
    Person,
    RequestId,
    RequestStatus,
    TeamSummary,
    ThreadRef,
)
from bot.errors import NotAllowedError
from bot.inbox.access import Access, Refusal, Why
from bot.permissions import Action, Permissions
from bot.ports import Records, Store, Teams
from bot.refusals import StoredRefusals
from bot.texts import say

LISTED = 20
"""How many conversations a person's list holds at most."""
MOST_FORGOTTEN = 1000
"""Conversations that a person has deleted at once."""
MODELS_SECONDS = 5.0
"""How long the model host may take to tell its state."""

log = structlog.get_logger()


class StoredOverview(StoredRefusals):
    """Keeps the promises of the port `bot.ports.Overview`."""

    def __init__(
        self,
        *,
        store: Store,
        teams: Teams,
        default_team: str,
        models: Callable[[str], Awaitable[str]],
        permissions: Permissions | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """Look things up.

        Args:
            store: Where conversations, requests and defaults are recorded.
            teams: The teams on offer.
            default_team: The setting's: what counts where neither the channel nor its workspace has one.
            models: Returns one line on the model host's state, in this language; it may fail, or take too long.
            permissions: Say who may set a default; None: no rule does.
            now: Returns the current time, in UTC; None: the machine's.
        """
        super().__init__(
            store=store,
            permissions=permissions or Permissions(),
            default_team=default_team,
            now=now or partial(datetime.now, UTC),
        )
        self._teams = teams
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

    async def objection(self, request: InputRequest, person: Person, language: str, *, changing: bool = False) -> str:
        """Say why a person may not answer a request, or decide it, as things are now; empty: they may. It is noted."""
        run = await self._store.read(lambda records: records.runs.get(request.run))
        if run is None or request.status is not RequestStatus.OPEN:
            return say("too_late", language)
        access = Access.of(run, person, self._permissions)
        refusal = access.objection(request)
        if refusal is None and changing and access.two_decide(request):
            refusal = Refusal(what=Action.APPROVE.value, why=Why.FOUR_EYES, text_id="change_four_eyes")
        if refusal is None:
            return ""
        await self.objected(request, run, person, refusal)
        return say(refusal.text_id, language, **refusal.facts(language))

    async def default_team(self, thread: ThreadRef) -> str:
        """Return the team that a conversation in this channel gets when none is named."""
        place = (thread.adapter, thread.workspace, thread.channel)
        return await self._store.read(lambda records: records.workspaces.default_team(*place)) or self._default_team

    async def set_default_team(
        self, *, adapter: str, workspace: str, channel: str = "", team: str, person: Person
    ) -> None:
        """Set the team of a channel's conversations to come; without a channel, the workspace's.

        Who may start a run of that team there may also have others start with it: so that is what is asked for. What
        the platform asks besides, as that they manage the channel, its adapter knows.

        Raises:
            NotAllowedError: This person may not; nothing happened.
            UnknownTeamError: There is no such team.
            TeamFileError: Its file is wrong.
            StoreError: Nothing happened.
        """
        await asyncio.to_thread(self._teams.pin, team)
        place = ThreadRef(adapter=adapter, workspace=workspace, channel=channel, thread="")
        if not self._permissions.may(Action.START, person, thread=place, team=team, starter=None):
            detail: Json = {"what": "default", "why": Why.PERMISSIONS.value}
            await self._store.write(partial(self._note, AuditAction.REFUSED, place, team, person, detail))
            raise NotAllowedError("This person may not set the team there.", text_id="denied_default")

        def work(records: Records) -> None:
            records.workspaces.set_default_team(adapter, workspace, channel, team)
            self._note(AuditAction.DEFAULT_CHANGED, place, team, person, {}, records)

        await self._store.write(work)
        log.info("default_team.set", adapter=adapter, workspace=workspace, channel=channel or None, team=team)

    def _note(
        self, action: AuditAction, place: ThreadRef, team: str, person: Person, detail: Json, records: Records
    ) -> None:
        where = f"{place.adapter}:{place.workspace}"
        entry = AuditEntry(
            at=self._now(),
            action=action,
            person=f"{where}:{person.id}",
            place=f"{where}:{place.channel}",
            team=team,
            detail=detail,
        )
        records.audit.add(entry)

    async def began(self, person: Person, place: ThreadRef, *, before: datetime) -> int:
        """Return how many conversations a person began before then in a thread; its thread empty: in its channel."""
        return len(await self._store.read(partial(_began, person=person, place=place, before=before)))

    async def forget(self, person: Person, place: ThreadRef, *, before: datetime) -> int:
        """Have those deleted for good, soon, and return how many they are.

        The engine deletes them: it also ends what works there.

        Raises:
            StoreError: None of them is.
        """

        def work(records: Records) -> int:
            found = _began(records, person, place, before)
            who = f"{place.adapter}:{place.workspace}:{person.id}"
            for conversation in found:
                records.forgetting.wish(ForgetWish(conversation=conversation, reason=ForgetReason.PERSON, person=who))
            return len(found)

        return await self._store.write(work)

    async def models(self, language: str) -> str:
        """Return one line on the model host's state, in a language of the catalogue. Never raises."""
        try:
            async with asyncio.timeout(MODELS_SECONDS):
                return await self._models(language)
        # It is decoration: whatever goes wrong with it, people are shown the rest.
        except Exception as error:
            log.warning("models.unknown", error=type(error).__name__)
            return say("models_unknown", language, error=" ".join(str(error).split()) or type(error).__name__)


def _began(records: Records, person: Person, place: ThreadRef, before: datetime) -> list[ConversationId]:
    where = f"{place.adapter}:{place.workspace}"
    within = f"{where}:{place.channel}:"
    found = records.forgetting.started_by(f"{where}:{person.id}", within=within, before=before, most=MOST_FORGOTTEN)
    return [each for each in found if not place.thread or each == place.conversation]
