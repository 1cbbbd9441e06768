from __future__ import annotations

import io

import discord
import pytest

from tests.discord_server.entities import FORUM, PRIVATE_THREAD
from tests.discord_server.permissions import Permission
from tests.discord_server.world import Channel, World
from tests.unit.discord_server.conftest import Place


def begun(place: Place) -> Channel:
    """Return a thread that the bot began from Anna's message."""
    message = place.world.post(place.general, place.anna, "write a haiku")
    return place.world.create_thread(place.general, place.server.app.user, "A haiku", message=message)


async def test_thread_from_a_message_has_the_message_id(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "write a haiku")
    channel = await place.text()

    thread = await channel.get_partial_message(message.id).create_thread(name="A haiku")
    await thread.send("old pond")

    assert (thread.id, thread.parent_id, thread.owner_id) == (message.id, channel.id, place.server.app.id)
    fetched = await channel.fetch_message(message.id)
    assert fetched.flags.has_thread
    assert [one.type for one in place.world.shown(place.world.channels[thread.id])] == [21, 0]


async def test_second_thread_from_the_same_message_is_refused(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "write a haiku")
    channel = await place.text()
    await channel.get_partial_message(message.id).create_thread(name="A haiku")

    with pytest.raises(discord.HTTPException) as refusal:
        await channel.get_partial_message(message.id).create_thread(name="A haiku")

    assert (refusal.value.status, refusal.value.code) == (400, 160004)


async def test_thread_without_a_message_is_announced_in_its_channel(place: Place) -> None:
    channel = await place.text()

    thread = await channel.create_thread(name="Plans", type=discord.ChannelType.public_thread)

    assert thread.type is discord.ChannelType.public_thread
    assert [one.type for one in place.world.shown(place.general)] == [18]


async def test_private_thread_is_hidden_from_who_is_not_in_it(place: Place) -> None:
    channel = await place.text()

    thread = await channel.create_thread(name="Quiet", type=discord.ChannelType.private_thread)
    inside = place.world.channels[thread.id]

    assert inside.type == PRIVATE_THREAD
    assert not place.world.permissions(place.anna.id, inside)
    await thread.add_user(discord.Object(place.anna.id))
    assert place.world.permissions(place.anna.id, inside) & Permission.VIEW_CHANNEL


async def test_forum_post_begins_with_its_message(place: Place) -> None:
    forum = place.world.channel(place.guild, "ideas", FORUM)
    found = await place.client.fetch_channel(forum.id)
    assert isinstance(found, discord.ForumChannel)

    thread, message = await found.create_thread(
        name="Haiku", content="old pond", file=discord.File(io.BytesIO(b"x"), "x.txt")
    )

    assert thread.id == message.id
    assert [one.content for one in place.world.shown(place.world.channels[thread.id])] == ["old pond"]
    assert place.server.sent()[-1].name == "create_thread"
    assert (place.server.sent()[-1].message or {})["content"] == "old pond"
    assert await message.attachments[0].read() == b"x"


async def test_forum_itself_takes_no_messages(place: Place) -> None:
    forum = place.world.channel(place.guild, "ideas", FORUM)

    with pytest.raises(discord.HTTPException) as refusal:
        await place.client.http.send_message(forum.id, params=discord.http.handle_message_parameters("hi"))

    assert refusal.value.code == 50008


async def test_message_opens_an_archived_thread_again(place: Place) -> None:
    inside = begun(place)
    thread = await place.thread(inside)
    place.world.archive(inside)

    await thread.send("still here")

    assert not inside.archived


async def test_archived_thread_takes_no_edits(place: Place) -> None:
    inside = begun(place)
    sent = await (await place.thread(inside)).send("done")
    place.world.archive(inside)

    with pytest.raises(discord.HTTPException) as refusal:
        await sent.edit(content="really done")

    assert refusal.value.code == 50083


async def test_locked_thread_takes_messages_of_moderators_only(place: Place) -> None:
    inside = begun(place)
    thread = await place.thread(inside)
    place.world.archive(inside, locked=True)
    place.world.rule(place.general, place.server.app.user, deny=Permission.MANAGE_THREADS)

    with pytest.raises(discord.HTTPException) as refusal:
        await thread.send("hello")

    assert refusal.value.code == 160005


async def test_sending_in_threads_needs_its_own_permission(place: Place) -> None:
    thread = await place.thread(begun(place))
    place.world.rule(place.general, place.server.app.user, deny=Permission.SEND_MESSAGES_IN_THREADS)

    with pytest.raises(discord.Forbidden) as refusal:
        await thread.send("hello")

    assert refusal.value.code == 50013


async def test_beginning_a_thread_needs_its_permission(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "write a haiku")
    channel = await place.text()
    place.world.rule(place.general, place.server.app.user, deny=Permission.CREATE_PUBLIC_THREADS)

    with pytest.raises(discord.Forbidden) as refusal:
        await channel.get_partial_message(message.id).create_thread(name="A haiku")

    assert refusal.value.code == 50013


async def test_thread_name_longer_than_a_hundred_is_refused(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "write a haiku")
    channel = await place.text()

    with pytest.raises(discord.HTTPException) as refusal:
        await channel.get_partial_message(message.id).create_thread(name="x" * 101)

    assert refusal.value.code == 50035


async def test_active_and_archived_threads_are_listed(place: Place) -> None:
    active, done = begun(place), begun(place)
    place.world.archive(done)
    channel = await place.text()

    listed = await place.client.http.get_active_threads(place.guild.id)
    archived = [one.id async for one in channel.archived_threads()]

    assert [one["id"] for one in listed["threads"]] == [str(active.id)]
    assert [one["id"] for one in listed["members"]] == [str(active.id)]
    assert archived == [done.id]


