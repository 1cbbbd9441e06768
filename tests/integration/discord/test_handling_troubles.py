"""What goes wrong while something is handled: said, tried again, or left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.chat.handling import guard
from adapters.discord.settings import DiscordSettings
from bot.domain import Conversation, ThreadRef
from bot.overview import StoredOverview
from tests.between import Between
from tests.discord_server import Channel, DiscordServer, Guild, Permission, Person
from tests.integration.discord.handled import handled
from tests.scripted import Script

ECHO: dict[str, Script] = {"greet": [["say", "ada", "heard: {text}"]]}


@pytest.mark.parametrize(
    ("kind", "more"),
    [("accept_then_drop", {}), ("drop", {}), ("status", {"status": 503}), ("ratelimited", {})],
)
async def test_thread_that_could_not_be_made_at_once_is_made_once(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, kind: str, more: dict[str, int]
) -> None:
    server.fault(kind, route="create_thread_from_message", **more)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        root = await anna.mentions(general, "hi")
        thread = await anna.thread_of(root)
        await anna.until(thread, lambda seen: "completed" in str(seen))

        assert len(anna.threads(general)) == len(await bot.runs(thread)) == 1


async def test_mention_that_was_taken_back_before_its_thread_was_made_is_forgotten(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    server.fault("status", route="create_thread_from_message", status=503)
    async with handled(tmp_path, server, scripts=ECHO) as bot:
        root = await anna.mentions(general, "hi")
        await server.until(lambda: server.calls("create_thread_from_message"))
        await anna.deletes(root)
        await bot.until_handled("message")

        assert anna.threads(general) == []
        assert anna.sees(general).messages == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (50024, "Discord does not allow it in this kind of channel"),
        (160006, "the server has as many open threads as Discord allows"),
        (30033, "Discord refuses it with the code 30033"),
    ],
)
async def test_place_that_takes_no_threads_is_told_in_words_or_with_discords_code(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, code: int, reason: str
) -> None:
    server.fault("error", route="create_thread_from_message", code=code, status=400)
    async with handled(tmp_path, server, scripts=ECHO):
        await anna.mentions(general, "hi")
        seen = await anna.until(general, lambda seen: reason in str(seen))

        assert f"-# @Anna No thread can be opened here, so nothing was begun: {reason}." in str(seen)


class BrokenOverview(StoredOverview):
    """Raises where nobody foresaw it."""

    async def default_team(self, thread: ThreadRef) -> str:
        raise KeyError("nobody foresaw this")


class BrokenInbox(Between):
    """Raises where nobody foresaw it."""

    async def conversation(self, thread: ThreadRef) -> Conversation | None:
        raise KeyError("nobody foresaw this")


async def test_what_nobody_foresaw_is_told_to_the_person(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=ECHO, overview=BrokenOverview):
        outcome = await anna.slash(general, "default")
        await outcome.until(lambda one: "could not be handled" in one.text)

        assert [message.ephemeral for message in outcome.messages] == [True]


async def test_bots_that_answer_each_other_come_to_an_end_and_that_is_said_once(
    server: DiscordServer, guild: Guild, anna: Person, general: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "WINDOWS", ((3, guard.WINDOWS[0][1]), guard.WINDOWS[1]))
    ci = server.world.user("CI", bot=True)
    settings = DiscordSettings(
        token=server.token,
        api_url=server.api_url,
        gateway_url=server.gateway_url,
        allowed_bots=frozenset({str(ci.id)}),
    )
    async with handled(tmp_path, server, scripts=ECHO, settings=settings) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        for number in range(6):
            server.world.post(thread, ci, f"<@{server.app.user.id}> {number}")
        await anna.until(thread, lambda seen: "says too much too fast" in str(seen))
        await bot.until_handled()

        assert str(anna.sees(thread)).count("too much too fast") == 1


@pytest.mark.parametrize("words", ["hi", "@Threadfast hi"])
async def test_message_that_nobody_could_handle_is_answered_only_where_it_was_for_the_bot(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, words: str
) -> None:
    async with handled(tmp_path, server, scripts=ECHO, between=BrokenInbox) as bot:
        thread = await anna.starts_thread(general, "among people")
        await anna.says(thread, words)
        await bot.until_handled("message")

        told = "could not be handled" in str(anna.sees(thread))
        assert told is words.startswith("@")


async def test_message_command_without_the_permission_for_threads_is_told(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    server.world.rule(general, server.app.user, deny=int(Permission.CREATE_PUBLIC_THREADS))
    async with handled(tmp_path, server, scripts=ECHO):
        message = await anna.says(general, "is 91 a prime?")
        opened = await (await anna.menu(message, "Run a team on this")).answered()
        outcome = await anna.fills(opened.modal)
        await outcome.until(lambda one: "Create Public Threads" in one.text)

        assert anna.threads(general) == []
