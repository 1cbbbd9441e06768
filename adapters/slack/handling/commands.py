"""Slash commands whose answers are for the person alone."""

from __future__ import annotations

import structlog

from adapters.chat.handling.overviews import LISTED, Overviews, Where
from adapters.chat.handling.payload import at, text_at
from adapters.slack import ids
from adapters.slack.connecting.installations import is_out
from adapters.slack.events import Me
from adapters.slack.events import intents as wants
from adapters.slack.handling.answers import Addressee
from adapters.slack.handling.asking import place_of
from adapters.slack.handling.desk import Desk
from adapters.slack.ids import ADAPTER
from adapters.slack.rendering import blocks as made
from adapters.slack.rendering.confirming import forget_question
from adapters.slack.rendering.home import home
from bot.domain import Delivery, Person, ThreadRef
from bot.errors import PostRefusedError
from bot.texts import say

log = structlog.get_logger()


class Commands:
    """Does what slash commands ask for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._overviews = Overviews(desk.overview, desk.inbox, adapter=ADAPTER)

    async def teams(self, delivery: Delivery, asked: wants.Teams, me: Me) -> None:
        """List the teams."""
        language = self._language(await self._person(asked))
        await self._tell(asked, await self._overviews.teams(_where(asked), language))

    async def status(self, delivery: Delivery, asked: wants.Status, me: Me) -> None:
        """List this person's conversations and the models' state."""
        person = await self._person(asked)
        language = self._language(person)
        found = (await self._overviews.conversations(person, asked.workspace))[:LISTED]
        view = home(
            found,
            links=await self._desk.links.of(asked.workspace, [each.conversation for each in found]),
            models=await self._desk.overview.models(language),
            language=language,
        )
        title = say("chat_conversations", language)
        await self._desk.answers.show(place_of(asked), title, view["blocks"][: made.MOST_BLOCKS])

    async def stop(self, delivery: Delivery, asked: wants.StopHere, me: Me) -> None:
        """Stop what this person started in this channel; what others started there is named and goes on."""
        person = await self._person(asked)
        text = await self._overviews.stop(delivery, _where(asked), person, self._language(person))
        await self._tell(asked, text)

    async def mute(self, delivery: Delivery, asked: wants.MuteHere, me: Me) -> None:
        """Mute the threads of this channel in which this person started the latest run."""
        person = await self._person(asked)
        text = await self._overviews.mute(delivery, _where(asked), person, self._language(person))
        await self._tell(asked, text)

    async def forget(self, delivery: Delivery, asked: wants.ForgetHere, me: Me) -> None:
        """Ask this person whether to delete what they began in this channel."""
        person = await self._person(asked)
        language = self._language(person)
        question = await self._overviews.own(_where(asked), person, delivery.received_at, language)
        if question:
            blocks = forget_question(question, delivery.received_at, language)
            await self._desk.answers.show(place_of(asked), question, blocks)
        else:
            await self._tell(asked, say("chat_forget_nothing", language))

    async def forget_confirmed(self, delivery: Delivery, pressed: wants.ForgetConfirmed, me: Me) -> None:
        """Delete what whoever pressed it began in this channel."""
        person = await self._desk.people.person(pressed.workspace, pressed.user)
        where = Where(workspace=pressed.workspace, channel=pressed.channel)
        text = await self._overviews.forget(where, person, pressed.before, self._language(person))
        place = Addressee(
            workspace=pressed.workspace,
            channel=pressed.channel,
            user=pressed.user,
            response_url=pressed.response_url,
        )
        await self._desk.answers.tell(place, text)

    async def help(self, delivery: Delivery, asked: wants.Help, me: Me) -> None:
        """Say what can be done."""
        person = await self._person(asked)
        await self._tell(asked, say("slack_help", self._language(person), command=asked.command or ids.COMMAND))

    async def unknown(self, delivery: Delivery, asked: wants.Unknown, me: Me) -> None:
        """Say that there is no such command, and which there are."""
        language = self._language(await self._person(asked))
        command = asked.command or ids.COMMAND
        lines = [say("slack_unknown", language, words=asked.words[:100]), say("slack_help", language, command=command)]
        await self._tell(asked, "\n".join(lines))

    async def default(self, delivery: Delivery, asked: wants.Default, me: Me) -> None:
        """Say, or set, the team of this channel's conversations to come."""
        person = await self._person(asked)
        language = self._language(person)
        if not asked.team:
            await self._tell(asked, await self._overviews.default(_where(asked), language))
            return
        if not await self._may_set(asked):
            channel = ThreadRef(adapter=ADAPTER, workspace=asked.workspace, channel=asked.channel, thread="")
            await self._desk.overview.default_refused(person, channel)
            text_id = "slack_default_denied_all" if asked.everywhere else "slack_default_denied"
            await self._tell(asked, say(text_id, language))
            return
        set_default = self._overviews.set_default
        text = await set_default(_where(asked), asked.team, person, language, everywhere=asked.everywhere)
        await self._tell(asked, text)

    async def _may_set(self, asked: wants.Default) -> bool:
        """Whether this person administers the workspace or, for the channel alone, has made the channel."""
        if await self._desk.people.rules(asked.workspace, asked.user):
            return True
        if asked.everywhere:
            return False
        try:
            answer = await self._desk.api.call(asked.workspace, "conversations.info", channel=asked.channel)
        except PostRefusedError as error:
            if is_out(error):
                raise
            return False
        return text_at(answer, "channel", "creator") == asked.user or at(answer, "channel", "is_im") is True

    async def _person(self, asked: wants.Command) -> Person:
        return await self._desk.people.person(asked.workspace, asked.user)

    def _language(self, person: Person) -> str:
        return self._desk.language(person)

    async def _tell(self, asked: wants.Command, text: str) -> None:
        await self._desk.answers.tell(place_of(asked), text)


def _where(asked: wants.Command) -> Where:
    return Where(workspace=asked.workspace, channel=asked.channel, thread=asked.thread)
