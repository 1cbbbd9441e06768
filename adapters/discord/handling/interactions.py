"""Buttons, menus and forms.

What a button or form is about is compared with the request as it is now: another thread, other bytes or an item that
does not exist, and nothing is decided. Who may decide, and whether it is too late, is the core's to say.
"""

from __future__ import annotations

import structlog

from adapters.chat.content.edits import unseen_in
from adapters.chat.handling.about import Action
from adapters.chat.handling.deciding import pressed_event, submitted_event
from adapters.chat.handling.deciding import thread_of as waiting_in
from adapters.chat.handling.overviews import Overviews
from adapters.discord.events import Me
from adapters.discord.events import intents as wants
from adapters.discord.events.payload import shared_files
from adapters.discord.handling.asking import Asking
from adapters.discord.handling.context import Context, quoted
from adapters.discord.handling.desk import Desk
from adapters.discord.handling.refusing import reason_of
from adapters.discord.handling.replies import worded
from adapters.discord.handling.where import asked_in, thread_name, thread_of
from adapters.discord.ids import ADAPTER
from bot.domain import Attachment, Delivery, Event, EventKind, InputRequest, Json, Person, ThreadRef
from bot.errors import PostRefusedError
from bot.ports import Overview
from bot.texts import say

log = structlog.get_logger()


class Interactions:
    """Does what people press, choose and send."""

    def __init__(self, desk: Desk, asking: Asking) -> None:
        self._desk = desk
        self._asking = asking
        self._context = Context(desk.api)
        self._overviews = Overviews(desk.overview, desk.inbox, adapter=ADAPTER)

    async def pressed(self, delivery: Delivery, pressed: wants.Pressed, me: Me) -> None:
        """Do what a button of a card says, if the card still is about what would run."""
        person = self._desk.known(pressed.person)
        request = await about_now(self._desk.overview, pressed)
        if request is None:
            log.warning("discord.card_refused", request=pressed.about.request, person=person.id)
            await self._desk.overview.card_refused(person, asked_in(pressed), pressed.about.request)
            await self._say(pressed, "chat_card_stale")
        elif pressed.action in (Action.REJECT, Action.EDIT):
            # These open forms, at once or never.
            await self._say(pressed, "chat_form_late")
        else:
            event = pressed_event(delivery, pressed.action, pressed.about, request, person)
            await self._accept(pressed, event)

    async def submitted(self, delivery: Delivery, sent: wants.Submitted, me: Me) -> None:
        """Do what a form says: reject with a reason, or run changed code."""
        person = self._desk.known(sent.person)
        request = await about_now(self._desk.overview, sent)
        if request is None:
            log.warning("discord.form_refused", request=sent.about.request, person=person.id)
            await self._desk.overview.card_refused(person, asked_in(sent), sent.about.request)
            await self._say(sent, "chat_card_stale")
            return
        if sent.action is Action.EDIT and (unseen := unseen_in(sent.text)):
            sentence = say("card_form_hidden", self._desk.language(person), chars=unseen)
            await self._desk.answers.tell(sent, worded(sentence))
            return
        await self._accept(sent, submitted_event(delivery, sent.action, sent.about, sent.text, request, person))

    async def run_on(self, delivery: Delivery, wanted: wants.RunOnThis, me: Me) -> None:
        """Run a team on a message: the instructions, then the message, quoted with its author."""
        person = self._desk.known(wanted.person)
        language = self._desk.language(person)
        refusal = await self._desk.overview.turned_away(person, asked_in(wanted), language, team=wanted.team)
        if refusal:
            await self._tell(wanted, delivery, refusal)
            return
        message = await self._context.message(wanted.channel, wanted.message) if wanted.reads else None
        complaint = await self._complaint(wanted, message, language)
        if message is None or complaint:
            await self._tell(wanted, delivery, complaint)
            return
        try:
            thread = await self._thread(wanted, message, language)
        except PostRefusedError as error:
            text = say("discord_no_thread", language, reason=reason_of(error, language))
            await self._tell(wanted, delivery, text)
            return
        event, unread = await self._event(delivery, wanted, message, thread, person, me)
        await self._desk.inbox.accept(event)
        await self._tell(wanted, delivery, "\n".join([say("discord_run_on_begun", language), *unread]))

    async def _event(  # all that the event is made of
        self, delivery: Delivery, wanted: wants.RunOnThis, message: Json, thread: ThreadRef, person: Person, me: Me
    ) -> tuple[Event, list[str]]:
        """Return the run's beginning, and the sentences about files that could not be read."""
        language = self._desk.language(person)
        is_new = thread_of(wanted) is not None and bool(wanted.guild) and not await self._desk.inbox.begun(thread)
        earlier = await self._context.before(thread, me, until=wanted.message) if is_new else ()
        files, unread = await self._desk.files.read(shared_files(message, "files"))
        event = Event(
            kind=EventKind.MESSAGE,
            delivery=delivery.id,
            thread=thread,
            person=person,
            at=delivery.received_at,
            text="\n\n".join(part for part in (wanted.text, quoted(message)) if part),
            attachments=tuple[Attachment, ...](files),
            team=wanted.team,
            earlier=earlier,
        )
        return event, [say(one.text_id, language, name=one.name) for one in unread]

    async def _complaint(self, wanted: wants.RunOnThis, message: Json | None, language: str) -> str:
        if message is None:
            return say("discord_run_on_unreadable" if wanted.reads else "discord_run_on_not_yours", language)
        return await self._overviews.unknown_team(wanted.team, language)

    async def _thread(self, wanted: wants.RunOnThis, message: Json, language: str) -> ThreadRef:
        """Return the thread of a message, made of it where there is none.

        Raises:
            PostRefusedError: None can be made.
        """
        thread = thread_of(wanted)
        if thread is None:
            name = thread_name(wanted.text or quoted(message).removeprefix("> "), (), language)
            await self._desk.open_thread(wanted.channel, wanted.message, name)
            thread = ThreadRef(adapter=ADAPTER, workspace=wanted.guild, channel=wanted.channel, thread=wanted.message)
        return thread

    async def _accept(self, asked: wants.Asked, event: Event) -> None:
        receipt = await self._desk.inbox.accept(event)
        await self._desk.answers.tell(asked, worded(receipt.text))

    async def _say(self, asked: wants.Asked, text_id: str) -> None:
        await self._desk.answers.tell(asked, worded(say(text_id, self._desk.language(asked.person))))

    async def _tell(self, asked: wants.Asked, delivery: Delivery, text: str) -> None:
        await self._asking.tell(asked, text, delivery.id)


async def about_now(overview: Overview, asked: wants.Pressed | wants.Submitted) -> InputRequest | None:
    """Return the request that a button or a form is about; None: it is not about what waits in this thread now."""
    request = await overview.request(asked.about.request)
    if request is None or not asked.about.fits(request) or thread_of(asked) != waiting_in(request):
        return None
    return request
