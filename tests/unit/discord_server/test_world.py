from __future__ import annotations

from datetime import UTC, datetime

import discord
import pytest

from tests.discord_server.permissions import Permission
from tests.discord_server.snowflakes import Snowflakes, at, born
from tests.discord_server.world import World
from tests.unit.discord_server.conftest import Place


def test_ids_grow_never_repeat_and_tell_their_time() -> None:
    moment = datetime(2026, 5, 1, 12, tzinfo=UTC)
    ids = Snowflakes(moment.timestamp)

    made = [ids.next() for _ in range(1000)]

    assert made == sorted(set(made))
    assert made[0] == at(moment)
    assert born(made[-1]) == moment.timestamp()
    assert discord.utils.snowflake_time(made[0]) == moment


def test_people_channels_and_guilds_are_found_again_by_name() -> None:
    world = World()
    guild = world.guild("Acme")

    assert world.user("Anna") is world.user("Anna")
    assert world.channel(guild, "general") is world.channel(guild, "general")
    assert world.guild("Acme") is guild
    assert world.dm(world.user("Anna")) is world.dm(world.user("Anna"))


def test_what_happens_is_told_in_order_to_whoever_may_see_it() -> None:
    world = World()
    guild = world.guild("Acme")
    anna, hidden = world.user("Anna"), world.channel(guild, "hidden")
    world.rule(hidden, world.app.user, deny=Permission.VIEW_CHANNEL)
    world.hub.log.clear()

    message = world.post(hidden, anna, "psst")
    world.edit(message, content="psst?")
    world.delete(message)

    assert [one.type for one in world.hub.log] == ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"]
    assert not any(world.sees(world.app.id, one) for one in world.hub.log)
    assert all(world.sees(anna.id, one) for one in world.hub.log)


def test_direct_messages_are_told_to_both_sides_only() -> None:
    world = World()
    world.guild("Acme")
    anna, ben = world.user("Anna"), world.user("Ben")

    world.post(world.dm(anna), anna, "hello")

    told = world.hub.log[-1]
    assert (world.sees(world.app.id, told), world.sees(ben.id, told)) == (True, False)
    assert "guild_id" not in told.payload


def test_ephemeral_message_is_told_to_nobody_and_in_no_history() -> None:
    world = World()
    guild = world.guild("Acme")
    anna, general = world.user("Anna"), world.channel(guild, "general")
    world.hub.log.clear()

    world.post(general, world.app.user, "only you", ephemeral_for=anna.id)

    assert world.hub.log == []
    assert world.shown(general) == []


def test_member_rule_wins_over_everyones() -> None:
    world = World()
    guild = world.guild("Acme")
    anna, general = world.user("Anna"), world.channel(guild, "general")
    everyone = world.user("everyone", join=False)
    everyone.id = guild.id

    world.rule(general, everyone, deny=Permission.SEND_MESSAGES)
    world.rule(general, anna, allow=Permission.SEND_MESSAGES)

    assert world.permissions(anna.id, general) & Permission.SEND_MESSAGES
    assert not world.permissions(world.user("Ben").id, general) & Permission.SEND_MESSAGES


def test_subscriber_hears_nothing_after_it_left() -> None:
    world, heard = World(), list[str]()
    leave = world.hub.subscribe(lambda told: heard.append(told.type))

    world.guild("Acme")
    leave()
    world.user("Anna")

    assert heard == ["GUILD_MEMBER_ADD", "GUILD_CREATE"]


async def test_address_of_an_attachment_is_good_for_a_day(place: Place) -> None:
    file = place.world.attachment(place.general, "notes.txt", b"notes")
    posted = place.world.post(place.general, place.anna, "", attachments=[file])
    channel = await place.text()
    [attachment] = (await channel.fetch_message(posted.id)).attachments

    place.server.advance(90_000)
    with pytest.raises(discord.NotFound):
        await attachment.read()
    [fresh] = (await channel.fetch_message(posted.id)).attachments

    assert await fresh.read() == b"notes"


async def test_download_can_fail(place: Place) -> None:
    file = place.world.attachment(place.general, "notes.txt", b"notes")
    posted = place.world.post(place.general, place.anna, "", attachments=[file])
    [attachment] = (await (await place.text()).fetch_message(posted.id)).attachments
    place.server.fault("status", route="attachment", status=500)

    with pytest.raises(discord.HTTPException):
        await attachment.read()

    assert await attachment.read() == b"notes"


async def test_avatars_are_served(place: Place) -> None:
    user = await place.client.fetch_user(place.anna.id)

    assert (await user.display_avatar.read()).startswith(b"\x89PNG")


async def test_nonce_is_told_to_the_sender_but_not_kept_in_the_history(place: Place) -> None:
    channel = await place.text()

    sent = await channel.send("once", nonce="turn-7")
    told = [one.payload for one in place.world.hub.log if one.type == "MESSAGE_CREATE"]

    assert sent.nonce == "turn-7"
    assert told[-1]["nonce"] == "turn-7"
    assert (await channel.fetch_message(sent.id)).nonce is None
