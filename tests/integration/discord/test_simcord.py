"""Commands, buttons and forms as Discord's rules have them, with its time limits, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
import simcord
from simcord.env import Env

from adapters.discord.connecting.buttons import view_of
from adapters.discord.connecting.client import GatewayClient, make_client
from adapters.discord.connecting.door import Door
from adapters.discord.connecting.receiving import Receiving
from adapters.discord.connecting.syncing import sync
from adapters.discord.rendering.parts import Button
from adapters.discord.settings import DiscordSettings
from bot.domain import Delivery
from tests.fakes import FakeClock
from tests.integration.discord.listening import PlainForms
from tests.unit.terminal.made import FakeInbox

APPROVE = "run:q1:approve:1:0123456789abcdef"
REJECT = "run:q1:reject:1:0123456789abcdef"
CARD = ((Button(label="Approve", custom_id=APPROVE, style="primary"), Button(label="Reject", custom_id=REJECT)),)


class Records(FakeInbox):
    """Records in memory, after a while if told so."""

    def __init__(self) -> None:
        super().__init__()
        self.deliveries: dict[str, Delivery] = {}
        self.seconds = 0.0

    async def receive(self, delivery: Delivery) -> bool:
        await asyncio.sleep(self.seconds)
        return self.deliveries.setdefault(delivery.id, delivery) is delivery

    @property
    def kinds(self) -> list[str]:
        return [each.body["kind"] for each in self.deliveries.values()]


class Notes:
    """What is kept, in memory."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def read(self, name: str) -> str | None:
        return self.texts.get(name)

    async def keep(self, name: str, text: str) -> None:
        self.texts[name] = text


class Listens:
    """Ears that hear nothing."""

    def session_began(self) -> None:
        return None

    def guild_seen(self, guild: object) -> None:
        return None

    def guild_lost(self, guild: object) -> None:
        return None

    def all_seen(self) -> None:
        return None

    async def began(self, thread: object) -> None:
        return None

    async def said(self, message: object) -> None:
        return None

    async def edited(self, message: object) -> None:
        return None

    async def deleted(self, channel: int, message: int) -> None:
        return None

    def gone(self, place: int) -> None:
        return None

    def cut_off(self) -> None:
        return None

    def reunited(self) -> None:
        return None

    def guild_changed(self, guild: object) -> None:
        return None

    def channel_changed(self, channel: object) -> None:
        return None

    async def guild_left(self, guild: object) -> None:
        return None

    def place_seen(self, channel: object) -> None:
        return None

    def place_missed(self, place: int) -> None:
        return None

    async def met(self, channel: int) -> None:
        return None


class Acme:
    """A server with the bot and somebody in it."""

    def __init__(self, env: Env, inbox: Records) -> None:
        self.env = env
        self.inbox = inbox
        guild = env.create_guild(name="Acme")
        self.channel = guild.create_text_channel("general")
        self.ann = guild.add_member(env.create_user("ann"))

    async def show_card(self, bot: GatewayClient) -> Any:
        """Have the bot send a card."""
        view = view_of(CARD)
        assert view is not None
        view.stop()
        return await bot.get_partial_messageable(self.channel.id).send("card", view=view)


def client_for(inbox: Records) -> GatewayClient:
    client = make_client(DiscordSettings(token="t"))
    door = Door(inbox, offer=lambda _: None, clock=FakeClock())
    client.attach(Listens(), Receiving(door, PlainForms(), language="en"))
    return client


@asynccontextmanager
async def acme() -> AsyncIterator[tuple[Acme, GatewayClient]]:
    inbox = Records()
    client = client_for(inbox)
    async with simcord.run(client) as env:
        made = Acme(env, inbox)
        await sync(client.tree, Notes(), ())
        yield made, client


async def test_every_command_is_offered_and_deferred() -> None:
    async with acme() as (here, _):
        offered = here.ann.available_commands(here.channel)
        asked = await here.ann.slash(here.channel, "ask", prompt="plan a trip")
        listed = await here.ann.slash(here.channel, "teams")

        commands = ["ask", "default", "forget", "help", "models", "mute", "pull", "status", "stop", "teams"]
        assert sorted(offered) == commands
        assert (asked.deferred, asked.ephemeral, listed.deferred, listed.ephemeral) == (True, False, True, True)
        assert here.inbox.kinds == ["command", "command"]


async def test_names_of_teams_are_completed() -> None:
    async with acme() as (here, _):
        choices = await here.ann.autocomplete(here.channel, "ask", "team", "pa", prompt="x")

        assert [(choice["name"], choice["value"]) for choice in choices] == [("panel: The panel team.", "panel")]
        assert here.inbox.kinds == []


async def test_button_of_an_earlier_process_is_taken_in_by_the_next_one() -> None:
    async with acme() as (here, first):
        card = await here.show_card(first)
        await here.env.restart_bot(client_for(here.inbox))
        pressed = await here.ann.click(card, label="Approve")

        assert pressed.acknowledged
        [delivery] = here.inbox.deliveries.values()
        assert (delivery.body["kind"], delivery.body["custom_id"]) == ("pressed", APPROVE)


async def test_form_that_was_opened_by_an_earlier_process_is_taken_in_by_the_next_one() -> None:
    async with acme() as (here, first):
        card = await here.show_card(first)
        opened = await here.ann.click(card, label="Reject")
        await here.env.restart_bot(client_for(here.inbox))
        sent = await here.ann.submit_modal(opened, {"reason": "too dear"})

        assert sent.acknowledged
        [delivery] = here.inbox.deliveries.values()
        assert (delivery.body["kind"], delivery.body["fields"]) == ("submitted", {"reason": "too dear"})


async def test_message_command_opens_a_form() -> None:
    async with acme() as (here, _):
        said = await here.ann.send(here.channel, "what about this?")
        opened = await here.ann.context_menu(here.channel, "Run a team on this", said)

        assert opened.modal is not None
        assert opened.modal["custom_id"] == f"runon:{here.channel.id}:{said.id}"


@pytest.mark.parametrize("seconds", [1.5, 2.5])
async def test_person_has_an_answer_within_the_three_seconds_however_slow_the_record(seconds: float) -> None:
    async with acme() as (here, _):
        here.inbox.seconds = seconds
        outcome = await here.ann.slash(here.channel, "ask", prompt="plan")
        await here.env.advance_time(2.9)

        assert outcome.acknowledged
        assert outcome.deferred


async def test_command_says_whether_it_was_used_in_a_thread() -> None:
    async with acme() as (here, client):
        channel = client.get_channel(here.channel.id)
        assert isinstance(channel, discord.TextChannel)
        made = await channel.create_thread(name="trip", type=discord.ChannelType.public_thread)
        [thread] = here.channel.threads
        await here.ann.slash(thread, "stop")
        await here.ann.slash(here.channel, "stop")

        asked = [each.body["interaction"] for each in here.inbox.deliveries.values()]
        assert [(each["channel"], each["parent"]) for each in asked] == [
            (str(made.id), str(channel.id)),
            (str(channel.id), ""),
        ]
