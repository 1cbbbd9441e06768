"""A Slack of our own around the bot: the server in this process, the models and the bot in processes of their own."""

from __future__ import annotations

import asyncio
import base64
import gc
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.slack.connecting.installations import Installations, Installed, KeptInStore
from adapters.slack.settings import SlackSettings
from benchmarks.bot import write_team
from benchmarks.slack_counting import ENDED, seen_in
from bot.app import SystemClock
from bot.domain import ThreadRef
from bot.store import open_store
from tests.slack_server import Channel, Delivery, Person, SlackServer
from tests.slack_server.deliveries import Answer, Transport

COMMAND = [sys.executable, "-P", "-m", "bot", "run"]
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
"""Seals the tokens of the workspaces."""
SECONDS = 60.0
"""How long a process may take to connect."""
SETTLES = 5.0
"""Seconds after the last end that is waited for."""

ECHOING = """
name: echoing
kind: two_agent
max_turns: 1
agents:
  colleague: {instructions: "[[agent:colleague]] You answer.", model: echo}
  human: {human: true, human_input_mode: NEVER, default_auto_reply: "Go on."}
"""
"""A team whose run is one answer that names the number of its message: a turn, then the run's end."""


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
        self.threads: dict[str, int] = {}
        """The conversations that were begun, with the number that each was begun with."""
        self.timed = Timed(self.server.deliveries.transport)
        self.server.deliveries.transport = self.timed

    async def mention(self, number: int) -> list[Delivery]:
        """Have somebody mention the bot with a number; return the two deliveries that tell the bot of it."""
        channel = self.channels[number % len(self.channels)]
        person = self.people[self.workspaces.index(channel.workspace)]
        before = len(self.server.deliveries.log)
        said = await person.says(channel, f"@{self.server.app.name} please look at #{number}#")
        thread = ThreadRef(adapter="slack", workspace=channel.workspace.id, channel=channel.id, thread=said.ts)
        self.threads[thread.conversation] = number
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


@dataclass(slots=True, kw_only=True)
class Running:
    """A process that serves."""

    process: asyncio.subprocess.Process
    begun: float

    @property
    def pid(self) -> int:
        """Its id."""
        return self.process.pid

    async def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        await self.process.wait()

    async def end(self) -> None:
        """Ask it to end, and wait."""
        if self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()


async def start(command: Sequence[str], folder: Path, environment: dict[str, str]) -> Running:
    """Start a process whose words go into `log.txt` of the folder."""
    begun = time.perf_counter()
    with (folder / "log.txt").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **environment},
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return Running(process=process, begun=begun)


async def connected(slack: Slack, running: Running) -> None:
    """Return once the process has its connection.

    Raises:
        AssertionError: It ended before, or is too slow; says what it wrote last.
    """
    async with asyncio.timeout(SECONDS):
        while not slack.server.sockets.open:
            assert running.process.returncode is None, "the process has ended: see log.txt"
            await asyncio.sleep(0.002)


@dataclass(slots=True)
class Ours:
    """The bot of this project, started as often as a benchmark wants over the same store."""

    folder: Path
    slack: Slack
    models: str
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "teams").mkdir(parents=True)
        write_team(self.folder / "teams", ECHOING)

    @property
    def database(self) -> Path:
        """Where its store is."""
        return self.folder / "data" / "threadfast.db"

    async def start(self) -> Running:
        """Start it; it is not connected yet."""
        server = self.slack.server
        settings = {
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": self.slack.workspaces[0].bot.token,
            "SLACK_APP_TOKEN": server.app.app_token,
            "THREADFAST_OPENAI_BASE_URL": f"{self.models}/v1",
            "THREADFAST_DATA_FOLDER": str(self.folder / "data"),
            "THREADFAST_TEAMS_FOLDER": str(self.folder / "teams"),
            "THREADFAST_TEAM": "echoing",
        }
        if len(self.slack.workspaces) > 1:
            app = {"SLACK_CLIENT_ID": server.app.client_id, "SLACK_CLIENT_SECRET": server.app.client_secret}
            settings |= app | {"THREADFAST_SECRET_KEY": KEY}
        return await start(COMMAND, self.folder, settings | self.more)

    async def install(self) -> None:
        """Keep the tokens of all workspaces, as installing the app in each of them does."""
        app, (own, *others) = self.slack.server.app, self.slack.workspaces
        settings = SlackSettings(
            bot_token=own.bot.token,
            client_id=app.client_id,
            client_secret=app.client_secret,
            secret_key=KEY,
        )
        self.database.parent.mkdir()
        store = await asyncio.to_thread(open_store, self.database)
        try:
            installations = Installations(settings, KeptInStore(store), clock=SystemClock())
            for one in others:
                bot = one.bot
                await installations.keep(
                    Installed(workspace=one.id, token=bot.token, user=bot.user.id, bot=bot.bot_id, name=one.name)
                )
        finally:
            await store.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Running]:
        """Serve around a block."""
        process = await self.start()
        try:
            await connected(self.slack, process)
            yield process
        finally:
            await process.end()


@contextmanager
def no_collections() -> Iterator[None]:
    """Collect no garbage in this process around a block: the server's pauses would be taken for the bot's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def at_rate(rate: float, first: int, last: int) -> AsyncIterator[int]:
    """Yield numbers, so many a second by the clock, however late the taker is."""
    begun = time.perf_counter()
    for place, number in enumerate(range(first, last)):
        await asyncio.sleep(max(0.0, begun + place / rate - time.perf_counter()))
        yield number


async def until_quiet(slack: Slack, quiet: float = 150.0) -> None:
    """Return when every thread shows its run's end and a while after that, or when nothing more is posted."""
    posts, since = -1, time.perf_counter()
    while slack.open_threads() and time.perf_counter() - since < quiet:
        now = len(slack.server.requests)
        posts, since = (now, time.perf_counter()) if now != posts else (posts, since)
        await asyncio.sleep(0.5)
    # What would be shown twice has its time to be shown.
    await asyncio.sleep(SETTLES)
