"""The model hosts in chat: how they are, and models that operators have pulled."""

from __future__ import annotations

from typing import Any

from adapters.chat.content.pulls import buttons
from adapters.chat.handling.payload import text_at
from adapters.chat.handling.pulls import Pulls
from adapters.slack.events import Me
from adapters.slack.events import intents as wants
from adapters.slack.handling.answers import Addressee
from adapters.slack.handling.desk import Desk
from adapters.slack.ids import ADAPTER
from adapters.slack.rendering import blocks as made
from adapters.slack.rendering.inert import inert
from adapters.slack.rendering.pulling import LONGEST_VALUE, pull_buttons
from adapters.slack.web.api import SlackApi
from bot.domain import Delivery, Json, Person, ThreadRef
from bot.errors import PostRefusedError
from bot.texts import say

Asked = wants.Command | wants.Interaction


class Operating:
    """Does what is asked about the model hosts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pulls = Pulls(desk.models, background=desk.background, clock=desk.clock)

    async def models(self, delivery: Delivery, asked: wants.Models, me: Me) -> None:
        """Say how the hosts are, with buttons for what this person may have pulled."""
        person = await self._person(asked)
        language = self._desk.language(person)
        told = await self._pulls.models(person, _channel_of(asked), language)
        blocks = [made.rich([made.section(made.spoken(line)) for line in told.text.splitlines()])]
        blocks += pull_buttons(buttons(told, language, lambda model: len(model) <= LONGEST_VALUE))
        await self._desk.answers.show(_place(asked), told.text, blocks)

    async def pull(self, delivery: Delivery, asked: wants.Pull | wants.PullPressed, me: Me) -> None:
        """Have a model pulled, if this person may."""
        person = await self._person(asked)
        language = self._desk.language(person)
        screen = _Message(self._desk.api, asked, language)
        place = asked.thread or _channel_of(asked)
        text = await self._pulls.pull(person, place, asked.model, language, screen)
        await self._desk.answers.tell(_place(asked), text)

    async def _person(self, asked: Asked) -> Person:
        return await self._desk.people.person(asked.workspace, asked.user)


class _Message:
    """The message that shows how far a pull is; keeps the protocol `adapters.chat.handling.pulls.Screen`."""

    def __init__(self, api: SlackApi, asked: Asked, language: str) -> None:
        self._api = api
        self._workspace = asked.workspace
        self._channel = asked.channel
        self._thread = asked.thread.thread if asked.thread is not None else None
        self._language = language

    async def show(self, text: str) -> str:
        """Post it where it was asked for."""
        await self._api.limits.turn(self._workspace, self._channel, "chat.postMessage")
        quiet = {"unfurl_links": False, "unfurl_media": False}
        answer = await self._call("chat.postMessage", text, thread_ts=self._thread, **quiet)
        return text_at(answer, "ts")

    async def change(self, message: str, text: str, *, last: bool) -> None:
        """Replace its words; the last change has a turn of its own."""
        if last:
            await self._api.limits.turn(self._workspace, self._channel, "chat.update")
        elif not self._api.limits.spare(self._workspace, self._channel, "chat.update"):
            return
        await self._call("chat.update", text, ts=message)

    def refused(self, error: PostRefusedError) -> str:
        """Say why nothing can be shown there."""
        return say("slack_not_here", self._language)

    async def _call(self, method: str, text: str, **more: Any) -> Json:
        blocks = [made.rich([made.section(made.spoken(line)) for line in text.splitlines()])]
        given = {"channel": self._channel, "text": inert(text), "blocks": blocks, "parse": "none", **more}
        return await self._api.call(self._workspace, method, **given)


def _channel_of(asked: Asked) -> ThreadRef:
    return ThreadRef(adapter=ADAPTER, workspace=asked.workspace, channel=asked.channel, thread="")


def _place(asked: Asked) -> Addressee:
    return Addressee(
        workspace=asked.workspace,
        channel=asked.channel,
        user=asked.user,
        thread=asked.thread,
        response_url=asked.response_url,
    )
