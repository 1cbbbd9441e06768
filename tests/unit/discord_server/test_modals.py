from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from tests.discord_server.commands import NotOfferedError
from tests.discord_server.server import DiscordServer
from tests.unit.discord_server.bots import Acme, Bot, acme, running

Press = discord.Interaction[discord.Client]


class Everything(discord.ui.Modal, title="Everything"):
    """An input of each kind that discord.py knows."""

    about: discord.ui.TextDisplay[Any] = discord.ui.TextDisplay("Please fill this in")

    def __init__(self) -> None:
        super().__init__()
        options = [discord.SelectOption(label="Pair", value="pair"), discord.SelectOption(label="Trio", value="trio")]
        self.team = discord.ui.Select[Everything](custom_id="team", options=options)
        self.who = discord.ui.UserSelect[Everything](custom_id="who", required=False)
        self.files = discord.ui.FileUpload[Everything](custom_id="files", required=False, max_values=2)
        self.sure = discord.ui.Checkbox[Everything](custom_id="sure")
        inputs = {"Team": self.team, "Who": self.who, "Files": self.files, "Sure": self.sure}
        for text, component in inputs.items():
            self.add_item(discord.ui.Label[Everything](text=text, component=component))

    async def on_submit(self, press: Press) -> None:
        people = [one.display_name for one in self.who.values]
        files = [(one.filename, await one.read()) for one in self.files.values]
        await press.response.send_message(f"{self.team.values} {people} {files} {self.sure.value}", ephemeral=True)


class Asking(Bot):
    """A bot whose command opens the modal."""

    async def setup_hook(self) -> None:
        @self.tree.command(description="Opens a modal")
        async def fill(press: Press) -> None:
            await press.response.send_modal(Everything())

        await self.tree.sync()


@pytest.fixture
async def place(server: DiscordServer) -> AsyncIterator[Acme]:
    there = acme(server)
    async with running(Asking(server), server):
        yield there


async def test_every_kind_of_input_is_filled_in(place: Acme) -> None:
    opened = await (await place.anna.slash(place.general, "fill")).answered()
    assert opened.modal.texts == ["Please fill this in"]
    ben = place.server.person("Ben").user
    it = await place.anna.fills(opened, team="Trio", who=ben, files=[("a.txt", b"a")], Sure=True)
    assert (await it.completed()).text == "['trio'] ['Ben'] [('a.txt', b'a')] True"
    assert it.ephemeral


async def test_what_is_not_filled_in_stays_as_it_came(place: Acme) -> None:
    opened = await (await place.anna.slash(place.general, "fill")).answered()
    it = await place.anna.fills(opened, {"Team": "pair"})
    assert (await it.completed()).text == "['pair'] [] [] False"


async def test_a_modal_takes_only_what_it_asks_for(place: Acme) -> None:
    opened = await (await place.anna.slash(place.general, "fill")).answered()
    with pytest.raises(NotOfferedError, match="has no input 'mood'; it has: \\['Team', 'Who', 'Files', 'Sure'\\]"):
        await place.anna.fills(opened, mood="x")
    with pytest.raises(NotOfferedError, match="'team' has to be chosen"):
        await place.anna.fills(opened)
    with pytest.raises(NotOfferedError, match="'Solo' is not offered"):
        await place.anna.fills(opened, team="Solo")
