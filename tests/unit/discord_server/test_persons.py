from __future__ import annotations

import pytest

from tests.discord_server.commands import NotOfferedError
from tests.discord_server.permissions import Permission
from tests.discord_server.server import DiscordServer
from tests.unit.discord_server.bots import Acme, Bot, acme, running


@pytest.fixture
def place(server: DiscordServer) -> Acme:
    return acme(server)


async def test_names_that_are_typed_become_mentions(place: Acme) -> None:
    said = await place.anna.says("general", "@Threadfast see #general, not me@example.org or @nobody")
    bot = place.server.app.id
    assert said.content == f"<@{bot}> see <#{place.general.id}>, not me@example.org or @nobody"
    assert [one.id for one in said.mentions] == [bot]


async def test_a_reply_notifies_its_author_unless_told_otherwise(place: Acme) -> None:
    bot = Bot(place.server)
    async with running(bot, place.server):
        answer = place.server.world.post(place.general, place.server.app.user, "an answer")
        await place.anna.replies(answer, "thanks")
        await place.anna.says("general", "quietly", reply_to=answer, ping=False)
        await place.server.until(lambda: len(bot.said) == 3)
        assert [place.server.app.id in one.raw_mentions or bot.user in one.mentions for one in bot.said[1:]] == [
            True,
            False,
        ]
        assert [one.reference and one.reference.message_id for one in bot.said[1:]] == [answer.id, answer.id]


async def test_what_a_persons_discord_refuses_is_an_error_in_the_test(place: Acme) -> None:
    thread = await place.anna.starts_thread("general", "A haiku")
    place.server.world.archive(thread, locked=True)
    with pytest.raises(NotOfferedError, match="is locked"):
        await place.anna.says(thread, "too late")
    with pytest.raises(NotOfferedError, match="at most 2000 characters"):
        await place.anna.says("general", "x" * 2001)
    with pytest.raises(NotOfferedError, match="needs a text or a file"):
        await place.anna.says("general", " ")
    with pytest.raises(NotOfferedError, match="0 channels are called 'nowhere'"):
        await place.anna.says("nowhere", "x")
    said = await place.anna.says("general", "mine")
    with pytest.raises(NotOfferedError, match="may not edit what Anna wrote"):
        await place.server.person("Ben").edits(said, "yours")
    with pytest.raises(NotOfferedError, match="may not delete"):
        await place.server.person("Ben").deletes(said)


async def test_who_may_not_view_a_channel_neither_sees_nor_writes_it(place: Acme) -> None:
    place.server.world.rule(place.general, place.anna.user, deny=Permission.VIEW_CHANNEL)
    with pytest.raises(NotOfferedError, match="does not see"):
        place.anna.sees("general")
    with pytest.raises(NotOfferedError, match="may not write"):
        await place.anna.says("general", "x")


async def test_waiting_in_vain_shows_what_there_is(place: Acme) -> None:
    await place.anna.says("general", "only this")
    with pytest.raises(AssertionError, match="only this"):
        await place.anna.until("general", lambda seen: "other" in seen, seconds=0.01)
    assert (await place.anna.until("general", lambda seen: seen.find("this"))).last.author == "Anna"


async def test_a_person_goes_on_in_a_thread_without_pointing_at_a_message(place: Acme) -> None:
    thread = await place.anna.starts_thread("general", "A haiku")
    assert (await place.anna.replies(thread, "shorter")).reference is None
    assert (await place.anna.until(thread, lambda seen: seen[0].text == "shorter")).channel is thread
    with pytest.raises(AssertionError, match="not so within"):
        await place.anna.until(place.anna.dm, lambda seen: seen.last.text == "x", seconds=0.01)


async def test_edits_and_deletions_are_told(place: Acme) -> None:
    said = await place.anna.says("general", "one")
    await place.anna.edits(said, "two")
    assert place.anna.sees("general").texts == ["two"]
    await place.anna.deletes(said)
    assert place.anna.sees("general").texts == []
    assert [one.type for one in place.server.world.hub.log[-2:]] == ["MESSAGE_UPDATE", "MESSAGE_DELETE"]
