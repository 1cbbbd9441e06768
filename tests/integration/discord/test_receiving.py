"""Commands, buttons, forms: recorded, then answered within Discord's three seconds."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.discord.connecting import receiving
from adapters.discord.connecting.buttons import view_of
from adapters.discord.rendering.parts import Button, Menu
from bot import ports
from bot.domain import Delivery
from bot.errors import StoreFullError
from tests.between import Between
from tests.discord_server import Channel, DiscordServer, Guild, Person
from tests.discord_server.messages import Message
from tests.integration.discord.listening import Listened, listening, settings_for

NONCE = "0123456789abcdef"
CARD = (
    (
        Button(label="Approve", custom_id=f"run:q1:approve:1:{NONCE}", style="primary"),
        Button(label="Reject", custom_id=f"run:q1:reject:1:{NONCE}", style="danger"),
    ),
    Menu(custom_id=f"run:q1:choose:1:{NONCE}", placeholder="Choose", options=(("tea", "1"), ("coffee", "2"))),
)


async def show_card(bot: Listened, channel: Channel, server: DiscordServer) -> Message:
    """Have the bot send a card with buttons and a menu."""
    view = view_of(CARD)
    assert view is not None
    view.stop()
    sent = await bot.client.get_partial_messageable(channel.id).send("card", view=view)
    return server.world.messages[channel.id][sent.id]


async def test_command_is_recorded_with_its_options_and_then_deferred_for_all_to_see(
    server: DiscordServer, guild: Guild, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with listening(tmp_path, server) as bot:
        outcome = await anna.slash(
            general, "ask", prompt="plan", team="solo", file=("a.txt", b"one"), file3=("b", b"2")
        )
        await bot.until(lambda: bot.offered)

        [delivery] = bot.offered
        options, asked = delivery.body["options"], delivery.body["interaction"]
        assert (outcome.kind, outcome.ephemeral, outcome.thinking) == ("deferred", False, True)
        assert (delivery.id, delivery.body["name"]) == (f"interaction:{outcome.interaction.id}", "ask")
        assert (options["prompt"], options["team"]) == ("plan", "solo")
        assert [(file["name"], file["size"]) for file in options["files"]] == [("a.txt", 3), ("b", 1)]
        who = {"id": str(anna.id), "name": "Anna", "bot": False, "roles": [], "guest": False}
        assert (asked["user"], asked["reads"]) == (who, True)
        assert (asked["guild"], asked["channel"], asked["parent"]) == (str(guild.id), str(general.id), "")
        assert (asked["installed"], asked["token"]) == (True, outcome.interaction.token)


@pytest.mark.parametrize("command", ["teams", "status", "stop", "mute", "forget", "default", "help"])
async def test_other_commands_are_deferred_for_one_person_alone(
    command: str, server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with listening(tmp_path, server) as bot:
        outcome = await anna.slash(general, command)
        await bot.until(lambda: bot.offered)

        assert (outcome.kind, outcome.ephemeral) == ("deferred", True)
        assert [each.body["name"] for each in bot.offered] == [command]


async def test_teams_are_completed_by_what_is_typed(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with listening(tmp_path, server) as bot:
        all_of_them = await anna.autocompletes(general, "ask", "team", prompt="x")
        some = await anna.autocompletes(general, "default", "team", "co")
        await server.until(lambda: all_of_them.acknowledged and some.acknowledged)

        assert len(all_of_them.choices) == 3
        assert some.choices == ["coder: The coder team."]
        assert bot.offered == []


async def test_press_and_choice_are_recorded_also_by_the_process_that_did_not_send_the_card(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with listening(tmp_path, server) as bot:
        card = await show_card(bot, general, server)

    async with listening(tmp_path, server) as bot:
        pressed = await anna.presses(card, "Approve")
        chosen = await anna.chooses(card, "coffee")
        await bot.until(lambda: len(bot.offered) == 2)
        await server.until(lambda: pressed.acknowledged and chosen.acknowledged)

        assert (pressed.kind, chosen.kind) == ("deferred_update", "deferred_update")
        facts = [(each.body["custom_id"], each.body["values"], each.body["message"]) for each in bot.offered]
        assert facts == [
            (f"run:q1:approve:1:{NONCE}", [], str(card.id)),
            (f"run:q1:choose:1:{NONCE}", ["2"], str(card.id)),
        ]


async def test_form_is_opened_without_a_record_and_recorded_when_it_is_sent_to_another_process(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    async with listening(tmp_path, server) as bot:
        card = await show_card(bot, general, server)
        opened = await anna.presses(card, "Reject")
        await server.until(lambda: opened.acknowledged)
        assert (opened.kind, bot.offered) == ("modal", [])

    async with listening(tmp_path, server) as bot:
        sent = await anna.fills(opened, reason="too dear")
        await bot.until(lambda: bot.offered)

        [delivery] = bot.offered
        assert sent.kind == "deferred_update"
        assert delivery.body["kind"] == "submitted"
        assert (delivery.body["custom_id"], delivery.body["fields"]) == (
            f"run:q1:reject:1:{NONCE}",
            {"reason": "too dear"},
        )


async def test_message_command_opens_its_form_whose_answer_is_for_one_person_alone(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    said = await anna.says(general, "what about this?")
    async with listening(tmp_path, server) as bot:
        opened = await anna.menu(said, "Run a team on this")
        await server.until(lambda: opened.acknowledged)
        sent = await anna.fills(opened, reason="sum it up")
        await bot.until(lambda: bot.offered)

        assert (opened.kind, sent.kind, sent.ephemeral) == ("modal", "deferred", True)
        assert bot.offered[0].body["custom_id"] == f"runon:{general.id}:{said.id}"


@pytest.mark.parametrize("code", [10062, 40060])
async def test_answer_that_comes_too_late_is_harmless(
    code: int, server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    with capture_logs() as logs:
        async with listening(tmp_path, server) as bot:
            server.fault("error", route="POST /interactions/*", code=code, status=404)
            await anna.slash(general, "ask", prompt="plan")
            await bot.until(lambda: bot.offered)

            assert bot.kinds() == ["command"]
            assert bot.client.failures == 0
    assert [each["code"] for each in logs if each["event"] == "discord.not_answered"] == [code]


class Full(Between):
    """An inbox that cannot record anything, and says so once it may."""

    def __init__(self, inbox: ports.Inbox, *, failed: asyncio.Event | None = None) -> None:
        super().__init__(inbox)
        self._failed = failed

    async def receive(self, delivery: Delivery) -> bool:
        if self._failed is not None:
            await self._failed.wait()
        raise StoreFullError("full")


class Slow(Between):
    """An inbox that answers only once it may; recorded is a delivery before that, or after."""

    def __init__(self, inbox: ports.Inbox, *, recorded: asyncio.Event, before: bool) -> None:
        super().__init__(inbox)
        self._recorded = recorded
        self._before = before

    async def receive(self, delivery: Delivery) -> bool:
        new = self._before and await super().receive(delivery)
        await self._recorded.wait()
        return new if self._before else await super().receive(delivery)


async def test_interaction_that_cannot_be_recorded_is_answered_so(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    anna.user.locale = "zh-CN"
    async with listening(tmp_path, server, between=Full) as bot:
        outcome = await anna.slash(general, "ask", prompt="plan")
        await server.until(lambda: outcome.acknowledged)

        assert (outcome.kind, outcome.ephemeral, bot.offered) == ("message", True, [])
        assert outcome.text == "这一步刚才没能记录下来。请稍后再试一次。"


@pytest.mark.parametrize("before", [True, False])
async def test_record_that_takes_too_long_is_deferred_and_worked_on_and_nobody_is_told_to_try_again(
    server: DiscordServer,
    general: Channel,
    anna: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: bool,
) -> None:
    monkeypatch.setattr(receiving, "RECORD_SECONDS", 0.05)
    recorded = asyncio.Event()
    async with listening(tmp_path, server, between=partial(Slow, recorded=recorded, before=before)) as bot:
        outcome = await anna.slash(general, "ask", prompt="plan")
        await server.until(lambda: outcome.acknowledged)
        assert (outcome.kind, outcome.thinking, bot.offered) == ("deferred", True, [])
        recorded.set()
        await bot.until(lambda: bot.offered)

        assert (outcome.thinking, bot.kinds()) == (True, ["command"])


@pytest.mark.parametrize("pressed", [True, False])
async def test_record_that_fails_late_is_told_then(
    server: DiscordServer,
    general: Channel,
    anna: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pressed: bool,
) -> None:
    monkeypatch.setattr(receiving, "RECORD_SECONDS", 0.05)
    failed = asyncio.Event()
    async with listening(tmp_path, server, between=partial(Full, failed=failed)) as bot:
        card = await show_card(bot, general, server)
        begun = anna.presses(card, "Approve") if pressed else anna.slash(general, "teams")
        outcome = await begun
        await server.until(lambda: outcome.acknowledged)
        failed.set()
        await server.until(lambda: "could not be recorded" in outcome.text)

        assert (len(outcome.messages), outcome.messages[0].ephemeral, bot.offered) == (1, True, [])


async def test_commands_are_registered_once_and_again_only_when_they_differ(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path
) -> None:
    for _ in range(2):
        async with listening(tmp_path, server) as bot:
            await bot.store.write(lambda records: records.notes.read("discord", "commands:"))
    assert len(registrations(server)) == 1

    async with listening(tmp_path, server) as bot:
        await bot.store.write(lambda records: records.notes.keep("discord", "commands:", "of an older version"))
    async with listening(tmp_path, server):
        pass

    assert len(registrations(server)) == 2


async def test_commands_are_registered_in_the_servers_that_are_named(
    server: DiscordServer, guild: Guild, general: Channel, anna: Person, tmp_path: Path
) -> None:
    here = replace(settings_for(server), guilds=(str(guild.id), "145746892429066259"))
    with capture_logs() as logs:
        async with listening(tmp_path, server, settings=here) as bot:
            await anna.slash(general, "help")
            await bot.until(lambda: bot.offered)
            assert bot.kinds() == ["command"]

    assert {path.split("/")[-2] for path in registrations(server)} == {str(guild.id), "145746892429066259"}
    assert [each["guild"] for each in logs if each["event"] == "discord.commands_not_synced"] == ["145746892429066259"]


def registrations(server: DiscordServer) -> list[str]:
    return [one.path for one in server.requests if one.method == "PUT" and one.path.endswith("/commands")]


async def test_work_begins_only_after_the_interaction_is_deferred_and_without_that_in_time(
    server: DiscordServer, general: Channel, anna: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "DEFER_SECONDS", 0.3)
    async with listening(tmp_path, server) as bot:
        server.fault("late_answer", route="POST /interactions/*", seconds=0.1)
        first = await anna.slash(general, "teams")
        await server.until(lambda: first.acknowledged)
        assert bot.offered == []
        await bot.until(lambda: len(bot.offered) == 1)

        server.fault("latency", route="POST /interactions/*", seconds=2.0)
        second = await anna.slash(general, "teams")
        await bot.until(lambda: len(bot.offered) == 2)
        assert not second.acknowledged
