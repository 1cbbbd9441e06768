from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands

from tests.discord_server.commands import NotOfferedError
from tests.discord_server.server import DiscordServer
from tests.discord_server.shown import Shown
from tests.unit.discord_server.bots import Acme, Bot, acme, running

Press = discord.Interaction[discord.Client]


class Card(discord.ui.View):
    """Two buttons and a menu."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Approve", custom_id="run:1:yes")
    async def approve(self, press: Press, button: discord.ui.Button[Card]) -> None:
        button.disabled = True
        await press.response.edit_message(content=f"approved by {press.user.display_name}", view=self)

    @discord.ui.button(label="Say why", custom_id="run:1:why")
    async def why(self, press: Press, button: discord.ui.Button[Card]) -> None:
        await press.response.send_modal(Why())

    @discord.ui.select(
        custom_id="run:1:team", placeholder="Team", options=[discord.SelectOption(label="Pair", value="pair")]
    )
    async def team(self, press: Press, select: discord.ui.Select[Card]) -> None:
        await press.response.defer()
        await press.followup.send(f"team {select.values[0]}", ephemeral=True)


class Why(discord.ui.Modal, title="Why?"):
    """A text in a label, and an old text input."""

    reason: discord.ui.Label[Why] = discord.ui.Label(
        text="Your reason", component=discord.ui.TextInput(custom_id="reason", style=discord.TextStyle.paragraph)
    )
    more: discord.ui.TextInput[Why] = discord.ui.TextInput(label="More", custom_id="more", required=False, default="-")

    async def on_submit(self, press: Press) -> None:
        assert isinstance(self.reason.component, discord.ui.TextInput)
        await press.response.send_message(f"because {self.reason.component.value} {self.more.value}")


class Commands(Bot):
    """A bot with a command of each kind."""

    def __init__(self, server: DiscordServer) -> None:
        super().__init__(server)

        @self.tree.command(description="Ask a team")
        @app_commands.allowed_installs(guilds=True, users=True)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        async def ask(press: Press, prompt: str, team: str = "pair", file1: discord.Attachment | None = None) -> None:
            await press.response.defer(thinking=True)
            content = b"" if file1 is None else await file1.read()
            await press.edit_original_response(content=f"{team}: {prompt} {content.decode()}")
            await press.followup.send("and more")

        @ask.autocomplete("team")
        async def teams(press: Press, typed: str) -> list[app_commands.Choice[str]]:
            return [
                app_commands.Choice(name=one.title(), value=one) for one in ("pair", "trio") if one.startswith(typed)
            ]

        @self.tree.command(description="Only for you")
        async def whisper(press: Press) -> None:
            await press.response.send_message(f"psst {press.locale} {press.guild_locale}", ephemeral=True)

        @self.tree.command(description="Never answers")
        async def silent(press: Press) -> None:
            pass

        @self.tree.context_menu(name="Run a team on this")
        async def run(press: Press, message: discord.Message) -> None:
            await press.response.send_message(f"about {message.content}", view=Card())

    async def setup_hook(self) -> None:
        await self.tree.sync()


@pytest.fixture
async def place(server: DiscordServer) -> AsyncIterator[Acme]:
    there = acme(server)
    async with running(Commands(server), server):
        yield there


async def carded(place: Acme) -> Shown:
    """Return the message with the card."""
    said = await place.anna.says(place.general, "bees")
    it = await (await place.anna.menu(said, "Run a team on this")).completed()
    assert it.shown is not None
    return it.shown


async def test_a_slash_command_is_deferred_and_answered_with_what_was_filled_in(place: Acme) -> None:
    it = await place.anna.slash(place.general, "ask", prompt="a haiku", file1=("notes.txt", b"bees"))
    assert (await it.answered()).kind == "deferred"
    await it.until(lambda it: len(it.messages) == 2)
    assert [one.text for one in it.messages] == [
        "pair: a haiku bees",
        "(reply to Threadfast: pair: a haiku bees)\nand more",
    ]
    assert "Threadfast [app]:\n  pair: a haiku bees" in place.anna.transcript(place.general)


async def test_an_ephemeral_answer_is_seen_by_one_person_only(place: Acme) -> None:
    place.anna.user.locale = "zh-CN"
    it = await (await place.anna.slash(place.general, "whisper")).completed()
    assert (it.ephemeral, it.text) == (True, "psst zh-CN en-US")
    assert "psst" in place.anna.sees(place.general)
    assert "psst" not in place.server.person("Ben").sees(place.general)


async def test_what_is_not_registered_or_not_offered_is_an_error_in_the_test(place: Acme) -> None:
    with pytest.raises(NotOfferedError, match="no command 'aks'"):
        await place.anna.slash(place.general, "aks")
    with pytest.raises(NotOfferedError, match="needs prompt"):
        await place.anna.slash(place.general, "ask")
    with pytest.raises(NotOfferedError, match="has no option teem"):
        await place.anna.slash(place.general, "ask", prompt="x", teem="y")
    message = await place.anna.says(place.general, "plain")
    with pytest.raises(NotOfferedError, match="no button 'Approve'"):
        await place.anna.presses(message, "Approve")


async def test_an_option_suggests_while_it_is_typed(place: Acme) -> None:
    it = await (await place.anna.autocompletes(place.general, "ask", "team", "t")).answered()
    assert (it.choices, it.values) == (["Trio"], ["trio"])


async def test_a_button_of_a_messages_menu_answer_is_pressed(place: Acme) -> None:
    card = await carded(place)
    assert (card.text, card.buttons, card.choices) == ("about bees", ("Approve", "Say why"), ("Pair",))
    it = await (await place.anna.presses(card, "Approve")).answered()
    assert it.kind == "update"
    assert it.shown is not None
    assert (it.shown.text, it.shown.disabled) == ("approved by Anna", ("Approve",))
    with pytest.raises(NotOfferedError, match="disabled"):
        await place.anna.presses(card, "Approve")


async def test_a_choice_in_a_menu_is_told(place: Acme) -> None:
    card = await carded(place)
    it = await place.anna.chooses(card, "Pair")
    await it.until(lambda it: it.messages)
    assert (it.kind, it.messages[0].ephemeral) == ("deferred_update", True)
    assert it.messages[0].text.endswith("team pair")


async def test_a_modal_is_filled_in_and_submitted(place: Acme) -> None:
    card = await carded(place)
    opened = await (await place.anna.presses(card, "Say why")).answered()
    assert (opened.kind, opened.modal.title, list(opened.modal.inputs)) == ("modal", "Why?", ["Your reason", "More"])
    with pytest.raises(NotOfferedError, match="has to be filled in"):
        await place.anna.fills(opened)
    it = await (await place.anna.fills(opened, reason="bees are nice")).completed()
    assert it.text.endswith("because bees are nice -")


async def test_without_an_answer_in_three_seconds_people_read_that_there_was_none(place: Acme) -> None:
    it = await place.anna.slash(place.general, "silent")
    place.server.advance(3.1)
    with pytest.raises(AssertionError, match="The application did not respond"):
        await it.answered()


async def test_a_user_installed_app_answers_where_its_bot_is_not(place: Acme) -> None:
    foreign = place.server.world.guild("Elsewhere", bots=False)
    lobby = place.server.world.channel(foreign, "lobby")
    it = await place.anna.slash(lobby, "ask", prompt="x")
    await it.until(lambda it: len(it.messages) == 2)
    assert it.messages[0].text.strip() == "pair: x"
    with pytest.raises(NotOfferedError, match="only installed it for themselves"):
        await place.anna.slash(lobby, "whisper")


async def test_a_command_works_in_direct_messages(place: Acme) -> None:
    it = await place.anna.slash(place.anna.dm, "ask", prompt="hush")
    await it.until(lambda it: len(it.messages) == 2)
    assert "hush" in place.anna.sees(place.anna.dm)
