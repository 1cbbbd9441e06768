"""What is said while the bot is away is fetched when it is back: in order, once, and never skipped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.discord.connecting import catching_up, hearing
from bot import ports
from bot.domain import Delivery
from bot.errors import StoreFullError
from tests.between import Between
from tests.discord_server.entities import Channel, Guild
from tests.discord_server.persons import Person
from tests.discord_server.server import DiscordServer
from tests.integration.discord.listening import Listened, listening

HISTORY = "get_messages"


class Acme:
    """A server with a channel and somebody in it."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.guild: Guild = server.world.guild("Acme")
        self.general: Channel = server.world.channel(self.guild, "general")
        self.ann: Person = server.person("ann")

    async def say(self, *words: str, where: Channel | None = None) -> None:
        for word in words:
            await self.ann.mentions(where or self.general, word)

    def asked(self) -> list[str]:
        """Return the channels whose history was asked for; threads that nobody has made are none."""
        asked = [int(call.path.split("/")[-2]) for call in self.server.calls(HISTORY)]
        return [self.server.world.channels[each].name for each in asked if each in self.server.world.channels]

    async def meet(self, path: Path, *, where: Channel | None = None) -> None:
        """Let the bot hear something once, and go away."""
        async with listening(path, self.server) as bot:
            await self.say("hello", where=where)
            await bot.until(lambda: bot.said)


class FullOnce(Between):
    """An inbox that cannot record its first delivery."""

    def __init__(self, inbox: ports.Inbox) -> None:
        super().__init__(inbox)
        self.refused: list[str] = []

    async def receive(self, delivery: Delivery) -> bool:
        if not self.refused:
            self.refused.append(delivery.id)
            raise StoreFullError("full")
        return await super().receive(delivery)


def words(bot: Listened) -> list[str]:
    return [text.split()[-1] for text in bot.said if text]


@pytest.fixture
async def acme() -> AsyncIterator[Acme]:
    async with DiscordServer() as server:
        server.limits.off()
        yield Acme(server)


async def test_what_was_said_while_the_bot_was_away_is_heard_oldest_first_over_several_pages(
    acme: Acme, tmp_path: Path
) -> None:
    await acme.meet(tmp_path)
    said = [f"m{number}" for number in range(230)]
    await acme.say(*said)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: len(bot.said) == 230)

        assert words(bot) == said
        assert acme.asked() == ["general"] * 3


async def test_place_in_which_nothing_was_said_is_not_asked_for(acme: Acme, tmp_path: Path) -> None:
    quiet = acme.server.world.channel(acme.guild, "quiet")
    await acme.meet(tmp_path, where=quiet)
    await acme.say("now")

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: bot.said)

        assert acme.asked() == ["general"]


async def test_channel_that_is_seen_for_the_first_time_begins_at_its_newest_message(acme: Acme, tmp_path: Path) -> None:
    await acme.say("long", "ago")

    async with listening(tmp_path, acme.server) as bot:
        await acme.say("now")
        await bot.until(lambda: bot.said)

        assert words(bot) == ["now"]
        assert acme.server.calls(HISTORY) == []


async def test_direct_message_and_thread_are_caught_up_also_where_the_thread_was_archived(
    acme: Acme, tmp_path: Path
) -> None:
    thread = await acme.ann.starts_thread(acme.general, "trip")
    async with listening(tmp_path, acme.server) as bot:
        await acme.ann.says(thread, "hello thread")
        await acme.ann.writes_dm("hello direct")
        await bot.until(lambda: len(bot.said) >= 2)
    await acme.ann.says(thread, "in thread")
    acme.server.world.archive(thread)
    await acme.ann.writes_dm("in direct")

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: len(bot.said) == 2)

        places = {text: each.body["message"]["place"] for text, each in zip(bot.said, bot.offered, strict=True)}
        assert places["in thread"] == {
            "guild": str(acme.guild.id), "channel": str(thread.id), "parent": str(acme.general.id),
            "kind": "thread", "name": "trip",
        }  # fmt: skip
        assert (places["in direct"]["kind"], places["in direct"]["guild"]) == ("direct", "")


async def test_thread_that_began_while_the_bot_was_away_is_heard_from_its_beginning(acme: Acme, tmp_path: Path) -> None:
    await acme.meet(tmp_path)
    thread = await acme.ann.starts_thread(acme.general, "trip")
    await acme.say("plan", where=thread)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: "plan" in words(bot))


