"""Slash commands whose answers are for the person alone."""

from __future__ import annotations

from adapters.chat.handling.overviews import LISTED, Overviews, Where
from adapters.discord.events import Me
from adapters.discord.events import intents as wants
from adapters.discord.handling.desk import Desk
from adapters.discord.handling.listing import listed
from adapters.discord.handling.replies import worded
from adapters.discord.handling.where import asked_in, where_of
from adapters.discord.ids import ADAPTER, DIRECT, forget_id
from adapters.discord.rendering.parts import Button
from bot.domain import Delivery, Person
from bot.errors import PostRefusedError
from bot.texts import say


class Commands:
    """Does what slash commands ask for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._overviews = Overviews(desk.overview, desk.inbox, adapter=ADAPTER)

    async def teams(self, delivery: Delivery, asked: wants.Teams, me: Me) -> None:
        """List the teams."""
        _, language, where = await self._about(asked)
        await self._tell(asked, await self._overviews.teams(where, language))

    async def status(self, delivery: Delivery, asked: wants.Status, me: Me) -> None:
        """List this person's conversations here, and the models' state."""
        person, language, where = await self._about(asked)
        found = await self._overviews.conversations(person, where.workspace)
        models = await self._desk.overview.models(language)
        await self._desk.answers.tell(asked, listed(found, models=models, most=LISTED, language=language))

    async def stop(self, delivery: Delivery, asked: wants.StopHere, me: Me) -> None:
        """Stop this thread's run; in a channel, what this person started there."""
        person, language, where = await self._about(asked)
        await self._tell(asked, await self._overviews.stop(delivery, where, person, language))

    async def mute(self, delivery: Delivery, asked: wants.MuteHere, me: Me) -> None:
        """Fall silent in this thread; in a channel, in the threads there of this person."""
        person, language, where = await self._about(asked)
        await self._tell(asked, await self._overviews.mute(delivery, where, person, language))

    async def forget(self, delivery: Delivery, asked: wants.ForgetHere, me: Me) -> None:
        """Ask this person whether to delete what they began in this thread or channel."""
        person, language, where = await self._about(asked)
        question = await self._overviews.own(where, person, delivery.received_at, language)
        if question:
            label = say("chat_forget_button", language)
            button = Button(label=label, custom_id=forget_id(delivery.received_at), style="danger")
            await self._desk.answers.tell(asked, worded(question), buttons=(button,))
        else:
            await self._tell(asked, say("chat_forget_nothing", language))

    async def forget_confirmed(self, delivery: Delivery, pressed: wants.ForgetConfirmed, me: Me) -> None:
        """Delete what whoever pressed it began in this thread or channel."""
        person, language, where = await self._about(pressed)
        await self._tell(pressed, await self._overviews.forget(where, person, pressed.before, language))

    async def help(self, delivery: Delivery, asked: wants.Help, me: Me) -> None:
        """Say what can be done."""
        _, language, _ = await self._about(asked)
        await self._tell(asked, say("discord_help", language))

    async def default(self, delivery: Delivery, asked: wants.Default, me: Me) -> None:
        """Say, or set, the team of this channel's conversations to come."""
        person, language, where = await self._about(asked)
        if not asked.team:
            text = await self._overviews.default(where, language)
        elif not _may_set(asked):
            await self._desk.overview.default_refused(person, asked_in(asked))
            text = say("discord_default_denied_all" if asked.everywhere else "discord_default_denied", language)
        else:
            text = await self._overviews.set_default(where, asked.team, person, language, everywhere=asked.everywhere)
        await self._tell(asked, text)

    async def _about(self, asked: wants.Asked) -> tuple[Person, str, Where]:
        """Return who asked, in which language, and about which place.

        Where only the person has installed the app, all that they have here is in their direct messages.
        """
        person = self._desk.known(asked.person)
        where = where_of(asked)
        if not asked.installed:
            where = Where(workspace=DIRECT, channel=await self._direct(asked))
        return person, self._desk.language(person), where

    async def _direct(self, asked: wants.Asked) -> str:
        try:
            return await self._desk.api.open_direct(asked.person.id)
        except PostRefusedError:
            return asked.channel

    async def _tell(self, asked: wants.Asked, text: str) -> None:
        await self._desk.answers.tell(asked, worded(text))


def _may_set(asked: wants.Default) -> bool:
    """Whether this person manages the server or, for the channel alone, the channel; directly, for themselves."""
    if not asked.guild:
        return not asked.everywhere
    return asked.administers or (asked.manages and not asked.everywhere)
