"""Asking by slash command: a message of ours stands in the channel for the person's words, and is posted once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.chat.content.names import shown_name
from adapters.chat.handling.overviews import Overviews
from adapters.chat.handling.payload import at, text_at
from adapters.chat.recent import Recent
from adapters.slack import ids
from adapters.slack.connecting.installations import is_out
from adapters.slack.events import Me
from adapters.slack.events import intents as wants
from adapters.slack.events.payload import ts_at
from adapters.slack.handling.answers import Addressee
from adapters.slack.handling.desk import Desk
from adapters.slack.ids import ADAPTER
from adapters.slack.rendering import blocks as made
from adapters.slack.rendering.inert import inert
from bot.domain import Delivery, Event, EventKind, Json, Person, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.texts import say

LOOK_BACK = timedelta(minutes=2)
"""How far before a command its message is looked for: clocks differ."""
REMEMBERED = 1000
"""How many commands whose message may stand in a channel are remembered."""

CatchUp = Callable[[Delivery, ThreadRef, str, Me, bool], Awaitable[None]]
"""`Listening.catch_up`."""


class Asking:
    """Begins runs from slash commands."""

    def __init__(self, desk: Desk, catch_up: CatchUp) -> None:
        """Ask.

        Args:
            desk: What handling has at hand.
            catch_up: Hands in what was said in a thread after its message was shown and before its run was recorded.
        """
        self._desk = desk
        self._catch_up = catch_up
        self._overviews = Overviews(desk.overview, desk.inbox, adapter=ADAPTER)
        self._begun: Recent[str, str] = Recent(REMEMBERED)
        """Deliveries whose message may stand in the channel already, with its `ts` where that is known."""

    async def ask(self, delivery: Delivery, ask: wants.Ask, me: Me) -> None:
        """Begin a run in the thread of a message that stands in the channel for the person's words."""
        person = await self._desk.people.person(ask.workspace, ask.user)
        complaint = await self._complaint(ask, person)
        if complaint:
            await self._desk.answers.tell(place_of(ask), complaint)
            return
        text = await self._desk.people.named(ask.workspace, ask.text, ask.mentions)
        again = bool(delivery.tries) or delivery.id in self._begun
        try:
            ts = await self._root(delivery, ask, said_by(person, text, self._desk.language(person)))
        except PostRefusedError as error:
            if is_out(error):
                raise
            await self._desk.answers.tell(place_of(ask), say("slack_not_here", self._desk.language(person)))
            return
        thread = ThreadRef(adapter=ADAPTER, workspace=ask.workspace, channel=ask.channel, thread=ts)
        event = Event(
            kind=EventKind.MESSAGE,
            delivery=delivery.id,
            thread=thread,
            person=person,
            at=delivery.received_at,
            message=ts,
            text=text,
            team=ask.team,
        )
        await self._desk.inbox.accept(event)
        await self._catch_up(delivery, thread, ts, me, again)
        self._begun.pop(delivery.id, None)

    async def _complaint(self, ask: wants.Ask, person: Person) -> str:
        language = self._desk.language(person)
        if not ask.text:
            return say("slack_ask_empty", language)
        # Before their words stand in the channel under the bot's name.
        where = ThreadRef(adapter=ADAPTER, workspace=ask.workspace, channel=ask.channel, thread="")
        refusal = await self._desk.overview.turned_away(person, where, language, team=ask.team)
        return refusal or await self._overviews.unknown_team(ask.team, language)

    async def _root(self, delivery: Delivery, ask: wants.Ask, blocks: list[Json]) -> str:
        """Return the `ts` of the message that stands for a command; a second try finds what the first has posted."""
        known = self._begun.get(delivery.id)
        if not known and (delivery.tries or known is not None):
            known = await self._found(delivery, ask)
        if not known:
            known = await self._posted(delivery, ask, blocks)
        self._begun[delivery.id] = known
        return known

    async def _posted(self, delivery: Delivery, ask: wants.Ask, blocks: list[Json]) -> str:
        self._begun[delivery.id] = ""
        try:
            answer = await self._desk.api.call(
                ask.workspace,
                "chat.postMessage",
                channel=ask.channel,
                text=inert(ask.text),
                blocks=blocks,
                metadata={"event_type": ids.ASK_METADATA, "event_payload": {"delivery": delivery.id}},
                unfurl_links=False,
                unfurl_media=False,
                parse="none",
            )
        except (PostRefusedError, RetryLaterError):
            # Surely not shown.
            del self._begun[delivery.id]
            raise
        return text_at(answer, "ts")

    async def _found(self, delivery: Delivery, ask: wants.Ask) -> str:
        """Return the `ts` of the message that an earlier try has posted, however much was said since; or nothing."""

        def stands_for_it(message: Json) -> bool:
            marked = at(message, "metadata", "event_payload", "delivery") == delivery.id
            return marked and text_at(message, "metadata", "event_type") == ids.ASK_METADATA

        oldest = delivery.received_at - LOOK_BACK
        found = await self._desk.reading.search(
            ask.workspace, ask.channel, delivery.id, oldest=oldest, wanted=stands_for_it
        )
        return ts_at(found, "ts")


def said_by(person: Person, text: str, language: str) -> list[Json]:
    """Return the message that stands for a person's words."""
    name = made.text(shown_name(person.name), bold=True)
    head = made.section([name, made.text(" " + say("chat_asks", language))])
    return [made.rich([head, {"type": "rich_text_quote", "elements": made.joined(made.prose(text[:2900]))}])]


def place_of(asked: wants.Command) -> Addressee:
    """Return where whoever gave a command is answered."""
    return Addressee(
        workspace=asked.workspace,
        channel=asked.channel,
        user=asked.user,
        thread=asked.thread,
        response_url=asked.response_url,
    )
