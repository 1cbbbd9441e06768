"""Posts on a wire-level Discord: each shown exactly once, by the right speaker, in order."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import RetryLaterError
from tests.integration.chat.sending import file
from tests.integration.discord.sending import Sending


async def test_an_agent_speaks_under_its_own_name(s: Sending) -> None:
    shown = await s.deliver(s.turn("Hello."))

    assert s.texts == ["Hello."]
    assert s.authors == ["coder"]
    assert shown == str(s.seen[0].id)


async def test_the_bot_itself_says_what_is_no_agents(s: Sending) -> None:
    await s.deliver(s.notice("Noted."))
    await s.deliver(s.ended())

    assert s.texts == ["Noted.", "The run is over."]
    assert set(s.authors) == {"Threadfast"}


async def test_one_webhook_serves_all_threads_and_processes(s: Sending) -> None:
    await s.deliver(s.turn("one"))
    await s.restart()
    await s.deliver(s.turn("two"))

    assert s.texts == ["one", "two"]
    assert s.calls("create_webhook") == 1


async def test_a_direct_message_begins_with_the_agents_name(d: Sending) -> None:
    await d.deliver(d.turn("Hello."))

    assert d.texts == ["**coder**\nHello."]
    assert d.calls("create_webhook") == 0


async def test_files_come_with_the_words(s: Sending) -> None:
    await s.deliver(s.turn("See.", files=(file(),)))

    assert [(each.text, each.files) for each in s.seen] == [("See.", ("plot.png",))]


async def test_a_long_turn_comes_in_order_and_its_id_names_every_message(s: Sending) -> None:
    words = "\n\n".join(f"Paragraph {number}. " + "word " * 120 for number in range(6))

    shown = await s.deliver(s.turn(words))

    assert len(s.seen) > 1
    assert shown == "-".join(str(each.id) for each in s.seen)
    assert [each.text.count("Paragraph") for each in s.seen].count(0) == 0


FAULTS = ["accept_then_drop", "drop", "accept_then_status", "status", "not_json"]


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("route", ["execute_webhook", "create_message"])
async def test_a_lost_answer_shows_nothing_twice(s: Sending, kind: str, route: str) -> None:
    await s.deliver(s.turn("before"))
    s.server.fault(kind, route=route)

    await s.deliver(s.turn("words") if route == "execute_webhook" else s.notice("words"))

    assert s.texts == ["before", "words"]


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_lost_answer_and_a_restart_show_nothing_twice(s: Sending, kind: str, status: int) -> None:
    await s.deliver(s.turn("same"))
    s.server.fault(kind, route="execute_webhook", status=status)
    post = s.turn("same")
    with pytest.raises((ConnectionError, RetryLaterError)):
        await s.through(s.out.posting.post(post))

    await s.restart()
    await s.deliver(post, first_find=True)

    assert s.texts == ["same", "same"]


async def test_the_bots_own_message_is_looked_for_once_its_nonce_is_forgotten(s: Sending) -> None:
    await s.deliver(s.turn("before"))
    s.server.fault("accept_then_drop", route="create_message")
    post = s.notice("words")
    with pytest.raises(ConnectionError):
        await s.through(s.out.posting.post(post))

    await s.pass_time(3600)
    shown = await s.deliver(post, first_find=True)

    assert s.texts == ["before", "words"]
    assert shown == str(s.seen[-1].id)
    assert s.calls("create_message") == 1


async def test_the_bots_own_message_is_sent_again_while_its_nonce_is_known(s: Sending) -> None:
    s.server.fault("accept_then_drop", route="create_message")

    await s.deliver(s.notice("words"))

    assert s.texts == ["words"]
    assert s.calls("create_message") == 2
    assert s.calls("get_messages") == 0


async def test_a_post_that_is_shown_in_part_is_completed(s: Sending) -> None:
    words = "\n\n".join(f"Paragraph {number}. " + "word " * 120 for number in range(6))
    await s.deliver(s.turn(words))
    whole = s.texts
    s.server.fault("drop", route="execute_webhook", skip=1)
    post = s.turn(words)
    with pytest.raises(ConnectionError):
        await s.through(s.out.posting.post(post))

    await s.restart()
    shown = await s.deliver(post, first_find=True)

    assert s.texts == whole * 2
    assert shown == "-".join(str(each.id) for each in s.seen[len(whole) :])


async def test_what_people_say_between_does_not_hide_a_post(s: Sending) -> None:
    await s.deliver(s.turn("before"))
    s.server.fault("accept_then_drop", route="execute_webhook")
    post = s.turn("words")
    with pytest.raises(ConnectionError):
        await s.through(s.out.posting.post(post))
    for number in range(150):
        await s.anna.says(s.thread, f"words {number}")

    await s.restart()
    await s.deliver(post, first_find=True)

    assert s.texts.count("words") == 1


async def test_a_message_that_arrives_late_by_itself_is_taken_back(s: Sending) -> None:
    await s.deliver(s.turn("before"))
    s.server.fault("drop", route="execute_webhook")
    post = s.turn("words")
    with pytest.raises(ConnectionError):
        await s.through(s.out.posting.post(post))
    assert await s.find(post) is None
    hook = next(iter(s.world.webhooks.values()))
    author = s.seen[0].message.author
    s.world.post(s.thread, author, "words", webhook_id=hook.id, application_id=hook.application_id)

    await s.through(s.out.posting.post(post))

    assert s.texts == ["before", "words"]


async def test_a_deleted_webhook_is_made_anew(s: Sending) -> None:
    await s.deliver(s.turn("one"))
    s.world.delete_webhook(next(iter(s.world.webhooks.values())))

    await s.deliver(s.turn("two"))

    assert s.texts == ["one", "two"]
    assert s.authors == ["coder", "coder"]


async def test_a_wait_that_discord_asks_for_is_passed_on(s: Sending) -> None:
    s.server.fault("ratelimited", route="execute_webhook", retry_after=7.5, via=False)

    with pytest.raises(RetryLaterError) as refused:
        await s.through(s.out.posting.post(s.turn("words")))

    assert refused.value.retry_after == 7.5
    assert s.texts == []


async def test_short_waits_are_made_by_themselves(s: Sending) -> None:
    s.server.fault("ratelimited", route="execute_webhook", retry_after=0.01)

    await s.through(s.out.posting.post(s.turn("words")))

    assert s.texts == ["words"]


async def test_a_wait_that_is_too_long_is_left_to_whoever_posts(s: Sending) -> None:
    s.server.fault("ratelimited", route="execute_webhook", retry_after=40.0)

    with pytest.raises(RetryLaterError) as refused:
        await s.through(s.out.posting.post(s.turn("words")))

    assert refused.value.retry_after == 40.0
    assert s.texts == []


async def test_more_than_discord_takes_at_once_comes_bit_by_bit(s: Sending) -> None:
    s.server.limits.scale = 0.05

    for number in range(12):
        await s.deliver(s.turn(f"turn {number}"))

    assert s.texts == [f"turn {number}" for number in range(12)]


async def test_threads_of_a_channel_share_its_webhook_and_mix_nothing_up(s: Sending) -> None:
    threads = []
    for number in range(4):
        root = await s.anna.says(s.channel, f"go {number}")
        threads.append(s.world.create_thread(s.channel, s.server.app.user, "go", message=root))
    refs = [replace(s.ref, thread=str(thread.id)) for thread in threads]

    async with asyncio.TaskGroup() as group:
        for ref in refs:
            group.create_task(s.out.posting.post(replace(s.turn(f"in {ref.thread}"), thread=ref)))

    for thread in threads:
        assert s.anna.sees(thread).texts[-1] == f"in {thread.id}"
    assert s.calls("create_webhook") == 1


async def test_empty_words_are_shown_somehow(s: Sending) -> None:
    assert await s.deliver(s.turn(""))
