"""A Slack of our own in this process, with people who mention the bot."""

from __future__ import annotations

import asyncio
import base64
import time
from dataclasses import dataclass, field

from adapters.slack.connecting.installations import Installations, Installed, KeptInStore
from adapters.slack.settings import SlackSettings
from benchmarks.counting import ENDED
from benchmarks.rig import Ours
from benchmarks.slack_counting import seen_in
from bot.app import SystemClock
from bot.domain import ThreadRef
from bot.store import open_store
from tests.slack_server import Channel, Delivery, Person, SlackServer
from tests.slack_server.deliveries import Answer, Transport

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
"""Seals the tokens of the workspaces."""


@dataclass(slots=True)
class Timed:
    """The way to the app, timed: from an envelope's sending until its acknowledgement was read."""

    way: Transport
    taken: list[tuple[Delivery, float]] = field(default_factory=list)

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Answer:
        """Send it once, note how long the acknowledgement took."""
        begun = time.perf_counter()
        answer = await self.way.attempt(delivery, number, reason)
        if answer.ok:
            self.taken.append((delivery, time.perf_counter() - begun))
        return answer


class Slack:
    """A server with workspaces, one person in each, and many channels: Slack takes a message a second in a channel."""

    def __init__(self, channels: int, *, workspaces: int = 1, seed: int = 0) -> None:
        self.server = SlackServer(seed=seed)
        self.workspaces = [self.server.workspace(f"Acme {number}") for number in range(workspaces)]
        self.people: list[Person] = [workspace.person("Anna") for workspace in self.workspaces]
        self.channels: list[Channel] = [
            self.workspaces[number % workspaces].channel(f"c{number}") for number in range(channels)
        ]
        self.threads: dict[str, tuple[int, ...]] = {}
        """The conversations that were begun, with the number that each was begun with."""
        self.timed = Timed(self.server.deliveries.transport)
        self.server.deliveries.transport = self.timed

    @property
    def settings(self) -> dict[str, str]:
        """What the bot is told; for several workspaces their tokens are kept by `install`."""
        app = self.server.app
        told = {
            "SLACK_API_URL": self.server.api_url,
            "SLACK_BOT_TOKEN": self.workspaces[0].bot.token,
            "SLACK_APP_TOKEN": app.app_token,
        }
        if len(self.workspaces) == 1:
            return told
        secrets = {"SLACK_CLIENT_ID": app.client_id, "SLACK_CLIENT_SECRET": app.client_secret}
        return told | secrets | {"THREADFAST_SECRET_KEY": KEY}

    @property
    def is_connected(self) -> bool:
        """Whether the bot has a socket."""
        return bool(self.server.sockets.open)

    @property
    def requests(self) -> int:
        """How many calls the bot has made."""
        return len(self.server.requests)

    @property
    def heard(self) -> int:
        """How many events the bot has acknowledged."""
        return len(self.timed.taken)

    @property
    def posted(self) -> int:
        """How often the bot has tried to post."""
        return len(self.server.calls("chat.postMessage"))

    @property
    def events(self) -> int:
        """How many events people's messages have made: two each."""
        return 2 * len(self.threads)

    async def say(self, number: int) -> None:
        """Have somebody mention the bot with a number."""
        await self.mention(number)

    async def mention(self, number: int) -> list[Delivery]:
        """Have somebody mention the bot with a number; return the two deliveries that tell the bot of it."""
        channel = self.channels[number % len(self.channels)]
        person = self.people[self.workspaces.index(channel.workspace)]
        before = len(self.server.deliveries.log)
        said = await person.says(channel, f"@{self.server.app.name} please look at #{number}#")
        thread = ThreadRef(adapter="slack", workspace=channel.workspace.id, channel=channel.id, thread=said.ts)
        self.threads[thread.conversation] = (number,)
        return self.server.deliveries.log[before:]

    def of_people(self, delivery: Delivery) -> bool:
        """Whether a delivery tells of what a person said: the bot's own messages come back as events, too."""
        return any(delivery.event.get("user") == person.id for person in self.people)

    def open_threads(self) -> list[str]:
        """Return the conversations whose threads do not show their run's end."""
        seen = seen_in(self.channels)
        return [
            conversation
            for conversation in self.threads
            if not any(ENDED in message.text for message in seen.get(conversation, ()))
        ]


async def install(ours: Ours, slack: Slack) -> None:
    """Keep the tokens of all workspaces, as installing the app in each of them does."""
    app, (own, *others) = slack.server.app, slack.workspaces
    settings = SlackSettings(
        bot_token=own.bot.token,
        client_id=app.client_id,
        client_secret=app.client_secret,
        secret_key=KEY,
    )
    ours.database.parent.mkdir()
    store = await asyncio.to_thread(open_store, ours.database)
    try:
        installations = Installations(settings, KeptInStore(store), clock=SystemClock())
        for one in others:
            bot = one.bot
            await installations.keep(
                Installed(workspace=one.id, token=bot.token, user=bot.user.id, bot=bot.bot_id, name=one.name)
            )
    finally:
        await store.close()
