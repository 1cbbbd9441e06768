"""What adapters ask before they show, read or fetch anything for a person, and what the audit log says of a refusal.

What is refused here never reaches the inbox: no thread is opened for it, nothing is shown under the bot's name.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import (
    AuditAction,
    AuditEntry,
    InputRequest,
    Person,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
    ThreadRef,
)
from bot.errors import StoreError
from bot.inbox.access import Access, Refusal, Why
from bot.inbox.audited import REFUSED_EVERY
from bot.permissions import Action, Permissions
from bot.ports import Records, Store
from bot.texts import say

NOTED_FOR = timedelta(minutes=10)
"""The same refusal of the same person is one entry for so long: whoever tries again and again fills no log."""
REMEMBERED = 1000
"""So many refusals are remembered as noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """Who was refused what, and where."""

    person: Person
    place: ThreadRef
    """Its thread empty: the channel itself."""
    what: str
    why: Why
    run: Run | None = None
    request: InputRequest | None = None
    team: str = ""
    model: str = ""
    """The model that was to be pulled."""


class StoredRefusals:
    """Keeps the promises of the port `bot.ports.Refusals`."""

    def __init__(
        self, *, store: Store, permissions: Permissions, default_team: str, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._permissions = permissions
        self._default_team = default_team
        self._now = now
        self._noted: OrderedDict[tuple[str, ...], datetime] = OrderedDict()

    async def turned_away(self, person: Person, thread: ThreadRef, language: str, *, team: str | None = None) -> str:
        """Say why what a person says in a thread begins and answers nothing there; empty: it may. It is noted."""

        def look(records: Records) -> tuple[Refusal | None, Run | None]:
            run, access = self._access(records, person, thread, team)
            return _refusal(records, run, access), run

        refusal, run = await self._store.read(look)
        if refusal is None:
            return ""
        await self._note_once(_Refused(person=person, place=thread, what=refusal.what, why=refusal.why, run=run))
        return say(refusal.text_id, language, **refusal.facts(language))

    async def hears(self, person: Person, thread: ThreadRef, *, team: str | None = None) -> bool:
        """Say whether anything that a person says in a thread may count there now. Nothing is noted."""

        def look(records: Records) -> bool:
            return _refusal(records, *self._access(records, person, thread, team)) is None

        return await self._store.read(look)

    async def card_refused(self, person: Person, place: ThreadRef, request: RequestId) -> None:
        """Note that a person used a button or a form that is not about what waits there."""
        found = await self._store.read(lambda records: records.requests.get(request))
        decides = found is None or found.kind is RequestKind.APPROVAL
        what = Action.APPROVE if decides else Action.ANSWER
        await self._note_once(_Refused(person=person, place=place, what=what.value, why=Why.STALE, request=found))

    async def default_refused(self, person: Person, place: ThreadRef) -> None:
        """Note that a person may not set a default team there, by what their platform says of them."""
        await self._note_once(_Refused(person=person, place=place, what="default", why=Why.PLATFORM))

    async def pull_refused(self, person: Person, place: ThreadRef, model: str) -> None:
        """Note that a person may not have this model pulled there."""
        what, why = Action.OPERATE.value, Why.PERMISSIONS
        await self._note_once(_Refused(person=person, place=place, what=what, why=why, model=model))

    async def objected(self, request: InputRequest, run: Run, person: Person, refusal: Refusal) -> None:
        """Note that a person may not answer a request, or decide it, for whom a form was to open."""
        place = ThreadRef.parse(request.conversation)
        refused = _Refused(person=person, place=place, what=refusal.what, why=refusal.why, run=run, request=request)
        await self._note_once(refused)

    def _access(
        self, records: Records, person: Person, thread: ThreadRef, team: str | None
    ) -> tuple[Run | None, Access]:
        """Return the run that goes on there, and what the person may do about it or about the one they would begin."""
        known = records.conversations.get(thread.conversation)
        run = records.runs.get(known.run) if known is not None and known.run is not None else None
        if run is not None and not run.status.final:
            return run, Access.of(run, person, self._permissions)
        # A conversation stays with the team of its runs.
        last = known.team if known is not None and run is not None else None
        default = records.workspaces.default_team(thread.adapter, thread.workspace, thread.channel)
        team = team or last or default or self._default_team
        return None, Access(permissions=self._permissions, person=person, thread=thread, team=team)

    async def _note_once(self, refused: _Refused) -> None:
        """Add it to the audit log, unless that says so already."""
        now, entry = self._now(), _entry(refused, self._now())
        about = (entry.conversation, entry.request, refused.model)
        key = (entry.person, entry.place, *about, refused.what, refused.why.value)
        last = self._noted.get(key)
        if last is not None and now < last + NOTED_FOR:
            return

        def work(records: Records) -> None:
            # The inbox may have noted the same, of another button of the same card.
            if not entry.conversation or not records.audit.refused_since(entry, now - REFUSED_EVERY):
                records.audit.add(entry)

        # Remembered first: what is refused side by side is one entry, too.
        self._noted[key] = now
        self._noted.move_to_end(key)
        if len(self._noted) > REMEMBERED:
            self._noted.popitem(last=False)
        try:
            await self._store.write(work)
        except StoreError:
            self._noted.pop(key, None)
            raise


def _refusal(records: Records, run: Run | None, access: Access) -> Refusal | None:
    if run is None:
        return access.refused(Action.START)
    waiting = records.requests.of(run.conversation, status=RequestStatus.OPEN)
    objections = [access.objection(request) for request in waiting if request.run == run.id]
    found = objections or [access.refused(Action.ANSWER)]
    return None if None in found else found[0]


def _entry(refused: _Refused, at: datetime) -> AuditEntry:
    place, run, request = refused.place, refused.run, refused.request
    where = f"{place.adapter}:{place.workspace}"
    return AuditEntry(
        at=at,
        action=AuditAction.REFUSED,
        person=f"{where}:{refused.person.id}",
        place=f"{where}:{place.channel}",
        conversation=run.conversation if run is not None else request.conversation if request is not None else "",
        run=run.id if run is not None else request.run if request is not None else "",
        request=request.id if request is not None else "",
        team=run.team if run is not None else refused.team,
        detail={"what": refused.what, "why": refused.why.value} | ({"model": refused.model} if refused.model else {}),
    )
