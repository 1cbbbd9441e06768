from __future__ import annotations

import io

import discord
import pytest

from tests.discord_server.entities import FORUM
from tests.discord_server.permissions import Permission
from tests.unit.discord_server.conftest import Place


async def hooked(place: Place) -> discord.Webhook:
    """Return a webhook of the app's own, as the bot made it."""
    return await (await place.text()).create_webhook(name="Threadfast agents")


async def test_webhook_speaks_under_the_name_of_each_send(place: Place) -> None:
    hook = await hooked(place)

    sent = await hook.send("I think so", username="Planner", avatar_url="https://example.com/p.png", wait=True)

    [message] = place.world.shown(place.general)
    assert (message.author.name, message.webhook_id, message.application_id) == (
        "Planner",
        hook.id,
        place.server.app.id,
    )
    assert (sent.author.name, sent.webhook_id, sent.author.discriminator) == ("Planner", hook.id, "0000")
    assert sent.author.avatar is not None


async def test_webhook_without_wait_answers_nothing_and_posts(place: Place) -> None:
    hook = await hooked(place)

    await hook.send("quietly")

    assert place.server.calls("execute_webhook")[0].status == 204
    assert [one.content for one in place.world.shown(place.general)] == ["quietly"]


async def test_webhook_posts_into_a_thread_of_its_channel(place: Place) -> None:
    hook = await hooked(place)
    root = place.world.post(place.general, place.anna, "go")
    thread = place.world.create_thread(place.general, place.server.app.user, "Go", message=root)

    sent = await hook.send("in here", thread=discord.Object(thread.id), wait=True)
    edited = await sent.edit(content="in here, edited")
    await hook.delete_message(sent.id, thread=discord.Object(thread.id))

    assert edited.content == "in here, edited"
    assert [one.type for one in place.world.shown(thread)] == [21]


async def test_webhook_message_in_a_thread_is_found_only_with_the_thread(place: Place) -> None:
    hook = await hooked(place)
    root = place.world.post(place.general, place.anna, "go")
    thread = place.world.create_thread(place.general, place.server.app.user, "Go", message=root)
    sent = await hook.send("in here", thread=discord.Object(thread.id), wait=True)

    with pytest.raises(discord.NotFound) as refusal:
        await hook.edit_message(sent.id, content="lost")

    assert refusal.value.code == 10008
    assert (await hook.fetch_message(sent.id, thread=discord.Object(thread.id))).content == "in here"


async def test_webhook_knows_no_thread_of_another_channel(place: Place) -> None:
    hook = await hooked(place)
    other = place.world.channel(place.guild, "other")
    root = place.world.post(other, place.anna, "go")
    thread = place.world.create_thread(other, place.server.app.user, "Go", message=root)

    with pytest.raises(discord.NotFound) as refusal:
        await hook.send("hello", thread=discord.Object(thread.id))

    assert refusal.value.code == 10003


async def test_webhook_has_no_nonce_so_a_repetition_makes_two(place: Place) -> None:
    hook = await hooked(place)

    place.server.fault("accept_then_status", route="execute_webhook", status=502)
    await hook.send("twice", wait=True)

    assert [one.content for one in place.world.shown(place.general)] == ["twice", "twice"]


@pytest.mark.parametrize("name", ["Clyde", "my Discord agent", "x" * 81])
async def test_names_that_discord_forbids_are_refused(place: Place, name: str) -> None:
    hook = await hooked(place)

    with pytest.raises(discord.HTTPException) as refusal:
        await hook.send("hello", username=name)

    assert refusal.value.code == 50035
    assert place.world.shown(place.general) == []


async def test_webhooks_of_a_channel_are_listed_and_deleted(place: Place) -> None:
    hook = await hooked(place)
    channel = await place.text()

    listed = await channel.webhooks()
    await hook.delete()

    assert [(one.id, one.token, one.name) for one in listed] == [(hook.id, hook.token, "Threadfast agents")]
    with pytest.raises(discord.NotFound) as refusal:
        await hook.send("hello")
    assert refusal.value.code == 10015


async def test_webhook_needs_its_permission_and_right_token(place: Place) -> None:
    hook = await hooked(place)
    channel = await place.text()
    place.world.rule(place.general, place.server.app.user, deny=Permission.MANAGE_WEBHOOKS)
    wrong = discord.Webhook.partial(hook.id, "a" * 60, client=place.client)

    with pytest.raises(discord.Forbidden) as refusal:
        await channel.webhooks()
    with pytest.raises(discord.HTTPException) as unknown:
        await wrong.send("hello")

    assert refusal.value.code == 50013
    assert (unknown.value.status, unknown.value.code) == (401, 50027)


async def test_webhook_of_a_forum_needs_a_thread(place: Place) -> None:
    forum = place.world.channel(place.guild, "ideas", FORUM)
    found = await place.client.fetch_channel(forum.id)
    assert isinstance(found, discord.ForumChannel)
    hook = await found.create_webhook(name="agents")

    with pytest.raises(discord.HTTPException) as refusal:
        await hook.send("hello")
    sent = await hook.send("hello", thread_name="New idea", wait=True)

    assert refusal.value.code == 220001
    assert sent.id == sent.channel.id


async def test_webhook_sends_files(place: Place) -> None:
    hook = await hooked(place)

    sent = await hook.send("see", file=discord.File(io.BytesIO(b"abc"), "a.txt"), wait=True)

    assert await sent.attachments[0].read() == b"abc"
    assert (place.server.sent()[-1].message or {})["content"] == "see"
