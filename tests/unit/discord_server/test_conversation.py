from __future__ import annotations

import re
from typing import Any, Self

import discord
import pytest

from tests.discord_server.server import DiscordServer
from tests.unit.discord_server.bots import Acme, Bot, acme, intents, running

Press = discord.Interaction[discord.Client]

SEEN = """#general

Anna:
  @Threadfast write a haiku

    thread 'A haiku'

    Anna:
      (the message that began this thread)

    Poet [app]:
      Old pond

    Threadfast [app]:
      Approve?
      [ Yes ]

    Anna:
      @Threadfast what is this?

    Threadfast [app]:
      (reply to Threadfast: Approve?)
      run 7: yes by Anna
"""


class Decision(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"run:(?P<run>\d+):(?P<what>\w+)"):
    """A button that needs no memory: everything is in its custom id."""

    def __init__(self, run: int, what: str) -> None:
        super().__init__(discord.ui.Button(label=what.title(), custom_id=f"run:{run}:{what}"))
        self.run, self.what = run, what

    @classmethod
    async def from_custom_id(cls, press: Press, item: Any, match: re.Match[str], /) -> Self:
        return cls(int(match["run"]), match["what"])

    async def callback(self, press: Press) -> None:
        await press.response.send_message(f"run {self.run}: {self.what} by {press.user.display_name}")


class Working(Bot):
    """A bot that answers a mention in a thread, with an agent's turn and a card."""

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Decision)

    async def on_message(self, message: discord.Message) -> None:
        await super().on_message(message)
        if self.user not in message.mentions or not isinstance(message.channel, discord.TextChannel):
            return
        thread = await message.create_thread(name="A haiku")
        hook = await message.channel.create_webhook(name="Threadfast")
        await hook.send("Old pond", username="Poet", thread=thread)
        view = discord.ui.View(timeout=None)
        view.add_item(Decision(7, "yes"))
        await thread.send("Approve?", view=view)


@pytest.fixture
def place(server: DiscordServer) -> Acme:
    return acme(server)


async def test_a_card_in_a_thread_is_decided_after_the_bot_started_again(place: Acme) -> None:
    async with running(Working(place.server), place.server):
        root = await place.anna.mentions(place.general, "write a haiku")
        thread = await place.anna.thread_of(root)
        seen = await place.anna.until(thread, lambda seen: seen.buttons == ["Yes"])
        assert seen.by("Poet")[0].app
    again = Working(place.server)
    async with running(again, place.server):
        await place.anna.says(thread, "@Threadfast what is this?")
        await place.server.until(lambda: len(again.said) == 1)
        assert isinstance(again.said[0].channel, discord.Thread)
        await (await place.anna.presses(seen.last, "Yes")).completed()
    assert place.anna.transcript(place.general) == SEEN


class Sharded(discord.AutoShardedClient):
    """A client with two shards."""

    def __init__(self) -> None:
        super().__init__(intents=intents(), shard_count=2, guild_ready_timeout=0.05)
        self.said: list[str] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        pass

    async def on_message(self, message: discord.Message) -> None:
        self.said.append(message.content)


async def test_a_client_with_two_shards_hears_everything_once(place: Acme) -> None:
    bot = Sharded()
    async with running(bot, place.server):
        await place.server.gateway.until(2)
        await place.anna.says(place.general, "in the guild")
        await place.anna.writes_dm("to you")
        await place.server.until(lambda: sorted(bot.said) == ["in the guild", "to you"])
