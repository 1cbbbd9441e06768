from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.discord_server.entities import NEWS
from tests.discord_server.permissions import Permission
from tests.discord_server.rest.errors import ApiError
from tests.discord_server.world import Channel
from tests.unit.discord_server.conftest import Place


def annas(place: Place) -> Channel:
    """Return a thread that Anna began."""
    message = place.world.post(place.general, place.anna, "hm")
    return place.world.create_thread(place.general, place.anna, "Anna's", message=message)


def demoted(place: Place, *lacking: Permission) -> None:
    """Take permissions away from the bot in #general."""
    denied = 0
    for one in lacking:
        denied |= one
    place.world.rule(place.general, place.server.app.user, deny=denied)


async def refused(doing: Any) -> int:
    """Return the code with which Discord refuses a call."""
    with pytest.raises(discord.HTTPException) as refusal:
        await doing
    return refusal.value.code


async def test_channel_is_changed_and_deleted_by_who_may(place: Place) -> None:
    http, channel = place.client.http, place.general.id
    before = await refused(http.edit_channel(channel, topic="Haiku"))
    place.world.rule(place.general, place.server.app.user, allow=Permission.MANAGE_CHANNELS)

    changed = await http.edit_channel(channel, topic="Haiku")
    await http.delete_channel(channel)

    assert before == 50013
    assert changed["topic"] == "Haiku"  # type: ignore[typeddict-item] # a text channel's
    assert await refused(http.get_channel(channel)) == 10003


async def test_thread_of_others_is_changed_only_by_moderators(place: Place) -> None:
    thread, http = annas(place), place.client.http
    demoted(place, Permission.MANAGE_THREADS)

    codes = [
        await refused(http.edit_channel(thread.id, name="Mine")),
        await refused(http.edit_channel(thread.id, locked=True)),
        await refused(http.delete_channel(thread.id)),
    ]
    place.world.archive(thread)
    await http.edit_channel(thread.id, archived=False)

    assert codes == [50013] * 3
    assert not thread.archived, "whoever may write there may open it again"


async def test_locked_thread_is_opened_only_by_moderators(place: Place) -> None:
    thread, http = annas(place), place.client.http
    place.world.archive(thread, locked=True)
    demoted(place, Permission.MANAGE_THREADS)

    code = await refused(http.edit_channel(thread.id, archived=False))
    place.world.rule(place.general, place.server.app.user)
    await http.edit_channel(thread.id, archived=False, locked=False)

    assert code == 50013
    assert (thread.archived, thread.locked) == (False, False)


async def test_threads_begin_only_where_threads_can_be(place: Place) -> None:
    http, thread = place.client.http, annas(place)
    inside = place.world.post(thread, place.anna, "deeper")
    private = place.world.dm(place.anna)
    direct = place.world.post(private, place.anna, "hello")
    begin = {"name": "No", "auto_archive_duration": 1440}

    codes = [
        await refused(http.start_thread_with_message(thread.id, inside.id, **begin)),  # type: ignore[arg-type] # a literal
        await refused(http.start_thread_with_message(private.id, direct.id, **begin)),  # type: ignore[arg-type] # a literal
        await refused(http.start_thread_without_message(thread.id, type=11, **begin)),  # type: ignore[arg-type] # a literal
    ]

    assert codes == [50024] * 3


async def test_announcements_have_threads_of_their_own_type(place: Place) -> None:
    news = place.world.channel(place.guild, "news", NEWS)
    message = place.world.post(news, place.anna, "new")

    thread = await place.client.http.start_thread_with_message(
        news.id, message.id, name="On it", auto_archive_duration=60
    )

    assert (thread["type"], thread["thread_metadata"]["auto_archive_duration"]) == (10, 60)


async def test_form_of_a_thread_is_checked(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "hm")
    system = place.world.post(place.general, place.anna, "", type=18)
    start = place.client.http.start_thread_with_message

    codes = [
        await refused(start(place.general.id, message.id, name="", auto_archive_duration=60)),
        await refused(start(place.general.id, message.id, name="x", auto_archive_duration=61)),  # type: ignore[arg-type] # wrong on purpose
        await refused(start(place.general.id, system.id, name="x", auto_archive_duration=60)),
    ]

    assert codes == [50035, 50035, 50068]