async def test_place_that_is_gone_is_forgotten(acme: Acme, tmp_path: Path) -> None:
    other = acme.server.world.channel(acme.guild, "other")
    thread = await acme.ann.starts_thread(other, "trip")
    await acme.meet(tmp_path, where=thread)
    acme.server.world.delete_channel(thread)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: str(thread.id) not in bot.positions.waiting())
        acme.server.world.delete_channel(other)
        await bot.until(lambda: not bot.positions.at(str(other.id)))

        while {str(thread.id), str(other.id)} & {*await bot.places()}:  # noqa: ASYNC110 - the record follows, and nothing tells it
            await asyncio.sleep(0.005)


async def test_history_that_fails_is_asked_for_again(
    acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "SHORTEST_PAUSE", 0.05)
    await acme.meet(tmp_path)
    await acme.say("missed")
    acme.server.fault("ratelimited", route=HISTORY, via=False, retry_after=0.05)
    acme.server.fault("drop", route=HISTORY)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: bot.said)

        assert words(bot) == ["missed"]


async def test_live_message_waits_for_what_was_said_before_it(acme: Acme, tmp_path: Path) -> None:
    await acme.meet(tmp_path)
    await acme.say("one", "two")
    acme.server.fault("latency", route=HISTORY, seconds=0.5)

    async with listening(tmp_path, acme.server) as bot:
        await acme.say("three")
        await bot.until(lambda: len(bot.said) == 3)

        assert words(bot) == ["one", "two", "three"]


async def test_live_message_during_catching_up_does_not_skip_what_is_not_fetched_yet(
    acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "HOLD_SECONDS", 0.1)
    await acme.meet(tmp_path)
    await acme.say("missed")
    broken = acme.server.fault("status", route=HISTORY, status=503, times=None)
    async with listening(tmp_path, acme.server) as bot:
        await acme.say("live")
        await bot.until(lambda: bot.said)
        assert words(bot) == ["live"]

    acme.server.faults.waiting.remove(broken)
    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: bot.said)

        assert words(bot) == ["missed"]


async def test_message_that_could_not_be_recorded_is_fetched_again(
    acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "AGAIN_SECONDS", 0.05)
    async with listening(tmp_path, acme.server, between=FullOnce) as bot:
        await acme.say("one", "two")
        await bot.until(lambda: len(bot.said) == 2)

        assert words(bot) == ["one", "two"]
        assert isinstance(bot.inbox, FullOnce)
        assert bot.inbox.refused == [bot.offered[0].id]


async def test_places_of_a_server_that_may_not_be_read_are_not_asked_for_for_ever(acme: Acme, tmp_path: Path) -> None:
    await acme.meet(tmp_path)
    await acme.say("missed")
    acme.server.fault("error", route=HISTORY, code=50001, status=403, times=None)

    async with listening(tmp_path, acme.server) as bot:
        await acme.say("live")
        await bot.until(lambda: bot.said)

        assert words(bot) == ["live"]
        assert acme.asked() == ["general"]


async def test_thread_that_was_made_of_a_missed_message_is_caught_up_too(acme: Acme, tmp_path: Path) -> None:
    await acme.meet(tmp_path)
    mention = await acme.ann.mentions(acme.general, "plan")
    thread = await acme.ann.starts_thread(acme.general, "trip", mention)
    await acme.ann.says(thread, "to the sea")
    acme.server.world.archive(thread)

    async with listening(tmp_path, acme.server) as bot:
        await bot.until(lambda: "sea" in words(bot))

        assert words(bot)[0] == "plan"


async def test_thread_of_a_live_mention_is_known_before_it_is_made(acme: Acme, tmp_path: Path) -> None:
    async with listening(tmp_path, acme.server) as bot:
        mention = await acme.ann.mentions(acme.general, "plan")
        await bot.until(lambda: bot.said)

        assert (await bot.places())[str(mention.id)] == mention.id - 1


async def test_what_was_said_during_an_outage_of_a_server_is_caught_up_after_it(
    acme: Acme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, app = acme.server.world, acme.server.app
    async with listening(tmp_path, acme.server) as bot:
        await acme.say("before")
        await bot.until(lambda: bot.said)
        gone = {"id": str(acme.guild.id), "unavailable": True}
        world.hub.dispatch("GUILD_DELETE", gone, acme.guild.id, users={app.user.id})
        await bot.until(lambda: bot.client.guilds[0].unavailable)
        with monkeypatch.context() as outage:
            outage.setattr(world, "tell_message", lambda *_: None)
            await acme.say("meanwhile")
        world.hub.dispatch("GUILD_CREATE", acme.guild.as_created(app.user.id), acme.guild.id, users={app.user.id})
        await bot.until(lambda: "meanwhile" in words(bot))

        assert words(bot) == ["before", "meanwhile"]
