"""The commands that Discord has registered, from start to start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.discord.connecting.probe import probe
from adapters.discord.ids import RUN_HERE
from adapters.discord.settings import DiscordSettings
from tests.discord_server import DiscordServer, Guild
from tests.integration.discord.listening import listening, settings_for


def names(server: DiscordServer, guild: Guild | None = None) -> list[str]:
    return sorted(each["name"] for each in server.app.commands.get(guild.id if guild else None, []))


async def started(path: Path, server: DiscordServer, *guilds: Guild) -> int:
    """Start once, with the commands in these servers only, and return how many times commands were written."""
    before = server.app.writes
    settings: DiscordSettings = replace(settings_for(server), guilds=tuple(str(guild.id) for guild in guilds))
    async with listening(path, server, settings=settings):
        pass
    return server.app.writes - before


async def test_commands_are_registered_once_however_often_the_bot_starts(server: DiscordServer, tmp_path: Path) -> None:
    assert [await started(tmp_path, server) for _ in range(3)] == [1, 0, 0]


async def test_commands_that_were_deleted_or_changed_at_discord_are_registered_again(
    server: DiscordServer, tmp_path: Path
) -> None:
    await started(tmp_path, server)
    whole = names(server)
    server.app.commands.clear()
    assert await started(tmp_path, server) == 1
    assert names(server) == whole

    server.app.commands[None][0]["contexts"] = [0]
    assert await started(tmp_path, server) == 1
    server.app.commands[None][0]["integration_types"] = [1]
    assert await started(tmp_path, server) == 1
    assert await started(tmp_path, server) == 0


@pytest.mark.parametrize("installs", [(0,), (1,), ()], ids=["servers", "persons", "not told"])
async def test_commands_are_registered_for_those_who_can_install_the_app(
    server: DiscordServer, tmp_path: Path, installs: tuple[int, ...]
) -> None:
    server.app.installs = installs
    assert [await started(tmp_path, server) for _ in range(2)] == [1, 0]

    registered = {each["name"]: each["integration_types"] for each in server.app.commands[None]}
    assert registered["ask"] == [*(installs or (0, 1))]
    assert registered.get(RUN_HERE) == (None if installs == (1,) else [0])


async def test_option_for_each_file_has_a_name_of_its_own_in_chinese(server: DiscordServer, tmp_path: Path) -> None:
    await started(tmp_path, server)

    [ask] = [each for each in server.app.commands[None] if each["name"] == "ask"]
    chinese = [option["name_localizations"]["zh-CN"] for option in ask["options"]]
    assert chinese == ["内容", "团队", "文件", "文件2", "文件3", "文件4", "文件5"]


async def test_servers_that_are_not_named_any_more_lose_their_own_commands(
    server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    other = server.world.guild("Other")
    await started(tmp_path, server, guild, other)
    assert names(server, guild) == names(server, other) != names(server) == []

    await started(tmp_path, server, guild)
    assert (bool(names(server, guild)), names(server, other), names(server)) == (True, [], [])

    await started(tmp_path, server)
    assert (names(server, guild), names(server, other), bool(names(server))) == ([], [], True)
    assert await started(tmp_path, server) == 0


async def test_commands_of_all_servers_go_once_servers_are_named(
    server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    await started(tmp_path, server)
    whole = names(server)
    await started(tmp_path, server, guild)
    assert (names(server), names(server, guild)) == ([], whole)

    await started(tmp_path, server)
    assert (names(server), names(server, guild)) == (whole, [])


async def test_commands_that_could_not_be_taken_away_are_taken_away_at_the_next_start(
    server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    await started(tmp_path, server, guild)
    server.fault("status", route="PUT *guilds*", status=403)
    await started(tmp_path, server)
    assert names(server) == names(server, guild) != []

    await started(tmp_path, server)
    assert names(server, guild) == []


async def test_commands_of_another_installation_of_the_same_bot_stay(
    server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    await started(tmp_path / "one", server)
    await started(tmp_path / "other", server, guild)

    assert names(server) == names(server, guild) != []


async def test_commands_in_named_servers_are_known_to_be_registered_whatever_discord_says_of_where_they_are_for(
    server: DiscordServer, guild: Guild, tmp_path: Path
) -> None:
    await started(tmp_path, server, guild)
    for command in server.app.commands[guild.id]:
        command |= {"contexts": None, "integration_types": [0]}

    assert await started(tmp_path, server, guild) == 0
    found = await probe(replace(settings_for(server), guilds=(str(guild.id),)), "en")
    assert [line.ok for line in found if f"registered for server {guild.id}" in line.words] == [True]


async def test_bot_begins_although_discord_does_not_say_what_is_registered(
    server: DiscordServer, tmp_path: Path
) -> None:
    await started(tmp_path, server)
    server.fault("status", route="get_commands", status=403)

    assert await started(tmp_path, server) == 0
    assert names(server) != []
