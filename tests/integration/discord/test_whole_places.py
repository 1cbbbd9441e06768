"""Where a conversation can be, beside a channel's thread: direct messages, a forum's post, the menu of a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.discord.ids import RUN_HERE
from tests.discord_server import Channel, Seen
from tests.discord_server.entities import FORUM
from tests.integration.discord.stage import Stage, alone, staged
from tests.integration.reviewed import PRINTED, TEAM

pytestmark = pytest.mark.timeout(240)


def check(seen: Seen) -> None:
    """Compare what there is to see of a whole conversation."""
    assert sum(PRINTED in text for text in seen.texts) == 1
    assert sum(text.startswith("Approved by Anna") for text in seen.texts) == 1
    assert seen.buttons == []


async def approved(stage: Stage, place: Channel) -> Seen:
    """Talk until the code may run, let it, and end the chat."""
    card = await stage.until_approval(place)
    await stage.anna.presses(card, "Approve")
    return await stage.to_the_end(place)


async def test_direct_messages_are_a_thread(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.bot():
        dm = stage.anna.dm
        await stage.anna.writes_dm("print some primes")
        seen = await approved(stage, dm)
        await stage.anna.slash(dm, "ask", prompt="print them again")
        again = await stage.card(dm, "End this chat")

        check(seen)
        assert set(seen.authors) == {"Anna", "Threadfast"}
        assert sum(text.startswith("**coder**\n") for text in seen.texts) == 3
        assert again.message.channel_id == dm.id


def post_in(stage: Stage, title: str, text: str) -> Channel:
    """Let Anna begin a post in a forum."""
    forum = stage.world.channel(stage.guild, "ideas", FORUM)
    post = stage.world.create_thread(forum, stage.anna.user, title)
    stage.world.post(post, stage.anna.user, text, id=post.id)
    return post


async def test_forum_post_that_mentions_the_bot_is_the_thread(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.bot():
        post = post_in(stage, "Primes", f"<@{stage.server.app.id}> print some primes")
        seen = await approved(stage, post)

        check(seen)
        assert seen.authors.count("coder") == 3
        assert [one.id for one in stage.anna.threads(stage.world.channel(stage.guild, "ideas", FORUM))] == [post.id]


async def test_command_in_a_forum_post_uses_the_post(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.bot():
        post = post_in(stage, "Primes", "I wonder how many there are.")
        await stage.anna.slash(post, "ask", prompt="print some primes")
        seen = await approved(stage, post)

        check(seen)
        assert "**Anna** asks:\n> print some primes" in seen


async def test_team_runs_on_a_message_in_its_menu(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.bot():
        message = await stage.bo.says(stage.general, "which numbers have no divisors?")
        form = await (await stage.anna.menu(message, RUN_HERE)).answered()
        sent = await stage.anna.fills(form, instructions="print some of them", team=TEAM)
        told = await alone(sent)
        seen = await approved(stage, await stage.thread_of(message))

        check(seen)
        assert "the thread of this message" in told


async def test_person_who_installed_the_app_for_themselves_is_answered_directly(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.bot():
        elsewhere = stage.world.channel(stage.world.guild("Elsewhere", bots=False), "lobby")
        stage.world.join(stage.world.guilds[elsewhere.guild_id or 0], stage.anna.user)
        told = await alone(await stage.anna.slash(elsewhere, "ask", prompt="print some primes"))
        seen = await approved(stage, stage.anna.dm)

        check(seen)
        assert f"https://discord.com/channels/@me/{stage.anna.dm.id}" in told
        assert stage.anna.threads(elsewhere) == []


async def test_teams_are_completed_as_their_name_is_typed(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.bot():
        typed = await (await stage.anna.autocompletes(stage.general, "ask", "team", "rev", prompt="x")).answered()

        assert typed.values == [TEAM, "coder-reviewed"]


async def test_agents_speak_under_their_names_and_pictures(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.bot():
        seen = await approved(stage, await stage.asks("print some primes"))

        spoken = [one.message for one in seen if one.message.webhook_id is not None]
        pictures = {one.author.name: one.author.avatar_url for one in spoken}
        assert pictures.keys() == {"coder", "reviewer"}
        assert all(pictures.values())
        assert len({*pictures.values()}) == len(pictures)
        assert len({one.webhook_id for one in spoken}) == 1


async def test_pictures_of_agents_are_the_same_after_a_restart(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with stage.bot():
            first = await stage.sees(await stage.asks("print some primes"), "up to which number")
        async with stage.bot():
            second = await stage.sees(await stage.asks("print others"), "up to which number")

        assert first.message.author.avatar_url == second.message.author.avatar_url
        assert first.message.webhook_id == second.message.webhook_id
