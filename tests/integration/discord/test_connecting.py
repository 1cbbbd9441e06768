"""The connection to a wire-level Discord: what is said is recorded, in order, once, whatever becomes of connections."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import SettingsError
from tests.discord_server.server import DiscordServer
from tests.integration.discord.listening import listening, settings_for


async def test_mention_is_recorded_as_it_was_said(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.world.guild("Acme")
    general = server.world.channel(guild, "general")
    ann = server.person("ann")
    async with listening(tmp_path, server) as bot:
        said = await ann.mentions(general, "plan a trip")
        await bot.until(lambda: bot.offered)

        [delivery] = bot.offered
        message = delivery.body["message"]
        assert (delivery.id, delivery.place, delivery.position) == (f"message:{said.id}", str(general.id), said.id)
        assert message["place"] == {
            "guild": str(guild.id), "channel": str(general.id), "parent": "", "kind": "channel", "name": "general",
        }  # fmt: skip
        assert message["author"] == {"id": str(ann.user.id), "name": "ann", "bot": False, "roles": [], "guest": False}
        assert [each["id"] for each in message["mentions"]] == [bot.me().user]
        assert bot.told == [f"Discord: connected as {bot.client.user}, 1 server."]


async def test_talk_that_is_not_for_the_bot_leaves_only_its_position(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.world.guild("Acme")
    general = server.world.channel(guild, "general")
    ann = server.person("ann")
    async with listening(tmp_path, server) as bot:
        await ann.says(general, "lunch?")
        last = await ann.says(general, "yes")
        await ann.mentions(general, "hello")
        await bot.until(lambda: bot.offered)
        assert bot.said == [f"<@{bot.me().user}> hello"]

        noise = await ann.says(general, "thanks")
        await bot.until(lambda: bot.client.failures or bot.positions.at(str(general.id)) == noise.id)

    async with listening(tmp_path, server) as bot:
        assert (await bot.places())[str(general.id)] == noise.id > last.id
        assert bot.offered == []


async def test_edit_and_deletion_are_recorded_and_links_that_unfold_are_none(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = server.world.guild("Acme")
    general = server.world.channel(guild, "general")
    ann = server.person("ann")
    async with listening(tmp_path, server) as bot:
        said = await ann.mentions(general, "see https://example.com")
        said.embeds = [{"type": "link", "url": "https://example.com"}]
        server.world.tell_message("MESSAGE_UPDATE", said)
        await ann.edits(said, f"<@{bot.me().user}> see nothing")
        await bot.until(lambda: len(bot.offered) == 2)
        thread = await ann.starts_thread(general, "see", said)
        reply = await ann.says(thread, "and this")
        await ann.deletes(reply)
        await bot.until(lambda: "deleted" in bot.kinds())

        assert bot.kinds()[:2] == ["message", "edited"]
        assert bot.offered[1].body["message"]["content"] == f"<@{bot.me().user}> see nothing"
        gone = bot.offered[-1].body["message"]
        assert (gone["id"], gone["place"]["channel"], gone["author"]) == (str(reply.id), str(thread.id), None)


async def test_deletions_in_channels_and_edits_of_other_peoples_talk_are_not_recorded(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = server.world.guild("Acme")
    general = server.world.channel(guild, "general")
    ann = server.person("ann")
    async with listening(tmp_path, server) as bot:
        talk = await ann.says(general, "lunch?")
        await ann.edits(talk, "dinner?")
        await ann.deletes(talk)
        asked = await ann.mentions(general, "delete all")
        await ann.edits(asked, "never mind")
        await bot.until(lambda: len(bot.offered) == 2)

        assert bot.kinds() == ["message", "edited"]
        assert bot.offered[1].body["message"]["content"] == "never mind"


async def test_events_that_a_resumed_session_repeats_are_dropped(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.world.guild("Acme")
    general = server.world.channel(guild, "general")
    ann = server.person("ann")
    async with listening(tmp_path, server) as bot:
        await ann.mentions(general, "one")
        await bot.until(lambda: bot.said)
        server.gateway.resend(3)
        server.gateway.drop()
        await ann.mentions(general, "two")
        await server.gateway.until(lambda: server.gateway.resumes == 1)
        await bot.until(lambda: len(bot.said) == 2)
        await ann.mentions(general, "three")
        await bot.until(lambda: len(bot.said) == 3)

        assert [text.split()[-1] for text in bot.said] == ["one", "two", "three"]
        assert server.calls("get_messages") == []


async def test_session_that_is_invalid_is_begun_anew_and_what_was_missed_is_caught_up(
    server: DiscordServer, tmp_path: Path
) -> None:
    guild = server.world.guild("Acme")
    general = server.world.channel(guild, "general")
    ann = server.person("ann")
    async with listening(tmp_path, server) as bot:
        await ann.mentions(general, "one")
        await bot.until(lambda: bot.said)
        server.gateway.drop(resumable=False)
        await ann.mentions(general, "two")
        await bot.until(lambda: len(bot.said) == 2)

        assert (server.gateway.identifies, bot.connection.supervised.crashes) == (2, 0)
        assert [text.split()[-1] for text in bot.said] == ["one", "two"]


@pytest.mark.parametrize("sharded", [False, True])
async def test_event_that_the_library_cannot_read_is_passed_over_and_counted(
    sharded: bool, server: DiscordServer, tmp_path: Path
) -> None:
    guild = server.world.guild("Acme")
    general = server.world.channel(guild, "general")
    ann = server.person("ann")
    with capture_logs() as logs:
        async with listening(tmp_path, server, settings=replace(settings_for(server), sharded=sharded)) as bot:
            await ann.mentions(general, "one")
            await bot.until(lambda: bot.said)
            server.gateway.malform()
            await ann.mentions(general, "two")
            await bot.until(lambda: len(bot.said) == 2)

            assert (bot.client.failures, bot.connection.supervised.crashes) == (1, 0)
            assert [text.split()[-1] for text in bot.said] == ["one", "two"]
    assert [each["error"] for each in logs if each["event"] == "discord.event_not_parsed"] == ["TypeError"]


async def test_gateway_that_does_not_answer_at_first_is_tried_again(server: DiscordServer, tmp_path: Path) -> None:
    general = server.world.channel(server.world.guild("Acme"), "general")
    server.gateway.refuses = True
    async with listening(tmp_path, server, ready=False) as bot:
        await bot.until(lambda: bot.connection.supervised.crashes)
        server.gateway.refuses = False
        await bot.until(lambda: bot.told)
        await server.person("ann").mentions(general, "hello")
        await bot.until(lambda: bot.said)


async def test_token_that_discord_refuses_ends_with_what_to_do(server: DiscordServer, tmp_path: Path) -> None:
    wrong = replace(settings_for(server), token="other")

    with pytest.raises(BaseExceptionGroup) as raised:
        async with listening(tmp_path, server, settings=wrong, ready=False) as bot:
            await bot.until(lambda: False)

    assert raised.group_contains(SettingsError, match="Discord refuses DISCORD_TOKEN.*Reset Token")


@pytest.mark.parametrize(
    ("code", "sentence"), [(4014, "Message Content"), (4004, "DISCORD_TOKEN"), (4011, "DISCORD_SHARDED=true")]
)
async def test_connection_that_discord_refuses_for_good_ends_with_what_to_do(
    code: int, sentence: str, server: DiscordServer, tmp_path: Path
) -> None:
    async def meet() -> None:
        async with listening(tmp_path, server) as bot:
            server.gateway.close(code)
            await bot.until(lambda: False)

    with pytest.raises(BaseExceptionGroup) as raised:
        await meet()

    assert raised.group_contains(SettingsError, match=sentence)


async def test_what_was_received_and_not_handled_is_there_after_a_crash(server: DiscordServer, tmp_path: Path) -> None:
    general = server.world.channel(server.world.guild("Acme"), "general")
    async with listening(tmp_path, server) as bot:
        said = await server.person("ann").mentions(general, "hello")
        await bot.until(lambda: bot.said)

    async with listening(tmp_path, server) as bot:
        assert [each.id for each in await bot.inbox.unhandled("discord")] == [f"message:{said.id}"]
        assert bot.offered == []


async def test_bot_that_is_sharded_hears_too(server: DiscordServer, tmp_path: Path) -> None:
    general = server.world.channel(server.world.guild("Acme"), "general")
    async with listening(tmp_path, server, settings=replace(settings_for(server), sharded=True)) as bot:
        await server.person("ann").mentions(general, "hello")
        await bot.until(lambda: bot.said)


@pytest.mark.parametrize("sharded", [False, True])
async def test_every_connection_goes_to_the_address_that_is_set_whatever_discord_names(
    sharded: bool, server: DiscordServer, tmp_path: Path
) -> None:
    general = server.world.channel(server.world.guild("Acme"), "general")
    ann = server.person("ann")
    server.world.other_gateway = "ws://127.0.0.1:1/elsewhere/"
    async with listening(tmp_path, server, settings=replace(settings_for(server), sharded=sharded)) as bot:
        await ann.mentions(general, "one")
        await bot.until(lambda: bot.said)
        server.gateway.drop()
        await ann.mentions(general, "two")
        await bot.until(lambda: len(bot.said) == 2)

        assert (server.gateway.connects, server.gateway.identifies, server.gateway.resumes) == (2, 1, 1)


async def test_server_that_the_bot_leaves_is_only_logged(server: DiscordServer, tmp_path: Path) -> None:
    guild = server.world.guild("Acme")
    with capture_logs() as logs:
        async with listening(tmp_path, server) as bot:
            server.world.remove(guild)
            await bot.until(lambda: not bot.client.guilds)
            assert bot.client.failures == 0

    assert [each["guild"] for each in logs if each["event"] == "discord.guild_left"] == [guild.id]
