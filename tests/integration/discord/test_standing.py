"""What a person is in a server: their roles, whether they are a member; permissions depend on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import RunStatus
from bot.permissions import Permissions, Rule
from tests.discord_server import Channel, DiscordServer, Guild, Person
from tests.integration.discord.handled import handled
from tests.scripted import Script

REFUSED = "You may not start a run here"
ECHO: dict[str, Script] = {"greet": [["say", "ada", "heard: {text}"]]}
CODE: dict[str, Script] = {"greet": [["approve", "coder", "code", ["print(1)"]], ["say", "ada", "done"]]}


async def test_role_lets_its_members_start_and_nobody_else(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    role = server.world.role(guild, "Team", bo.user)
    permissions = Permissions([Rule(start=(f"role:{role}",))])
    async with handled(tmp_path, server, scripts=ECHO, permissions=permissions) as bot:
        await anna.mentions(general, "go")
        theirs = await bo.thread_of(await bo.mentions(general, "go"))
        await bo.until(theirs, lambda seen: "completed" in str(seen))
        guild.members[bo.user.id].roles.clear()
        await bo.mentions(general, "again")
        await anna.until(general, lambda seen: str(seen).count(REFUSED) == 2)

        assert await bot.statuses(theirs) == [RunStatus.COMPLETED]
        assert anna.threads(general) == [theirs]
        assert server.calls("get_member") == []


async def test_role_lets_its_members_approve_by_button_and_nobody_else(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    role = server.world.role(guild, "Reviewers", bo.user)
    permissions = Permissions([Rule(approve=(f"role:{role}",))])
    async with handled(tmp_path, server, scripts=CODE, permissions=permissions) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "go"))
        seen = await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
        card = next(one for one in seen.messages if one.buttons)
        refused = await anna.presses(card, "Approve")
        await refused.until(lambda one: bool(one.text))
        assert not bot.teams.executed

        await bo.presses(card, "Approve")
        await bo.until(thread, lambda seen: "completed" in str(seen))
        assert len(bot.teams.executed) == 1


async def test_members_who_spoke_while_nothing_ran_are_looked_up(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    role = server.world.role(guild, "Team", bo.user)
    permissions = Permissions([Rule(start=(f"role:{role}",))])
    async with handled(tmp_path, server, scripts=ECHO, permissions=permissions):
        first = await bo.thread_of(await bo.mentions(general, "go"))
        await bo.until(first, lambda seen: "completed" in str(seen))
    his, _ = await bo.mentions(general, "away"), await anna.mentions(general, "away")
    async with handled(tmp_path, server, scripts=ECHO, permissions=permissions) as bot:
        thread = await bo.thread_of(his)
        await bo.until(thread, lambda seen: "completed" in str(seen))
        await anna.until(general, lambda seen: REFUSED in str(seen))
        await bot.until_handled("message")

        assert anna.threads(general) == [first, thread]
        assert len(server.calls("get_member")) == 2


@pytest.mark.parametrize("trouble", ["left", "refused"])
async def test_who_has_left_the_server_is_external(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path, trouble: str
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server, scripts=ECHO):
        first = await anna.thread_of(await anna.mentions(general, "go"))
        await anna.until(first, lambda seen: "completed" in str(seen))
    await bo.mentions(general, "away")
    if trouble == "left":
        server.world.leave(guild, bo.user)
    else:
        server.fault("status", route="get_member", status=403)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await anna.until(general, lambda seen: REFUSED in str(seen))
        await bot.until_handled("message")

        assert anna.threads(general) == [first]


async def test_lookup_that_fails_for_now_is_made_again_and_lets_nobody_in_meanwhile(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ECHO):
        first = await anna.thread_of(await anna.mentions(general, "go"))
        await anna.until(first, lambda seen: "completed" in str(seen))
    hers = await anna.mentions(general, "away")
    server.fault("status", route="get_member", status=503, times=1)
    async with handled(tmp_path, server, scripts=ECHO):
        thread = await anna.thread_of(hers)
        await anna.until(thread, lambda seen: "completed" in str(seen))

        assert len(server.calls("get_member")) == 2


async def test_members_of_a_server_may_write_directly_and_are_looked_up_once_in_a_while(
    server: DiscordServer, guild: Guild, anna: Person, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ECHO):
        for count in (1, 2):
            await anna.writes_dm("go")
            await anna.until(anna.dm, lambda seen, count=count: str(seen).count("completed") == count)  # type: ignore[misc]

    assert len(server.calls("get_member")) == 1


@pytest.mark.parametrize("left", [False, True])
async def test_who_wrote_directly_to_a_dead_process_is_looked_for_in_all_servers(
    server: DiscordServer, guild: Guild, anna: Person, tmp_path: Path, left: bool
) -> None:
    server.fault("status", route="get_member", status=503, times=None)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        await anna.writes_dm("go")
        await bot.until(lambda: server.calls("get_member"))
    before = len(server.calls("get_member"))
    server.faults.clear()
    if left:
        server.world.guild("Elsewhere", bots=False)
        server.world.leave(guild, anna.user)
    # Commands are looked at before there is a connection that tells of servers.
    server.fault("latency", route="get_commands", seconds=0.3)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        seen = await anna.until(anna.dm, lambda seen: "completed" in str(seen) or "may not start" in str(seen))

        assert (REFUSED in str(seen)) == left
        assert len(await bot.runs(anna.dm)) == (not left)
        assert len(server.calls("get_member")) > before


@pytest.mark.parametrize("named", [False, True])
async def test_who_is_in_none_of_the_bots_servers_is_external_in_direct_messages(
    server: DiscordServer, guild: Guild, anna: Person, tmp_path: Path, named: bool
) -> None:
    server.world.guild("Elsewhere", bots=False)
    server.world.leave(guild, anna.user)
    permissions = Permissions([Rule(workspace="dm", start=("externals",))] if named else [])
    async with handled(tmp_path, server, scripts=ECHO, permissions=permissions) as bot:
        await anna.writes_dm("go")
        await anna.until(anna.dm, lambda seen: "completed" in str(seen) or "may not start" in str(seen))

        assert len(await bot.runs(anna.dm)) == named


async def test_role_of_a_server_that_the_bot_is_not_in_counts_nowhere(
    server: DiscordServer, guild: Guild, anna: Person, tmp_path: Path
) -> None:
    other = server.world.guild("Elsewhere", bots=False)
    lobby = server.world.channel(other, "lobby")
    role = server.world.role(other, "Team", anna.user)
    permissions = Permissions([Rule(start=(f"role:{role}",))])
    async with handled(tmp_path, server, scripts=ECHO, permissions=permissions) as bot:
        await anna.slash(lobby, "ask", prompt="go")
        await bot.until_handled("interaction")

        assert await bot.runs(anna.dm) == []