async def test_members_of_a_thread_are_told_one_by_one(place: Place) -> None:
    thread = annas(place)
    found = await place.thread(thread)

    member = await found.fetch_member(place.anna.id)
    nobody = await refused(found.fetch_member(place.server.app.id))
    place.world.archive(thread)
    late = await refused(found.join())

    assert (member.id, nobody, late) == (place.anna.id, 10007, 50083)


async def test_channel_is_added_by_who_may(place: Place) -> None:
    http = place.client.http
    code = await refused(http.create_channel(place.guild.id, 0, name="plans"))
    place.guild.roles[place.guild.id].permissions |= Permission.MANAGE_CHANNELS

    made = await http.create_channel(place.guild.id, 0, name="plans")

    assert code == 50013
    assert place.world.channels[int(made["id"])].name == "plans"


async def test_administrator_may_everything(place: Place) -> None:
    place.guild.roles[place.guild.id].permissions = Permission.ADMINISTRATOR
    demoted(place, Permission.VIEW_CHANNEL)

    assert (await (await place.text()).send("hello")).content == "hello"


async def test_direct_messages_are_shown_with_the_other_side(place: Place) -> None:
    private = place.world.dm(place.anna)

    told = await place.client.http.get_channel(private.id)

    assert [one["id"] for one in told["recipients"]] == [str(place.anna.id)]  # type: ignore[typeddict-item] # a direct message's
    assert await refused(place.client.http.start_private_message(place.server.app.id)) == 50007
    assert await refused(place.client.http.start_private_message(1)) == 10013


async def test_bot_takes_reactions_of_others_away_only_as_a_moderator(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "nice")
    place.world.react(message, place.anna, "👍")
    place.server.limits.off()
    partial = (await place.text()).get_partial_message(message.id)

    await partial.remove_reaction("👍", discord.Object(place.anna.id))
    nonsense = await refused(partial.add_reaction("nonsense"))
    demoted(place, Permission.MANAGE_MESSAGES, Permission.ADD_REACTIONS)

    assert message.reactions == {}
    assert nonsense == 10014
    assert await refused(partial.add_reaction("👀")) == 50013
    assert await refused(partial.remove_reaction("👍", discord.Object(place.anna.id))) == 50013


async def test_reply_to_nothing_or_without_history_is_refused(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "question")
    channel = await place.text()
    nothing = discord.MessageReference(message_id=1, channel_id=place.general.id)
    blind = discord.MessageReference(message_id=message.id, channel_id=place.general.id)

    unknown = await refused(channel.send("answer", reference=nothing))
    demoted(place, Permission.READ_MESSAGE_HISTORY)

    assert unknown == 50035
    assert await refused(channel.send("answer", reference=blind)) == 50035
    assert await refused(channel.fetch_message(message.id)) == 50013


async def test_moderator_hides_previews_and_deletes_what_others_wrote(place: Place) -> None:
    message = place.world.post(place.general, place.anna, "https://example.com")
    found = await (await place.text()).fetch_message(message.id)

    await found.edit(suppress=True)
    await found.delete()

    assert message.flags == 4
    assert place.world.shown(place.general) == []


async def test_embeds_need_their_permission(place: Place) -> None:
    channel = await place.text()
    demoted(place, Permission.EMBED_LINKS)

    assert await refused(channel.send(embed=discord.Embed(title="x"))) == 50013


async def test_history_takes_only_a_hundred_at_once_and_only_ids(place: Place) -> None:
    http = place.client.http

    assert await refused(http.logs_from(place.general.id, 101)) == 50035
    assert await refused(http.logs_from(place.general.id, 10, after="yesterday")) == 50035


async def test_webhooks_are_renamed_moved_and_counted(place: Place) -> None:
    channel, other = await place.text(), place.world.channel(place.guild, "other")
    hook = await channel.create_webhook(name="agents")

    await hook.edit(name="team", channel=discord.Object(other.id), prefer_auth=True)
    guild = await place.client.fetch_guild(place.guild.id)
    listed = await guild.webhooks()
    for number in range(15):
        await channel.create_webhook(name=f"hook {number}")

    assert [(one.name, one.channel_id) for one in listed] == [("team", other.id)]
    assert await refused(channel.create_webhook(name="one too many")) == 30007


def test_errors_carry_discords_code_status_and_words() -> None:
    error = ApiError(50001)

    assert (error.status, str(error)) == (403, "403 50001: Missing Access")
    assert error.as_json() == {"message": "Missing Access", "code": 50001}
