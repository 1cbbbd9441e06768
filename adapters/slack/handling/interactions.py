"""Buttons, menus, forms and the message shortcut.

What a button or form is about is compared with the request as it is now: another thread, other bytes or an item that
does not exist, and nothing is decided. Who may decide, and whether it is too late, is the core's to say.
"""

from __future__ import annotations

import asyncio

import structlog

from adapters.chat.handling.about import About, Action
from adapters.chat.handling.deciding import pressed_event, submitted_event, thread_of
from adapters.chat.handling.payload import object_at, text_at
from adapters.slack import ids
from adapters.slack.events import Me
from adapters.slack.events import intents as wants
from adapters.slack.events.messages import shared_files
from adapters.slack.handling.answers import Addressee
from adapters.slack.handling.desk import Desk
from adapters.slack.ids import ADAPTER
from adapters.slack.rendering import modals
from adapters.slack.web.threads import by_us, words_of
from bot.domain import (
    Attachment,
    Delivery,
    Event,
    EventKind,
    InputRequest,
    Json,
    Person,
    ThreadRef,
)
from bot.errors import PostRefusedError, RetryLaterError
from bot.texts import say

NAMES_SECONDS = 1.0
"""How long a form waits for names; Slack opens it only within three seconds."""

log = structlog.get_logger()


