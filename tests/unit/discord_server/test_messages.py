from __future__ import annotations

import asyncio
import io

import aiohttp
import discord
import pytest

from tests.discord_server.entities import SUPPRESS_EMBEDS
from tests.discord_server.permissions import Permission
from tests.unit.discord_server.conftest import Place


async def test_message_that_the_bot_sends_is_in_the_world_and_comes_back_as_its_own(place: Place) -> None:
    channel = await place.text()

    sent = await channel.send("hello", suppress_embeds=True)

    [message] = place.world.shown(place.general)
    assert (message.id, message.content, message.author.id) == (sent.id, "hello", place.server.app.id)
    assert message.flags & SUPPRESS_EMBEDS
    assert sent.author.id == place.server.app.id
    assert (await channel.fetch_message(sent.id)).content == "hello"


async def test_every_message_request_is_logged_with_its_json(place: Place) -> None:
    channel = await place.text()

    sent = await channel.send("hello <@1>", suppress_embeds=True)
    await sent.edit(content="hello again")

    assert [one.name for one in place.server.sent()] == ["create_message", "edit_message"]
    messages = [one.message or {} for one in place.server.sent()]
    assert all(one["allowed_mentions"]["parse"] == [] for one in messages)
    assert messages[0]["flags"] == SUPPRESS_EMBEDS


async def test_repeated_nonce_returns_the_message_that_there_is(place: Place) -> None:
    channel = await place.text()

    first = await channel.send("once", nonce="turn-7")
    second = await channel.send("once", nonce="turn-7")

    assert first.id == second.id
    assert len(place.world.shown(place.general)) == 1


async def test_nonce_is_forgotten_after_a_few_minutes(place: Place) -> None:
    channel = await place.text()

    first = await channel.send("once", nonce="turn-7")
    place.server.advance(301)
    second = await channel.send("once", nonce="turn-7")

    assert second.id > first.id


async def test_nonce_without_enforcement_makes_a_second_message(place: Place) -> None:
    params = discord.http.handle_message_parameters("twice", nonce="n")
    assert isinstance(params.payload, dict)
    params.payload.pop("enforce_nonce", None)

    await place.client.http.send_message(place.general.id, params=params)
    await place.client.http.send_message(place.general.id, params=params)

    assert len(place.world.shown(place.general)) == 2


async def test_files_are_attached_and_their_bytes_are_served(place: Place) -> None:
    channel = await place.text()

    sent = await channel.send("see", files=[discord.File(io.BytesIO(b"a" * 9), "run log.txt", description="the log")])

    [attachment] = sent.attachments
    assert (attachment.filename, attachment.size, attachment.description) == ("run_log.txt", 9, "the log")
    assert attachment.content_type is not None
    assert attachment.content_type.startswith("text/plain")
    assert await attachment.read() == b"a" * 9


async def test_edit_keeps_named_attachments_and_adds_new_files(place: Place) -> None:
    channel = await place.text()
    sent = await channel.send(
        files=[discord.File(io.BytesIO(b"1"), "one.txt"), discord.File(io.BytesIO(b"2"), "two.txt")]
    )

    edited = await sent.edit(attachments=[sent.attachments[1], discord.File(io.BytesIO(b"3"), "three.txt")])

    assert [one.filename for one in edited.attachments] == ["two.txt", "three.txt"]


async def test_text_over_two_thousand_characters_is_refused_with_the_field(place: Place) -> None:
    channel = await place.text()

    with pytest.raises(discord.HTTPException) as refusal:
        await channel.send("x" * 2001)

    assert (refusal.value.status, refusal.value.code) == (400, 50035)
    assert "Must be 2000 or fewer in length" in refusal.value.text
    assert place.world.shown(place.general) == []


async def test_message_of_nothing_is_refused(place: Place) -> None:
    channel = await place.text()

    with pytest.raises(discord.HTTPException) as refusal:
        await channel.send("  ")

    assert refusal.value.code == 50006


async def test_too_many_and_too_large_files_are_refused(place: Place) -> None:
    channel = await place.text()
    many = [discord.File(io.BytesIO(b"x"), f"{n}.txt") for n in range(10)]
    large = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "large.bin")

    await channel.send(files=many)
    with pytest.raises(discord.HTTPException) as refusal:
        await channel.send(file=large)

    assert (refusal.value.status, refusal.value.code) == (413, 40005)


async def test_foreign_message_cannot_be_edited(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "mine")
    channel = await place.text()

    with pytest.raises(discord.Forbidden) as refusal:
        await channel.get_partial_message(message.id).edit(content="yours")

    assert refusal.value.code == 50005


async def test_deleted_message_is_unknown(place: Place) -> None:
    channel = await place.text()
    sent = await channel.send("soon gone")

    await sent.delete()

    with pytest.raises(discord.NotFound) as refusal:
        await sent.edit(content="too late")
    assert refusal.value.code == 10008


