"""Slash commands that are answered to the person alone."""

from __future__ import annotations

from pathlib import Path

from bot.domain import RunStatus
from tests.discord_server import Channel, DiscordServer, Guild, Outcome, Permission, Person
from tests.integration.discord.handled import GREET, handled
from tests.scripted import Script

TEAMS: dict[str, Script] = {"greet": GREET, "coder": [["say", "cora", "coded: {text}"]]}


async def told(outcome: Outcome) -> str:
    """Return what somebody alone is told."""
    await outcome.until(lambda one: one.text)
    assert [message.ephemeral for message in outcome.messages] == [True]
    return outcome.text


async def test_teams_are_listed_with_the_default_here(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=TEAMS):
        words = await told(await anna.slash(general, "teams"))

        assert words.splitlines()[0] == "Teams:"
        assert "`greet` (the default here)" in words
        assert "`coder`" in words


async def test_status_lists_what_waits_with_a_link_to_its_thread(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=TEAMS) as bot:
        empty = await told(await anna.slash(general, "status"))
        thread = await anna.thread_of(await anna.mentions(general, "plan *a* trip"))
        await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
        words = await told(await anna.slash(general, "status"))

        assert "no conversations yet" in empty
        assert words.splitlines() == [
            "**Waiting for you**",
            "- plan \\*a\\* trip #plan *a* trip",
            "-# greet, waits for an answer, begun (time)",
            "**Models**",
            "-# one model",
        ]
        assert len(await bot.questions(thread)) == 1


async def test_stop_and_mute_in_a_thread_are_about_that_thread(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server, scripts=TEAMS) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
        stopped = await told(await bo.slash(thread, "stop"))
        again = await told(await bo.slash(thread, "stop"))
        muted = await told(await bo.slash(thread, "mute"))
        await anna.says(thread, "is anybody there?")
        await bot.until_handled()

        assert stopped == "Runs stopped: 1."
        assert again == "Nothing is running here."
        assert muted == "From here on I read only what names me in this thread."
        assert await bot.statuses(thread) == [RunStatus.CANCELLED]


async def test_stop_and_mute_in_a_channel_are_about_the_persons_own_threads_there(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo, other = server.person("Bo"), server.world.channel(guild, "other")
    async with handled(tmp_path, server, scripts=TEAMS) as bot:
        hers = await anna.thread_of(await anna.mentions(general, "hers"))
        elsewhere = await anna.thread_of(await anna.mentions(other, "elsewhere"))
        his = await bo.thread_of(await bo.mentions(general, "his"))
        for thread in (hers, elsewhere, his):
            await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
        stopped = await told(await anna.slash(general, "stop"))
        muted = await told(await anna.slash(general, "mute"))

        assert stopped.splitlines()[0] == "Runs stopped: 1."
        assert "Silent in 1" in muted
        assert await bot.statuses(hers) == [RunStatus.CANCELLED]
        assert await bot.statuses(elsewhere) == await bot.statuses(his) == [RunStatus.INPUT_REQUIRED]


async def test_default_team_is_set_by_who_manages_and_by_nobody_else(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    server.world.rule(general, bo.user, allow=int(Permission.MANAGE_CHANNELS))
    async with handled(tmp_path, server, scripts=TEAMS):
        denied = await told(await anna.slash(general, "default", team="coder"))
        for_all = await told(await bo.slash(general, "default", team="coder", everywhere=True))
        unknown = await told(await bo.slash(general, "default", team="nobody"))
        done = await told(await bo.slash(general, "default", team="coder"))
        now = await told(await anna.slash(general, "default"))
        thread = await anna.thread_of(await anna.mentions(general, "primes"))
        await anna.until(thread, lambda seen: "coded: primes" in str(seen))

        assert denied == "Only who manages this channel or this server can set its team."
        assert for_all == "Only who manages this server can set its team."
        assert "no team" in unknown
        assert "coder" in done
        assert now == "Conversations in this channel get the team `coder`."


async def test_default_team_of_the_server_is_its_managers_to_set(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path
) -> None:
    owner = server.person("Olga")
    guild.owner_id = owner.id
    async with handled(tmp_path, server, scripts=TEAMS):
        done = await told(await owner.slash(general, "default", team="coder", everywhere=True))
        now = await told(await anna.slash(general, "default"))

        assert "this server" in done
        assert "`coder`" in now


async def test_help_says_what_can_be_done_in_the_persons_language(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    mei = server.person("Mei", locale="zh-CN")
    async with handled(tmp_path, server, scripts=TEAMS):
        english, chinese = await told(await anna.slash(general, "help")), await told(await mei.slash(general, "help"))

        assert "`/ask`" in english
        assert "子区" in chinese


async def test_teams_are_completed_while_one_types(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=TEAMS):
        outcome = await (await anna.autocompletes(general, "ask", "team", "RE", prompt="x")).answered()

        assert outcome.values == ["greet"]


async def test_who_alone_has_installed_the_app_is_told_about_their_direct_messages(
    server: DiscordServer, anna: Person, tmp_path: Path
) -> None:
    other = server.world.guild("Elsewhere", bots=False)
    server.world.join(other, anna.user)
    square = server.world.channel(other, "square")
    async with handled(tmp_path, server, scripts=TEAMS):
        await anna.writes_dm("plan a trip")
        await anna.until(anna.dm, lambda seen: any(one.buttons for one in seen.messages))

        assert "plan a trip" in await told(await anna.slash(square, "status"))


async def test_everybody_sets_the_team_of_their_own_direct_messages_and_of_no_others(
    server: DiscordServer, anna: Person, tmp_path: Path
) -> None:
    bo = server.person("Bo")
    async with handled(tmp_path, server, scripts=TEAMS):
        all_of_them = await told(await anna.slash(anna.dm, "default", team="coder", everywhere=True))
        hers = await told(await anna.slash(anna.dm, "default", team="coder"))
        his = await told(await bo.slash(bo.dm, "default"))

        assert all_of_them == "Only who manages this server can set its team."
        assert "`coder`" in hers
        assert "`greet`" in his
