"""Listening: what people say in channels, threads and directly, and how they steer there.

A mention in a channel gets its thread first, then it is accepted in one transaction; a process that dies anywhere in
between begins anew with the same delivery and changes nothing twice.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from adapters.chat.files.attachments import Unread
from adapters.chat.handling.deciding import thread_of
from adapters.chat.handling.overviews import Overviews, Where
from adapters.chat.handling.telling import TurnedAway
from adapters.chat.recent import Recent
from adapters.discord.events import Me, moment_of, understand
from adapters.discord.events import intents as wants
from adapters.discord.handling.context import Context, quoted, said_in
from adapters.discord.handling.desk import Desk
from adapters.discord.handling.other_bots import OtherBots
from adapters.discord.handling.refusing import reason_of
from adapters.discord.handling.replies import Replies
from adapters.discord.handling.where import place_of, thread_name
from adapters.discord.ids import ADAPTER
from adapters.discord.web.refusals import UNKNOWN_MESSAGE, code_of
from bot.domain import Accepted, Delivery, Event, EventKind, RequestId, Said, ThreadRef
from bot.errors import PostRefusedError
from bot.texts import say

log = structlog.get_logger()


class Listening:
    """Turns what is said into events of the core."""

    def __init__(self, desk: Desk, replies: Replies) -> None:
        self._desk = desk
        self._replies = replies
        self._context = Context(desk.api)
        self._overviews = Overviews(desk.overview, desk.inbox, adapter=ADAPTER)
        self._bots = OtherBots(desk)
        self._turned_away = TurnedAway()
        self._overheard: Recent[ThreadRef, None] = Recent()
        """Threads in which something was said before they were ours: the run that makes them so may be on its way."""

    async def said(self, delivery: Delivery, said: wants.Said, me: Me) -> None:
        """Hand in a message: a mention, a reply, a direct message."""
        desk = self._desk
        if not await self._bots.admitted(delivery, said):
            return
        if not said.addressed and not await desk.inbox.listens(said.thread):
            self._overheard[said.thread] = None
            return
        heard = await self._heard(delivery, await desk.standing(said))
        if heard is None:
            return
        said = heard
        if not (said.in_thread or said.direct) and not await self._opened(delivery, said):
            return
        event, unread = await self._event(delivery, said, me)
        receipt = await desk.inbox.accept(event)
        if receipt.outcome is Accepted.IGNORED:
            self._overheard[said.thread] = None
        elif receipt.outcome is not Accepted.DUPLICATE:
            await self._tell_unread(delivery, said, unread)

    async def catch_up(self, delivery: Delivery, thread: ThreadRef, since: str, me: Me) -> None:
        """Hand in what was said in a thread after a message, before its run was recorded.

        Args:
            delivery: What made the thread ours. One that was begun before may have missed what was said meanwhile.
            thread: The thread.
            since: The message.
            me: Who we are.
        """
        if thread not in self._overheard and not delivery.tries:
            return
        for shown in await self._context.history(thread, after=since):
            message = shown.described | {"place": place_of(thread)}
            again = replace(delivery, id=f"message:{shown.id}", body={"kind": "message", "message": message})
            reply = understand("message", again.body, me)
            if isinstance(reply, wants.Said):
                await self.said(replace(again, received_at=moment_of(again)), reply, me)
        self._overheard.pop(thread, None)

    async def changed(self, delivery: Delivery, changed: wants.Changed, me: Me) -> None:
        """Hand in what a message says now, or that it was taken back, where messages can wait to be used."""
        if not await self._desk.inbox.begun(changed.thread):
            return
        event = self._plain(delivery, await self._desk.standing(changed), EventKind.EDIT)
        await self._desk.inbox.accept(replace(event, text=changed.text, addressed=False))

    async def mute(self, delivery: Delivery, mute: wants.Mute, me: Me) -> None:
        """Fall silent in a thread; in a channel, in the threads there of whoever wants it."""
        await self._steer(delivery, mute, EventKind.MUTE)

    async def stop(self, delivery: Delivery, stop: wants.Stop, me: Me) -> None:
        """Stop a thread's run; in a channel, the runs there of whoever wants it."""
        await self._steer(delivery, stop, EventKind.STOP)

    async def help(self, delivery: Delivery, asked: wants.HelpHere, me: Me) -> None:
        """Say what can be done."""
        text = say("discord_help", self._desk.language(asked.person))
        await self._replies.tell(asked, text, delivery.id)

    async def _steer(self, delivery: Delivery, said: wants.InThread, kind: EventKind) -> None:
        said = await self._desk.standing(said)
        if said.in_thread or said.direct:
            receipt = await self._desk.inbox.accept(self._plain(delivery, said, kind))
            await self._replies.tell(said, receipt.text, delivery.id)
            return
        person = self._desk.known(said.person)
        where = Where(workspace=said.thread.workspace, channel=said.thread.channel)
        do = self._overviews.stop if kind is EventKind.STOP else self._overviews.mute
        text = await do(delivery, where, person, self._desk.language(person))
        await self._replies.tell(said, text, delivery.id)

    def _plain(self, delivery: Delivery, said: wants.InThread, kind: EventKind) -> Event:
        return Event(
            kind=kind,
            delivery=delivery.id,
            thread=said.thread,
            person=self._desk.known(said.person),
            at=delivery.received_at,
            message=said.message,
        )

    async def _heard(self, delivery: Delivery, said: wants.Said) -> wants.Said | None:
        """Return what is handed in of what somebody said; None: nothing, for they may begin nothing here.

        Where a run has begun, the core says in the thread what they may not do; their files are not fetched.
        """
        desk = self._desk
        person = desk.known(said.person)
        if await desk.inbox.begun(said.thread):
            heard = not said.files or await desk.overview.hears(person, said.thread, team=said.team)
            return said if heard else replace(said, files=())
        refusal = await desk.overview.turned_away(person, said.thread, desk.language(person), team=said.team)
        if not refusal:
            return said
        log.info("discord.turned_away", channel=said.thread.channel, person=person.id)
        if self._turned_away.to_tell(person.id, said.thread, desk.clock.now()):
            await self._replies.tell(said, refusal, f"{delivery.id}/refused")
        return None

    async def _event(self, delivery: Delivery, said: wants.Said, me: Me) -> tuple[Event, list[Unread]]:
        """Look up what belongs to a message, and name the files that could not be read."""
        text, earlier = await self._around(said, me)
        files, unread = await self._desk.files.read(said.files)
        event = replace(
            self._plain(delivery, said, EventKind.MESSAGE),
            text=text,
            attachments=tuple(files),
            team=said.team,
            request=await self._request(said),
            addressed=said.addressed,
            edited=said.edited,
            earlier=earlier,
        )
        return event, unread

    async def _around(self, said: wants.Said, me: Me) -> tuple[str, tuple[Said, ...]]:
        """Return what is asked, and what was said before that it may be about."""
        if said.direct or not said.addressed:
            return said.text, ()
        if said.in_thread:
            begun = await self._desk.inbox.begun(said.thread)
            return said.text, () if begun else await self._context.before(said.thread, me, until=said.message)
        message = await self._context.message(said.thread.channel, said.reply_to) if said.reply_to else None
        if message is None:
            return said.text, ()
        # A mention alone, in reply to a message, asks for something about that message.
        return (said.text, tuple(said_in([message], me))) if said.text else (quoted(message), ())

    async def _request(self, said: wants.Said) -> RequestId | None:
        """Return the request that a message answers because it is a reply to its card."""
        if said.about is None:
            return None
        request = await self._desk.overview.request(said.about.request)
        if request is None or not said.about.fits(request) or thread_of(request) != said.thread:
            return None
        return request.id

    async def _opened(self, delivery: Delivery, said: wants.Said) -> bool:
        """Make the thread of a mention; where that is refused, say why."""
        desk = self._desk
        language = desk.language(said.person)
        name = thread_name(said.text, said.files, language)
        try:
            await desk.api.open_thread(said.thread.channel, said.message, name)
        except PostRefusedError as error:
            log.warning("discord.no_thread", conversation=said.thread.conversation, code=code_of(error))
            # Taken back meanwhile, it asks for nothing any more.
            if code_of(error) != UNKNOWN_MESSAGE:
                text = say("discord_no_thread", language, reason=reason_of(error, language))
                await self._replies.tell(said, text, delivery.id)
            return False
        return True

    async def _tell_unread(self, delivery: Delivery, said: wants.Said, unread: list[Unread]) -> None:
        language = self._desk.language(said.person)
        lines = [say(one.text_id, language, name=one.name) for one in unread]
        await self._replies.tell(replace(said, in_thread=not said.direct), "\n".join(lines), f"{delivery.id}/unread")