async def test_old_message_takes_only_a_few_edits(place: Place) -> None:
    channel = await place.text()
    sent = await channel.send("old")
    place.server.advance(3700)
    place.server.limits.scale = 0.01

    async with asyncio.timeout(10):
        for number in range(3):
            await sent.edit(content=f"edit {number}")
    status, body = await _raw_edit(place, sent.id)

    assert (status, body["code"]) == (429, 30046)


async def _raw_edit(place: Place, message: int) -> tuple[int, dict[str, object]]:
    url = f"{place.server.api_url}/channels/{place.general.id}/messages/{message}"
    headers = {"Authorization": f"Bot {place.server.token}"}
    async with aiohttp.ClientSession() as session, session.patch(url, json={"content": "x"}, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_history_is_given_newest_first_and_in_parts(place: Place) -> None:
    posted = [place.world.post(place.general, place.anna, str(n)) for n in range(7)]
    http, channel = place.client.http, place.general.id

    newest = await http.logs_from(channel, 3)
    before = await http.logs_from(channel, 2, before=posted[5].id)
    after = await http.logs_from(channel, 2, after=posted[1].id)
    around = await http.logs_from(channel, 3, around=posted[3].id)

    assert [one["content"] for one in newest] == ["6", "5", "4"]
    assert [one["content"] for one in before] == ["4", "3"]
    assert [one["content"] for one in after] == ["3", "2"]
    assert [one["content"] for one in around] == ["4", "3", "2"]


async def test_catching_up_reads_everything_after_an_id_in_order(place: Place) -> None:
    posted = [place.world.post(place.general, place.anna, str(n)) for n in range(250)]
    channel = await place.text()

    seen = [
        one.content async for one in channel.history(limit=None, after=discord.Object(posted[9].id), oldest_first=True)
    ]

    assert seen == [str(n) for n in range(10, 250)]


async def test_reactions_are_added_listed_and_removed(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "nice")
    place.world.react(message, place.anna, "👍")
    channel = await place.text()

    await channel.get_partial_message(message.id).add_reaction("👍")
    [reaction] = (await channel.fetch_message(message.id)).reactions

    assert (str(reaction.emoji), reaction.count, reaction.me) == ("👍", 2, True)
    assert {user.id async for user in reaction.users()} == {place.anna.id, place.server.app.id}
    await channel.get_partial_message(message.id).remove_reaction("👍", discord.Object(place.server.app.id))
    assert message.reactions == {"👍": [place.anna.id]}


async def test_typing_is_noted(place: Place) -> None:
    channel = await place.text()

    await channel.typing()

    assert [(one.channel_id, one.user_id) for one in place.world.typings] == [(place.general.id, place.server.app.id)]


async def test_reply_carries_its_reference_and_survives_a_deleted_original(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "question")
    channel = await place.text()
    reference = discord.MessageReference(message_id=message.id, channel_id=place.general.id, fail_if_not_exists=False)

    reply = await channel.send("answer", reference=reference)
    place.world.delete(message)
    plain = await channel.send("late answer", reference=reference)

    assert reply.type is discord.MessageType.reply
    assert reply.reference is not None
    assert isinstance(reply.reference.resolved, discord.Message)
    assert plain.type is discord.MessageType.default


async def test_only_allowed_mentions_notify(place: Place) -> None:
    channel = await place.text()
    text = f"<@{place.anna.id}> @everyone"

    silent = await channel.send(text)
    loud = await channel.send(text, allowed_mentions=discord.AllowedMentions(users=True, everyone=True))

    assert (silent.mentions, silent.mention_everyone) == ([], False)
    assert [user.id for user in loud.mentions] == [place.anna.id]
    assert not loud.mention_everyone, "the bot lacks MENTION_EVERYONE"


async def test_direct_message_reaches_a_person_unless_they_take_none(place: Place) -> None:
    user = await place.client.fetch_user(place.anna.id)

    sent = await user.send("hello")
    place.anna.accepts_dms = False
    with pytest.raises(discord.Forbidden) as refusal:
        await user.send("hello again")

    assert isinstance(sent.channel, discord.DMChannel)
    assert [one.content for one in place.world.shown(place.world.dm(place.anna))] == ["hello"]
    assert refusal.value.code == 50007


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.ATTACH_FILES, 50013),
    ],
)
async def test_missing_permission_is_told_by_its_code(place: Place, lacking: Permission, code: int) -> None:
    channel = await place.text()
    place.world.rule(place.general, place.server.app.user, deny=lacking)

    with pytest.raises(discord.Forbidden) as refusal:
        await channel.send("hello", file=discord.File(io.BytesIO(b"x"), "x.txt"))

    assert refusal.value.code == code


async def test_history_without_permission_is_empty(place: Place) -> None:
    place.world.post(place.general, place.anna, "secret")
    place.world.rule(place.general, place.server.app.user, deny=Permission.READ_MESSAGE_HISTORY)

    assert await place.client.http.logs_from(place.general.id, 10) == []
