"""Somebody's account: who they are and what only they see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from tests.slack_server.deliveries import Delivery
from tests.slack_server.entities import Json, Message, User, View
from tests.slack_server.forms import NotThereError
from tests.slack_server.shown import Shown

if TYPE_CHECKING:
    from tests.slack_server.channels import Channel
    from tests.slack_server.workspace import Workspace


class Account:
    """A user of a workspace, with a screen."""

    def __init__(self, workspace: Workspace, user: User) -> None:
        self.workspace = workspace
        self.user = user
        self.ephemerals: list[Message] = []
        """What only this person sees in channels."""
        self.modals: list[View] = []
        """Open modals, the topmost last."""
        self.home: View | None = None
        """The app's Home tab."""
        self.notices: list[str] = []
        """What Slack itself told this person, such as that a command failed."""

    @property
    def id(self) -> str:
        """The user id."""
        return self.user.id

    @property
    def name(self) -> str:
        """The display name."""
        return self.user.name

    @property
    def dm(self) -> Channel:
        """The direct messages with the bot."""
        return self.workspace.dm(self.id)

    @property
    def modal(self) -> View:
        """The modal on top.

        Raises:
            NotThereError: No modal is open.
        """
        if not self.modals:
            raise NotThereError(f"no modal is open for {self.name}")
        return self.modals[-1]

    @property
    def sees(self) -> list[Shown]:
        """The ephemeral messages, as this person sees them."""
        return [Shown.of(message, self.workspace) for message in self.ephemerals if not message.deleted]

    async def until(self, condition: Callable[[Self], object], seconds: float = 10.0) -> None:
        """Wait until something is true of this person's own screen.

        Raises:
            AssertionError: It was not true in time; says what they see, and what the bot asked for last.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not condition(self):
            if loop.time() >= end:
                raise AssertionError(f"not so within {seconds} s for {self.name}:\n{self.screen()}")
            await asyncio.sleep(0.01)

    def screen(self) -> str:
        """Return what only this person sees, as text."""
        modals = [f"modal {view.title!r} {view.errors or ''}" for view in self.modals]
        return "\n".join([*map(str, self.sees), *modals, *self.notices, self.workspace.hub.report()])

    def place(self, channel: Channel | str) -> Channel:
        if not isinstance(channel, str):
            return channel
        return self.workspace.channels.get(channel) or self.workspace.channel(channel.removeprefix("#"))

    async def delivers(self, kind: str, payload: Json, *, wait: bool = True) -> Delivery:
        """Let the app know of something this person did."""
        identity = str(payload.get("trigger_id") or self.workspace.hub.ids.next("I"))
        delivery = self.workspace.hub.deliveries.send(kind, identity, payload)
        return await delivery.settled() if wait else delivery


def message_of(target: Message | Shown) -> Message:
    """Return the message itself."""
    return target.message if isinstance(target, Shown) else target
