"""Asking by slash command: a message of ours stands in the channel for the person's words, and is posted once."""

from __future__ import annotations

from datetime import timedelta

from adapters.slack import blocks as made
from adapters.slack import ids
from adapters.slack.answers import Place
from adapters.slack.desk import Desk
from adapters.slack.events import Me
from adapters.slack.events import intents as wants
from adapters.slack.events.payload import at, objects_at, text_at, ts_at
from adapters.slack.inert import inert, shown_name
from adapters.slack.installations import ADAPTER, is_out
from bot.domain import Delivery, Event, EventKind, Json, Person, ThreadRef
from bot.errors import PostRefusedError
from bot.texts import say

LOOK_BACK = timedelta(minutes=2)
"""How far before a command its message is looked for: clocks differ."""


class Asking:
    """Begins runs from slash commands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._begun: set[str] = set()
        """Deliveries whose message may stand in the channel already."""

    async def ask(self, delivery: Delivery, ask: wants.Ask, me: Me) -> None:
        """Begin a run in the thread of a message that stands in the channel for the person's words."""
        person = await self._desk.people.person(ask.workspace, ask.user)
        complaint = await self._complaint(ask, person)
        if complaint:
            await self._desk.answers.tell(place_of(ask), complaint)
            return
        text = await self._desk.people.named(ask.workspace, ask.text, ask.mentions)
        try:
            ts = await self._root(delivery, ask, me, said_by(person, text, self._desk.language(person)))
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
        self._desk.threads.know(thread)
        self._begun.discard(delivery.id)

    async def _complaint(self, ask: wants.Ask, person: Person) -> str:
        language = self._desk.language(person)
        if not ask.text:
            return say("slack_ask_empty", language)
        known = sorted(team.name for team in await self._desk.overview.teams())
        if ask.team is not None and ask.team not in known:
            return say("unknown_team", language, team=ask.team, known=", ".join(known))
        return ""

    async def _root(self, delivery: Delivery, ask: wants.Ask, me: Me, blocks: list[Json]) -> str:
        """Return the `ts` of the message that stands for a command; a second try finds what the first has posted."""
        if delivery.tries or delivery.id in self._begun:
            found = await self._found(delivery, ask, me)
            if found:
                return found
        self._begun.add(delivery.id)
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
        return text_at(answer, "ts")

    async def _found(self, delivery: Delivery, ask: wants.Ask, me: Me) -> str:
        answer = await self._desk.api.call(
            ask.workspace,
            "conversations.history",
            channel=ask.channel,
            oldest=f"{(delivery.received_at - LOOK_BACK).timestamp():.6f}",
            limit=200,
            include_all_metadata=True,
        )
        for message in objects_at(answer, "messages"):
            marked = at(message, "metadata", "event_payload", "delivery") == delivery.id
            if marked and text_at(message, "metadata", "event_type") == ids.ASK_METADATA:
                return ts_at(message, "ts")
        return ""


def said_by(person: Person, text: str, language: str) -> list[Json]:
    """Return the message that stands for a person's words."""
    name = made.text(shown_name(person.name), bold=True)
    head = made.section([name, made.text(" " + say("slack_asks", language))])
    return [made.rich([head, {"type": "rich_text_quote", "elements": made.joined(made.prose(text[:2900]))}])]


def place_of(asked: wants.Command) -> Place:
    """Return where whoever gave a command is answered."""
    return Place(
        workspace=asked.workspace,
        channel=asked.channel,
        user=asked.user,
        thread=asked.thread,
        response_url=asked.response_url,
    )
