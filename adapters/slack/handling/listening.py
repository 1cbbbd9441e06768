"""Listening: what people say in threads, and how they steer there.

Names, earlier messages and files are looked up first, then the event is accepted in one transaction; a process that
dies anywhere in between begins anew with the same delivery and changes nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from adapters.chat.files.attachments import Unread
from adapters.chat.handling.telling import TurnedAway
from adapters.chat.recent import Recent
from adapters.slack import ids
from adapters.slack.events import Me, understand
from adapters.slack.events import intents as wants
from adapters.slack.handling.answers import Addressee
from adapters.slack.handling.desk import Desk
from adapters.slack.handling.other_bots import OtherBots
from bot.domain import Accepted, Attachment, Delivery, Event, EventKind, Person, ThreadRef
from bot.texts import say

LATE_SECONDS = 5.0
"""A mention that comes so long after it was written may have been overtaken: its first delivery was lost."""
FIRST_MINUTE = timedelta(minutes=1)
"""For so long a process does not know what the one before it has heard: every mention may have been overtaken."""

log = structlog.get_logger()


class Listening:
    """Turns what is said in threads into events of the core."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._knows_all_from = desk.clock.now() + FIRST_MINUTE
        self._bots = OtherBots(desk)
        self._turned_away = TurnedAway()
        self._recent: Recent[tuple[str, str, str], None] = Recent()
        """Messages that were accepted: most twins are told without asking the store."""
        self._overheard: Recent[ThreadRef, None] = Recent()
        """Threads in which replies were ignored: their mention may be on its way."""

    async def said(self, delivery: Delivery, said: wants.Said, me: Me) -> None:
        """Hand in a message: a mention, a reply, a direct message."""
        desk = self._desk
        if self._is_twin(said) or not await self._bots.admitted(delivery, said):
            return
        if not said.addressed and not await desk.inbox.listens(said.thread):
            self._overheard[said.thread] = None
            return
        first = said.addressed and not (said.in_thread and await desk.inbox.begun(said.thread))
        person = await self._person(said)
        if first and await self._is_turned_away(said, person):
            return
        event, unread = await self._event(delivery, said, me, person, opens=first and said.in_thread)
        receipt = await desk.inbox.accept(event)
        if receipt.outcome is Accepted.IGNORED:
            self._overheard[said.thread] = None
            return
        if receipt.outcome is not Accepted.DUPLICATE:
            await self._tell_unread(said, event.person, unread)
        # A duplicate is also what is left of a try that ended before it had caught up.
        if first or (said.addressed and receipt.outcome is Accepted.DUPLICATE):
            await self._catch_up(delivery, said, me)
        self._remember(said)

    async def _person(self, said: wants.Said) -> Person:
        person = await self._desk.people.person(said.thread.workspace, said.user)
        return replace(person, bot=person.bot or said.by_bot)

    async def _is_turned_away(self, said: wants.Said, person: Person) -> bool:
        """Whether somebody may begin nothing here: they alone are told, and nothing is read for them."""
        desk, thread = self._desk, said.thread
        refusal = await desk.overview.turned_away(person, thread, desk.language(person), team=said.team)
        if not refusal:
            return False
        log.info("slack.turned_away", channel=thread.channel, person=person.id)
        self._remember(said)
        if not person.bot and self._turned_away.to_tell(person.id, thread, desk.clock.now()):
            place = in_thread(said)
            # A thread that has no replies shows nobody what is said to them alone in it.
            await desk.answers.tell(place if said.in_thread or said.direct else replace(place, thread=None), refusal)
        return True

    async def _files(self, said: wants.Said, person: Person) -> tuple[Sequence[Attachment], list[Unread]]:
        """Fetch a message's files, unless the core will refuse what it says."""
        desk = self._desk
        if not said.files or not await desk.overview.hears(person, said.thread, team=said.team):
            return (), []
        files, unread = await desk.files.read(said.thread.workspace, said.files)
        return files, list(unread)

    async def _event(
        self, delivery: Delivery, said: wants.Said, me: Me, person: Person, *, opens: bool
    ) -> tuple[Event, list[Unread]]:
        """Look up what belongs to a message, and name the files that could not be read."""
        desk = self._desk
        text = await desk.people.named(me.workspace, said.text, said.mentions)
        earlier = await desk.threads.earlier(said.thread, me, until=said.ts) if opens else ()
        files, unread = await self._files(said, person)
        event = Event(
            kind=EventKind.MESSAGE,
            delivery=delivery.id,
            thread=said.thread,
            person=person,
            at=_moment(said.ts),
            message=said.ts,
            text=text,
            attachments=tuple(files),
            team=said.team,
            addressed=said.addressed,
            edited=said.edited,
            earlier=earlier,
        )
        return event, unread

    async def _catch_up(self, delivery: Delivery, mention: wants.Said, me: Me) -> None:
        """Hand in the replies that overtook the mention which makes the thread ours; the inbox knows the others."""
        late = delivery.received_at.timestamp() - float(mention.ts) > LATE_SECONDS
        early = delivery.received_at < self._knows_all_from
        await self.catch_up(delivery, mention.thread, mention.ts, me, late or early)

    async def catch_up(self, delivery: Delivery, thread: ThreadRef, since: str, me: Me, missed: bool) -> None:
        """Hand in what was said after a message, before its thread became ours.

        Args:
            delivery: What made the thread ours.
            thread: The thread.
            since: The `ts` of the message.
            me: Who we are there.
            missed: Whether something may have been said that this process has not heard.
        """
        if thread not in self._overheard and not missed:
            return
        for message in await self._desk.threads.messages(thread, after=since):
            again = {**message, "type": "message", "channel": thread.channel}
            reply = understand("event", {"event": again}, me)
            if isinstance(reply, wants.Said) and float(reply.ts) > float(since):
                await self.said(replace(delivery, id=f"{delivery.id}/{reply.ts}"), reply, me)
        self._overheard.pop(thread, None)

    async def _tell_unread(self, said: wants.Said, person: Person, unread: list[Unread]) -> None:
        language = self._desk.language(person)
        lines = [say(one.text_id, language, name=one.name) for one in unread]
        await self._desk.answers.tell(in_thread(said), "\n".join(lines))

    async def changed(self, delivery: Delivery, changed: wants.Changed, me: Me) -> None:
        """Hand in what a message says now, or that it was taken back, where messages can wait to be used."""
        if not await self._desk.inbox.begun(changed.thread):
            return
        text = await self._desk.people.named(me.workspace, changed.text, changed.mentions)
        person = await self._desk.people.person(me.workspace, changed.user)
        await self._desk.inbox.accept(
            Event(
                kind=EventKind.EDIT,
                delivery=delivery.id,
                thread=changed.thread,
                person=person,
                at=max(delivery.received_at, _moment(changed.ts)),
                message=changed.ts,
                text=text,
                addressed=False,
            )
        )

    async def mute(self, delivery: Delivery, mute: wants.Mute, me: Me) -> None:
        """Fall silent in a thread."""
        await self._steer(delivery, mute, EventKind.MUTE)

    async def stop(self, delivery: Delivery, stop: wants.Stop, me: Me) -> None:
        """Stop a thread's run."""
        await self._steer(delivery, stop, EventKind.STOP)

    async def help(self, delivery: Delivery, asked: wants.HelpHere, me: Me) -> None:
        """Say what can be done, to who asked."""
        if self._is_twin(asked):
            return
        person = await self._desk.people.person(asked.thread.workspace, asked.user)
        text = say("slack_help", self._desk.language(person), command=ids.COMMAND)
        place = in_thread(asked)
        await self._desk.answers.tell(place if asked.direct else replace(place, thread=None), text)
        self._remember(asked)

    async def _steer(self, delivery: Delivery, said: wants.InThread, kind: EventKind) -> None:
        if self._is_twin(said):
            return
        person = await self._desk.people.person(said.thread.workspace, said.user)
        event = Event(
            kind=kind,
            delivery=delivery.id,
            thread=said.thread,
            person=person,
            at=_moment(said.ts),
            message=said.ts,
        )
        receipt = await self._desk.inbox.accept(event)
        self._remember(said)
        await self._desk.answers.tell(in_thread(said), receipt.text)

    def _remember(self, said: wants.InThread) -> None:
        self._recent[said.thread.workspace, said.thread.channel, said.ts] = None

    def _is_twin(self, said: wants.InThread) -> bool:
        """Whether this message was accepted already, under another delivery's id: a mention comes as two events."""
        return (said.thread.workspace, said.thread.channel, said.ts) in self._recent

    async def session_stopped(self, delivery: Delivery, stopped: wants.SessionStopped, me: Me) -> None:
        """Stop a thread's run, because Slack's own stop button was pressed."""
        person = await self._desk.people.person(me.workspace, stopped.user)
        event = Event(
            kind=EventKind.STOP,
            delivery=delivery.id,
            thread=stopped.thread,
            person=person,
            at=delivery.received_at,
        )
        receipt = await self._desk.inbox.accept(event)
        if receipt.outcome is Accepted.NOT_ALLOWED:
            thread = stopped.thread
            place = Addressee(workspace=thread.workspace, channel=thread.channel, user=stopped.user, thread=thread)
            await self._desk.answers.tell(place, receipt.text)


def in_thread(said: wants.InThread) -> Addressee:
    """Return where whoever said something in a thread is told about it alone."""
    thread = said.thread
    return Addressee(workspace=thread.workspace, channel=thread.channel, user=said.user, thread=thread)


def _moment(ts: str) -> datetime:
    """Return when a message was said: it may have come here much later, when Slack tried again."""
    return datetime.fromtimestamp(float(ts), UTC)