class Interactions:
    """Does what people press, choose and send."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def complaints(self, payload: Json) -> dict[str, str]:
        """Return what is wrong with a form that is about to be taken, by its block. Asks nobody."""
        if text_at(payload, "type") != "view_submission":
            return {}
        sent = modals.submitted(object_at(payload, "view"))
        language = self._desk.people.language(text_at(payload, "team", "id"), text_at(payload, "user", "id"))
        return modals.complaints(sent, language) if sent is not None else {}

    async def pressed(self, delivery: Delivery, pressed: wants.Pressed, me: Me) -> None:
        """Do what a button of a card says, if the card still is about what would run."""
        person = await self._desk.people.person(pressed.workspace, pressed.user)
        place = _place(pressed)
        request = await self._desk.overview.request(pressed.about.request)
        if request is None or not pressed.about.fits(request) or pressed.thread != thread_of(request):
            log.warning("slack.card_refused", request=pressed.about.request, person=pressed.user)
            await self._desk.overview.card_refused(person, _where(pressed), pressed.about.request)
            await self._tell(place, person, "chat_card_stale")
            return
        action = ids.ACTIONS[pressed.action]
        if action in (Action.REJECT, Action.EDIT):
            await self._open(pressed, request, person)
            return
        receipt = await self._desk.inbox.accept(pressed_event(delivery, action, pressed.about, request, person))
        await self._desk.answers.tell(place, receipt.text)

    async def _open(self, pressed: wants.Pressed, request: InputRequest, person: Person) -> None:
        """Open the form for a reason or for changed code, for whoever may send it."""
        language = self._desk.language(person)
        changing = pressed.action == ids.EDIT
        why_not = await self._desk.overview.objection(request, person, language, changing=changing)
        if why_not:
            await self._desk.answers.tell(_place(pressed), why_not)
        elif pressed.action == ids.REJECT:
            await self._show(pressed, modals.reject_form(request, pressed.about.item, language), person)
        else:
            await self._show(pressed, self._edit_form(pressed, request, language), person)

    def _edit_form(self, pressed: wants.Pressed, request: InputRequest, language: str) -> Json:
        try:
            return modals.edit_form(request, pressed.about.item or 1, language)
        except ValueError:
            return modals.notice_form(say("chat_edit_too_long", language), language)

    async def _show(self, wanted: wants.Interaction, view: Json, person: Person) -> None:
        """Open a form; Slack allows that for three seconds, so a late one is asked for anew."""
        try:
            await self._desk.api.call(wanted.workspace, "views.open", trigger_id=wanted.trigger_id, view=view)
        except (PostRefusedError, RetryLaterError, OSError) as error:
            log.warning("slack.form_not_opened", error=type(error).__name__, reason=str(error))
            await self._tell(_place(wanted), person, "chat_form_late")

    async def run_here(self, delivery: Delivery, wanted: wants.RunHere, me: Me) -> None:
        """Open the form that runs a team on a message."""
        assert wanted.thread is not None, "a shortcut is used on a message"
        person = await self._desk.people.person(wanted.workspace, wanted.user)
        origin = modals.Origin(
            channel=wanted.channel, message=wanted.message_ts, thread=wanted.thread.thread, author=wanted.author
        )
        view = modals.run_here(
            await self._desk.overview.teams(),
            origin,
            await self._named(wanted),
            team=await self._desk.overview.default_team(wanted.thread),
            language=self._desk.language(person),
        )
        await self._show(wanted, view, person)

    async def _named(self, wanted: wants.RunHere) -> str:
        """Return a message's text with people's names, as far as they are told in time: the form waits for it."""
        try:
            async with asyncio.timeout(NAMES_SECONDS):
                return await self._desk.people.named(wanted.workspace, wanted.text, wanted.mentions)
        except (TimeoutError, RetryLaterError, OSError):
            return wanted.text

    async def submitted(self, delivery: Delivery, wanted: wants.Submitted, me: Me) -> None:
        """Do what a form says."""
        sent = modals.submitted(wanted.view)
        if sent is None:
            log.warning("slack.form_refused", form=wanted.form, person=wanted.user)
            return
        person = await self._desk.people.person(wanted.workspace, wanted.user)
        if sent.origin is not None:
            await self._run(delivery, sent, sent.origin, person, me)
        elif sent.pressed is not None:
            await self._decide(delivery, sent, sent.pressed, person, wanted.workspace)

    async def _decide(
        self, delivery: Delivery, sent: modals.Submitted, about: About, person: Person, workspace: str
    ) -> None:
        request = await self._desk.overview.request(about.request)
        if request is None or not about.fits(request) or thread_of(request).workspace != workspace:
            log.warning("slack.form_refused", form=sent.form, person=person.id)
            nowhere = ThreadRef(adapter=ADAPTER, workspace=workspace, channel="", thread="")
            await self._desk.overview.card_refused(person, nowhere, about.request)
            await self._desk.answers.write(workspace, person.id, say("chat_card_stale", self._desk.language(person)))
            return
        thread = thread_of(request)
        action = Action.REJECT if sent.form == ids.REJECT_FORM else Action.EDIT
        event = submitted_event(delivery, action, about, sent.text, request, person)
        receipt = await self._desk.inbox.accept(event)
        place = Addressee(workspace=workspace, channel=thread.channel, user=person.id, thread=thread)
        await self._desk.answers.tell(place, receipt.text)

    async def _run(
        self, delivery: Delivery, sent: modals.Submitted, origin: modals.Origin, person: Person, me: Me
    ) -> None:
        """Run a team on a message: the instructions, then the message, quoted with its author."""
        desk, language = self._desk, self._desk.language(person)
        thread = ThreadRef(adapter=ADAPTER, workspace=me.workspace, channel=origin.channel, thread=origin.thread)
        refusal = await desk.overview.turned_away(person, thread, language, team=sent.team)
        if refusal:
            place = Addressee(workspace=me.workspace, channel=origin.channel, user=person.id)
            await desk.answers.tell(place, refusal)
            return
        messages = await desk.threads.messages(thread)
        message = next((one for one in messages if text_at(one, "ts") == origin.message), None)
        if message is None:
            await desk.answers.write(me.workspace, person.id, say("slack_run_here_unreadable", language))
            return
        begun = await desk.inbox.begun(thread)
        before = [] if begun else [one for one in messages[: messages.index(message)] if not by_us(one, me)]
        files, unread = await desk.files.read(me.workspace, shared_files(message))
        quote = await desk.threads.quote(me.workspace, message) if words_of(message) else ""
        event = Event(
            kind=EventKind.MESSAGE,
            delivery=delivery.id,
            thread=thread,
            person=person,
            at=delivery.received_at,
            text="\n\n".join(part for part in (sent.text, quote) if part),
            attachments=tuple[Attachment, ...](files),
            team=sent.team,
            earlier=await desk.threads.said(me.workspace, before),
        )
        await desk.inbox.accept(event)
        lines = [say(one.text_id, language, name=one.name) for one in unread]
        place = Addressee(workspace=me.workspace, channel=origin.channel, user=person.id, thread=thread)
        await desk.answers.tell(place, "\n".join(lines))

    async def _tell(self, place: Addressee, person: Person, text_id: str) -> None:
        await self._desk.answers.tell(place, say(text_id, self._desk.language(person)))


def _where(wanted: wants.Interaction) -> ThreadRef:
    return wanted.thread or ThreadRef(adapter=ADAPTER, workspace=wanted.workspace, channel=wanted.channel, thread="")


def _place(wanted: wants.Interaction) -> Addressee:
    return Addressee(
        workspace=wanted.workspace,
        channel=wanted.channel,
        user=wanted.user,
        thread=wanted.thread,
        response_url=wanted.response_url,
    )
