"""The model hosts in chat: how they are, and models that operators have pulled."""

from __future__ import annotations

from adapters.chat.content.pulls import buttons
from adapters.chat.handling.pulls import Pulls
from adapters.discord.events import Me
from adapters.discord.events import intents as wants
from adapters.discord.handling.desk import Desk
from adapters.discord.handling.refusing import reason_of
from adapters.discord.handling.replies import worded
from adapters.discord.handling.where import asked_in
from adapters.discord.ids import LONGEST_MODEL, post_nonce, pull_id
from adapters.discord.rendering.parts import Button, Part
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.refusals import ARCHIVED, code_of
from bot.domain import Delivery
from bot.errors import PostRefusedError, ThreadGoneError


class Operating:
    """Does what is asked about the model hosts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pulls = Pulls(desk.models, background=desk.background, clock=desk.clock)

    async def models(self, delivery: Delivery, asked: wants.Models, me: Me) -> None:
        """Say how the hosts are, with buttons for what this person may have pulled."""
        person = self._desk.known(asked.person)
        language = self._desk.language(person)
        told = await self._pulls.models(person, asked_in(asked), language)
        named = buttons(told, language, lambda model: len(model) <= LONGEST_MODEL)
        row = tuple(Button(label=label, custom_id=pull_id(model)) for label, model in named)
        await self._desk.answers.tell(asked, worded(told.text), buttons=row)

    async def pull(self, delivery: Delivery, asked: wants.Pull | wants.PullPressed, me: Me) -> None:
        """Have a model pulled, if this person may."""
        person = self._desk.known(asked.person)
        language = self._desk.language(person)
        screen = _Message(self._desk.api, asked, delivery.id, language)
        text = await self._pulls.pull(person, asked_in(asked), asked.model, language, screen)
        await self._desk.answers.tell(asked, worded(text))


class _Message:
    """The message that shows how far a pull is; keeps the protocol `adapters.chat.handling.pulls.Screen`."""

    def __init__(self, api: DiscordApi, asked: wants.Asked, delivery: str, language: str) -> None:
        self._api = api
        self._channel = asked.channel
        self._in_thread = bool(asked.parent)
        self._nonce = post_nonce(f"{delivery}/pull", 0)
        self._language = language

    async def show(self, text: str) -> str:
        """Post it where it was asked for; Discord shows it once, however soon it is done again."""
        part = Part(content=worded(text))
        return await self._api.send(self._channel, part, nonce=self._nonce, in_thread=self._in_thread)

    async def change(self, message: str, text: str, *, last: bool) -> None:
        """Replace its words, in a thread that may have been folded away meanwhile."""
        part = Part(content=worded(text))
        try:
            await self._api.edit(self._channel, message, part)
        except ThreadGoneError as error:
            if code_of(error) != ARCHIVED or not last:
                raise
            await self._api.unarchive(self._channel)
            await self._api.edit(self._channel, message, part)

    def refused(self, error: PostRefusedError) -> str:
        """Say why nothing can be shown there."""
        return reason_of(error, self._language)
