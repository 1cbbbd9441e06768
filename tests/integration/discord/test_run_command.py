"""`threadfast run` and `threadfast check` with Discord set up."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.discord_server import Channel, DiscordServer, Guild, Person
from tests.integration.discord.listening import settings_for
from tests.processes import Command, Done, ended, told


@pytest.fixture
def command(server: DiscordServer, tmp_path: Path) -> Command:
    given = settings_for(server)
    return Command(
        tmp_path,
        {"DISCORD_TOKEN": given.token, "DISCORD_API_URL": given.api_url, "DISCORD_GATEWAY_URL": given.gateway_url},
    )


def about_discord(done: Done) -> list[str]:
    return [line for line in done.out.splitlines() if line.startswith("discord")]


async def test_discord_alone_is_served_until_the_process_is_asked_to_end(
    command: Command, server: DiscordServer, general: Channel, anna: Person
) -> None:
    process = await command.start("run")
    line = await told(process, "Discord: connected")
    asked = await anna.mentions(general, "hello")
    await anna.thread_of(asked)
    process.send_signal(signal.SIGTERM)
    done = await ended(process)

    assert line.startswith("Discord: connected as Threadfast")
    assert line.endswith(", 1 server.\n")
    assert done.status == 0
    assert server.token not in done.out + done.err


async def test_address_for_requests_without_slack_is_refused(command: Command) -> None:
    done = await command.run("run", "--http", "3000")

    assert done.status == 2
    assert "--http takes Slack's signed requests, and Slack is not set up" in done.err


async def test_slack_that_is_half_set_up_is_named_before_anything_is_served(
    command: Command, server: DiscordServer
) -> None:
    command.settings["SLACK_BOT_TOKEN"] = "xoxb-1"

    done = await command.run("run")

    assert done.status == 1
    assert "SLACK_APP_TOKEN is missing" in done.err
    assert server.requests == []


async def test_refused_token_ends_the_process_with_what_to_do(command: Command, server: DiscordServer) -> None:
    command.settings["DISCORD_TOKEN"] = "other"

    done = await command.run("run")

    assert done.status == 1
    assert "Discord refuses DISCORD_TOKEN" in done.err
    assert "Traceback" not in done.err


async def test_check_says_what_works_and_prints_the_invite_link_and_no_token(
    command: Command, server: DiscordServer, guild: Guild
) -> None:
    done = await command.run("check")

    lines = about_discord(done)
    assert lines[0].startswith("discord   ok     token of Threadfast")
    assert lines[-1].startswith("discord   ok     invite the bot to a server: https://discord.com/oauth2/authorize?")
    assert server.token not in done.out + done.err


async def test_check_says_what_rules_for_servers_leave_open_in_direct_messages(
    command: Command, server: DiscordServer, guild: Guild
) -> None:
    command.settings["THREADFAST_PERMISSIONS"] = f'[{{"workspace": "{guild.id}", "start": ["nobody"]}}]'
    done = await command.run("check")

    assert about_discord(done)[-1].startswith(
        "discord   note   the permissions for servers (start) don't hold in direct"
    )


async def test_check_without_a_token_says_where_it_begins(command: Command) -> None:
    del command.settings["DISCORD_TOKEN"]

    lines = about_discord(await command.run("check"))

    assert lines == ["discord   note   not set up; docs/discord.md begins it: DISCORD_TOKEN is the bot's token"]