async def test_archived_threads_are_listed_page_by_page_those_first_that_were_archived_last(place: Place) -> None:
    threads = [begun(place) for _ in range(3)]
    for thread in (threads[1], threads[0], threads[2]):
        place.world.clock.advance(60)
        place.world.archive(thread)
    http = place.client.http

    first = await http.get_public_archived_threads(place.general.id, limit=2)
    archived = first["threads"][-1]["thread_metadata"]["archive_timestamp"]
    second = await http.get_public_archived_threads(place.general.id, archived, limit=2)

    assert [one["id"] for one in first["threads"]] == [str(threads[2].id), str(threads[0].id)]
    assert [one["id"] for one in second["threads"]] == [str(threads[1].id)]
    assert (first["has_more"], second["has_more"]) == (True, False)


async def test_next_page_does_not_begin_with_the_last_thread_of_the_page_before(place: Place) -> None:
    threads = [begun(place) for _ in range(2)]
    for thread, moment in zip(threads, (100.0000014, 100.0000026), strict=True):
        place.world.archive(thread)
        thread.archive_changed = moment
    http = place.client.http

    first = await http.get_public_archived_threads(place.general.id, limit=1)
    archived = first["threads"][-1]["thread_metadata"]["archive_timestamp"]
    second = await http.get_public_archived_threads(place.general.id, archived, limit=1)

    listed = [int(one["id"]) for page in (first, second) for one in page["threads"]]
    assert listed == [threads[1].id, threads[0].id]


async def test_archived_threads_of_a_forum_are_listed_and_its_newest_message_is_its_newest_post(place: Place) -> None:
    forum = place.world.channel(place.guild, "forum", FORUM)
    post = place.world.create_thread(forum, place.anna, "a post")
    place.world.post(post, place.anna, "hello", id=post.id)
    place.world.archive(post)

    listed = await place.client.http.get_public_archived_threads(forum.id)

    assert [(one["id"], one["last_message_id"]) for one in listed["threads"]] == [(str(post.id), str(post.id))]
    assert forum.as_json()["last_message_id"] == str(post.id)


async def test_archived_threads_are_listed_only_for_who_may_read_what_was_said(place: Place) -> None:
    place.world.rule(place.general, place.server.app.user, deny=int(Permission.READ_MESSAGE_HISTORY))

    with pytest.raises(discord.HTTPException) as refusal:
        await place.client.http.get_public_archived_threads(place.general.id)

    assert refusal.value.code == 50013


async def test_thread_can_be_archived_opened_and_renamed_by_the_bot(place: Place) -> None:
    inside = begun(place)
    thread = await place.thread(inside)

    await thread.edit(name="Haiku, done")
    await thread.edit(archived=True)
    with pytest.raises(discord.HTTPException) as refusal:
        await thread.edit(locked=True)
    await thread.edit(archived=False)

    assert refusal.value.code == 50083
    assert (inside.name, inside.archived) == ("Haiku, done", False)
    assert place.world.shown(inside)[-1].type == 4, "the new name is announced"


async def test_third_new_name_within_ten_minutes_is_refused(place: Place) -> None:
    inside = begun(place)
    http = place.client.http
    await http.edit_channel(inside.id, name="one")
    await http.edit_channel(inside.id, name="two")
    http.max_ratelimit_timeout = 30.0

    with pytest.raises(discord.RateLimited) as refusal:
        await http.edit_channel(inside.id, name="three")

    assert refusal.value.retry_after > 500
    assert place.server.limits.refused["modify_channel"] == 1


async def test_bot_joins_and_leaves_a_thread(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "hm")
    inside = place.world.create_thread(place.general, place.anna, "Anna's", message=message)
    thread = await place.thread(inside)

    await thread.join()
    joined = {one.id for one in await thread.fetch_members()}
    await thread.leave()

    assert joined == {place.anna.id, place.server.app.id}
    assert [*inside.thread_members] == [place.anna.id]


async def test_deleted_channel_takes_its_threads_along(place: Place) -> None:
    thread = await place.thread(begun(place))
    place.world.delete_channel(place.general)

    with pytest.raises(discord.NotFound) as refusal:
        await thread.send("hello")

    assert refusal.value.code == 10003


async def test_quiet_thread_is_archived_in_time(place: Place) -> None:
    inside = begun(place)
    inside.auto_archive_duration = 60

    place.server.advance(3500)
    still_open = not inside.archived
    place.server.advance(200)

    assert still_open
    assert inside.archived


async def test_message_can_begin_another_thread_once_its_first_one_is_deleted(place: Place) -> None:
    inside = begun(place)
    place.world.delete_channel(inside)
    channel = await place.text()

    again = await channel.get_partial_message(inside.id).create_thread(name="Again")

    assert again.id == inside.id


def test_private_thread_is_told_only_to_a_bot_that_is_in_it() -> None:
    world = World()
    guild, anna = world.guild("Acme"), world.user("Anna")
    quiet = world.create_thread(world.channel(guild), anna, "Quiet", type_=PRIVATE_THREAD)

    before = guild.as_created(world.app.id)["threads"]
    world.hub.log.clear()
    world.join_thread(quiet, world.app.user)

    assert before == []
    assert [one["id"] for one in guild.as_created(world.app.id)["threads"]] == [str(quiet.id)]
    assert [one.type for one in world.hub.log] == ["THREAD_CREATE", "THREAD_MEMBERS_UPDATE"]
    assert world.hub.log[0].users == frozenset({world.app.id})
