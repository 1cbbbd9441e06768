"""What `threadfast check` says of Discord."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.chat.handling.finding import Finding
from adapters.discord.connecting.permissions import wanted
from adapters.discord.connecting.probe import probe
from adapters.discord.connecting.registered import unsynced
from bot.texts import say
from tests.discord_server import Channel, DiscordServer, Guild, Permission
from tests.integration.discord.listening import listening, settings_for

LINK = "https://discord.com/oauth2/authorize?client_id={}&permissions={}&scope=bot+applications.commands"
OWN_LINK = "https://discord.com/oauth2/authorize?client_id={}&scope=applications.commands&integration_type=1"


def lines(found: list[Finding]) -> list[str]:
    return [f"{'ok' if line.ok else 'WRONG' if line.needed else 'note'} {line.words}" for line in found]


async def test_everything_is_said_to_work_once_the_bot_has_run(
    server: DiscordServer, general: Channel, tmp_path: Path
) -> None:
    async with listening(tmp_path, server):
        pass

    found = await probe(settings_for(server), "en")

    link = LINK.format(server.app.id, wanted().value)
    assert lines(found)[1:] == [
        "ok intent Message Content is switched on",
        "ok server Acme: all 8 permissions are granted",
        "ok all 11 commands are registered for all servers",
        f"ok a person alone, without a server, installs it by this link: {OWN_LINK.format(server.app.id)}",
        f"ok invite the bot to a server: {link}",
    ]
    assert found[0].ok
    assert f"application {server.app.id}" in found[0].words


async def test_missing_permissions_intent_and_commands_are_named_with_what_they_cost(
    server: DiscordServer, guild: Guild
) -> None:
    server.app.intents = 0
    guild.roles[guild.id].permissions = 0
    server.world.install(guild, server.app, permissions=wanted().value & ~(1 << 29 | 1 << 38))

    found = lines(await probe(settings_for(server), "zh"))

    assert next(line for line in found if "Message Content" in line).startswith("WRONG the intent")
    assert "WRONG server Acme: permission Send Messages in Threads is missing: 机器人在子区里什么也不能说" in found
    assert next(line for line in found if "Manage Webhooks" in line).startswith("note server Acme: permission")
    [commands] = [line for line in found if "commands for all servers" in line]
    assert commands.startswith("note")
    assert "ask, default, forget, help" in commands


async def test_channels_that_deny_what_the_server_grants_are_named_and_counted(
    server: DiscordServer, guild: Guild, general: Channel
) -> None:
    bot = server.app.user
    for number in range(5):
        plans = server.world.channel(guild, f"plans-{number}")
        server.world.rule(plans, bot, deny=int(Permission.SEND_MESSAGES_IN_THREADS))
    hidden, forum = server.world.channel(guild, "board"), server.world.channel(guild, "help", 15)
    server.world.rule(hidden, bot, deny=int(Permission.VIEW_CHANNEL))
    server.world.rule(forum, bot, deny=int(Permission.MANAGE_WEBHOOKS | Permission.ADD_REACTIONS))

    found = [line for line in lines(await probe(settings_for(server), "en")) if "server Acme" in line]

    assert found[0] == "ok server Acme: all 8 permissions are granted"
    assert [line.rpartition(": ")[0] for line in found[1:]] == [
        "note server Acme: permission View Channels is denied in #board",
        "note server Acme: permission Send Messages in Threads is denied in #plans-0, #plans-1, #plans-2 and 2 more",
        "note server Acme: permission Add Reactions is denied in #help",
        "note server Acme: permission Manage Webhooks is denied in #help",
    ]
    assert found[1].endswith(say("discord_costs_view_channel", "en"))


async def test_permission_that_the_whole_server_lacks_is_not_named_for_each_channel(
    server: DiscordServer, guild: Guild, general: Channel
) -> None:
    server.world.install(guild, server.app, permissions=wanted().value & ~int(Permission.MANAGE_WEBHOOKS))
    server.world.rule(general, server.app.user, deny=int(Permission.MANAGE_WEBHOOKS))

    found = lines(await probe(settings_for(server), "en"))

    assert len([line for line in found if "Manage Webhooks" in line]) == 1


async def test_bot_that_is_in_no_server_is_given_the_link(server: DiscordServer) -> None:
    found = await probe(settings_for(server), "en")

    assert (found[-1].ok, found[-1].needed) == (False, False)
    assert str(server.app.id) in found[-1].words


@pytest.mark.parametrize(
    ("installs", "said"),
    [
        ((0,), "note persons cannot install the app for themselves; where they should, switch on User Install"),
        ((1,), "WRONG no server can install the app: switch on Guild Install"),
    ],
)
async def test_who_cannot_install_the_app_is_told(server: DiscordServer, installs: tuple[int, ...], said: str) -> None:
    server.app.installs = installs

    found = lines(await probe(settings_for(server), "en"))

    assert f"{said} at the application's page, Installation" in found
    assert any("integration_type=1" in line for line in found) == (1 in installs)


async def test_invite_link_that_does_not_work_is_told_and_needed_only_where_there_is_no_server(
    server: DiscordServer,
) -> None:
    server.app.code_grant = True
    found = [lines(await probe(settings_for(server), "en"))]
    server.world.guild("Acme")
    found.append(lines(await probe(settings_for(server), "en")))

    said = "the invite link does not work: switch off Requires OAuth2 Code Grant at the application's page, Bot"
    assert [f"{how} {said}" in each for how, each in zip(["WRONG", "note"], found, strict=True)] == [True, True]


async def test_server_that_is_named_and_lacks_the_bot_is_told(server: DiscordServer, guild: Guild) -> None:
    found = lines(await probe(replace(settings_for(server), guilds=("145746892429066259",)), "en"))

    assert [line for line in found if line.startswith("WRONG server 145746892429066259: the bot is not there")]


async def test_refused_token_is_told_with_where_the_right_one_is(server: DiscordServer) -> None:
    [found] = await probe(replace(settings_for(server), token="other"), "en")

    assert not found.ok
    assert "Discord refuses DISCORD_TOKEN" in found.words


@pytest.mark.parametrize("fault", ["not_json", "drop", "status"])
async def test_address_that_does_not_answer_as_discord_does_is_told(fault: str, server: DiscordServer) -> None:
    server.fault(fault, times=None, **({"status": 404} if fault == "status" else {}))

    [found] = await probe(settings_for(server), "en")

    assert not found.ok
    assert f"{server.api_url} does not answer as Discord does" in found.words


async def test_nothing_is_changed_by_looking(server: DiscordServer, guild: Guild) -> None:
    await probe(settings_for(server), "en")

    assert {one.method for one in server.requests} == {"GET"}
    assert server.gateway.connects == 0


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({}, []),
        ({"description": "other"}, ["ask"]),
        ({"name": "old"}, ["ask", "old"]),
        ({"options": [{"type": 3, "name": "prompt", "description": "what"}]}, ["ask"]),
        ({"name_localizations": {"zh-CN": "提问"}}, ["ask"]),
        ({"id": "7", "version": "1", "options": []}, []),
        ({"contexts": [0, 1]}, ["ask"]),
        ({"integration_types": [0, 1]}, ["ask"]),
    ],
)
def test_commands_that_differ_are_named(change: dict[str, object], names: list[str]) -> None:
    ask = {"type": 1, "name": "ask", "description": "Ask"}

    assert unsynced([ask], [ask | change]) == names
