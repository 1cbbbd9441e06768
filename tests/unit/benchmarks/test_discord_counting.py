from __future__ import annotations

from benchmarks.counting import answer_to
from benchmarks.discord_counting import seen_in, thread_of
from benchmarks.discord_rig import Discord, words
from tests.discord_server import DiscordServer, World
from tests.discord_server.entities import Channel, User


def by_webhook(world: World, thread: Channel, text: str) -> None:
    bot = world.app
    parent = world.channels[thread.parent_id or 0]
    hook = world.create_webhook(parent, bot.user, "Threadfast", bot)
    face = User(id=hook.id, name="colleague", bot=True)
    world.post(thread, face, text, webhook_id=hook.id, application_id=bot.id)


def test_what_the_bot_and_its_webhooks_say_in_threads_is_seen_and_nothing_else() -> None:
    world = DiscordServer().world
    guild, anna = world.guild("Acme"), world.user("Anna")
    general = world.channel(guild, "general")
    root = world.post(general, anna, answer_to(7))
    thread = world.create_thread(general, world.app.user, "look", message=root)
    world.post(general, world.app.user, "in the channel")
    world.post(thread, anna, answer_to(7))
    world.post(thread, world.app.user, "an answer to a command", webhook_id=world.app.id, application_id=world.app.id)
    world.post(thread, world.app.user, "for one person", ephemeral_for=anna.id)
    by_webhook(world, thread, answer_to(7))
    world.post(thread, world.app.user, "\\*The run is completed\\*")

    seen = seen_in(world)

    assert thread_of(general, root.id) == thread_of(thread)
    assert list(seen) == [thread_of(thread).conversation]
    assert [one.text for one in seen[thread_of(thread).conversation]] == [answer_to(7), "*The run is completed*"]


def test_direct_messages_are_a_thread() -> None:
    server = DiscordServer()
    dm = server.person("Ben").dm
    server.world.post(dm, server.app.user, "The run is completed.")

    conversation = f"discord:dm:{dm.id}:{dm.id}"
    assert thread_of(dm).conversation == conversation
    assert [one.text for one in seen_in(server.world)[conversation]] == ["The run is completed."]


async def test_a_thread_is_open_until_it_shows_as_many_ends_as_were_asked_for() -> None:
    discord = Discord(1)
    world = discord.server.world
    await discord.mention(3)
    (conversation,) = discord.open_threads()
    root = next(iter(world.messages[discord.channels[0].id].values()))
    thread = world.create_thread(discord.channels[0], world.app.user, "look", message=root)
    world.post(thread, world.app.user, "The run is completed.")
    assert discord.open_threads() == []

    await discord.follow(4)

    assert world.shown(thread)[-1].content == words(4)
    assert discord.open_threads() == [conversation]
    assert discord.asked == {conversation: [3, 4]}


async def test_a_command_that_was_not_deferred_was_not_made() -> None:
    discord = Discord(1)
    discord.server.app.commands[None] = [{"id": "1", "name": "ask", "type": 1, "options": [PROMPT]}]
    await discord.ask(5)
    assert discord.events == 1

    discord.server.advance(4)

    assert discord.asked == {}
    assert discord.failed == 1


PROMPT = {"name": "prompt", "type": 3, "required": True}
