"""The command as a process beside a wire-level Discord of this test's own, and the people there."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from tests.discord_server import Channel, DiscordServer, Message, Outcome, Person, Seen, Shown
from tests.integration.reviewed import SCRIPTS_AT, TEAM, write_team
from tests.processes import Command, model_server, settings_for, tell_model

CONNECTED = "Discord: connected as "
SECONDS = 45.0
"""How long whatever is waited for may take."""


class Stage:
    """A server with #general, Anna who may answer, Bo who may not, and the command that serves them."""

    def __init__(self, server: DiscordServer, home: Path) -> None:
        self.server = server
        self.world = server.world
        self.guild = server.world.guild("Acme")
        self.general: Channel = server.world.channel(self.guild, "general")
        self.anna: Person = server.person("Anna")
        self.bo: Person = server.person("Bo")
        self.command = Command(home, settings_of(server), measured=False)

    def bot(self) -> AbstractAsyncContextManager[Process]:
        """Run the bot until the end of the block, then `kill -9` it."""
        return self.command.running("run", says=CONNECTED)

    async def tell_model(self, **values: object) -> None:
        """Tell the model server how to behave."""
        await tell_model(self.command.settings["OLLAMA_HOST"], **values)

    async def asks(self, text: str, *, channel: Channel | None = None) -> Channel:
        """Let Anna mention the bot in a channel, and return the thread that is made of it."""
        root = await self.anna.mentions(channel or self.general, text)
        return await self.thread_of(root)

    async def thread_of(self, root: Message | Shown) -> Channel:
        """Wait for a message's thread."""
        return await self.anna.thread_of(root, SECONDS)

    async def sees(self, place: Channel, text: str) -> Shown:
        """Wait until a message holds a text, and return it."""
        there = await self.anna.until(place, lambda seen: text in seen, SECONDS)
        return next(one for one in there.messages[::-1] if text in one.text)

    async def card(self, place: Channel, button: str) -> Shown:
        """Wait for a button, and return its message."""
        there = await self.anna.until(place, lambda seen: button in seen.buttons, SECONDS)
        return next(one for one in there.messages[::-1] if button in one.buttons)

    async def settled(self, seconds: float = 1.5) -> None:
        """Wait until nothing has been asked of Discord for a while."""
        asked = -1
        while asked != len(self.server.requests):
            asked = len(self.server.requests)
            await asyncio.sleep(seconds)

    async def answers_first_question(self, thread: Channel) -> None:
        """Wait for the coder's question and answer it in the thread."""
        await self.card(thread, "End this chat")
        await self.anna.says(thread, "up to 30")

    async def until_approval(self, thread: Channel) -> Shown:
        """Answer the coder, let its code be run, and return the card that asks whether it may."""
        await self.answers_first_question(thread)
        await self.anna.presses(await self.card(thread, "Run the code"), "Run the code")
        return await self.card(thread, "Approve")

    async def to_the_end(self, thread: Channel) -> Seen:
        """Wait for the last question, end the chat, and return what there is to see."""
        await self.sees(thread, "has run and printed")
        await self.anna.presses(await self.card(thread, "End this chat"), "End this chat")
        await self.sees(thread, "The run is completed")
        return self.anna.sees(thread)


async def alone(outcome: Outcome) -> str:
    """Wait for what somebody is told alone about what they did, and return it."""
    await outcome.until(lambda it: it.text, SECONDS)
    assert all(one.ephemeral for one in outcome.messages), str(outcome)
    return outcome.text


def settings_of(server: DiscordServer) -> dict[str, str]:
    """Return the settings with which the command reaches a wire-level Discord."""
    return {
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_URL": server.api_url,
        "DISCORD_GATEWAY_URL": server.gateway_url,
    }


@asynccontextmanager
async def staged(
    home: Path, *, scripts: str = SCRIPTS_AT, limits: bool = False, slowly: bool = False
) -> AsyncIterator[Stage]:
    """Set the stage: Discord, a scripted model, and a team whose code only Anna may approve.

    Args:
        home: The command's folder.
        scripts: What the model says.
        limits: Whether Discord's rate limits hold as they are; else there are none.
        slowly: Whether the model writes word by word, so that one sees it write.
    """
    async with DiscordServer() as server, model_server(scripts) as model:
        if not limits:
            server.limits.off()
        stage = Stage(server, home)
        write_team(home, person=str(stage.anna.id))
        stage.command.settings |= settings_for(model) | {"THREADFAST_TEAM": TEAM}
        await stage.tell_model(token_delay=0.04 if slowly else 0)
        yield stage
