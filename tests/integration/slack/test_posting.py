from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain import PostKind, TurnKind
from bot.errors import PostRefusedError, RetryLaterError
from tests.integration.slack.sending import Sending, sending
from tests.unit.slack.made import YES, answered, approval, item


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        yield made


async def test_post_stands_in_its_thread_under_the_agents_name(s: Sending) -> None:
    ts = await s.out.posting.post(s.turn("hello", agent="ada"))

    assert s.texts == ["hello"]
    assert s.thread.authors == ["ada"]
    assert s.thread.last.ts == ts


async def test_post_unfurls_nothing_and_looks_nothing_up(s: Sending) -> None:
    await s.out.posting.post(s.turn("see https://example.com/?q=secret"))

    sent = s.slack.calls("chat.postMessage")[0].args
    assert (sent["unfurl_links"], sent["unfurl_media"], sent["parse"], sent["link_names"]) == (
        False,
        False,
        "none",
        False,
    )


async def test_post_that_was_shown_is_found_by_a_new_process(s: Sending) -> None:
    post = s.turn("hello")
    ts = await s.out.posting.post(post)
    await s.restart()

    assert await s.out.posting.find(post) == ts
    assert await s.out.posting.find(s.turn("another")) is None


async def test_post_in_a_long_thread_is_found_page_by_page(s: Sending) -> None:
    post = s.turn("first")
    for number in range(450):
        s.workspace.post(s.channel, user=s.anna.id, text=f"words {number}", thread_ts=s.root.ts)
    ts = await s.out.posting.post(post)
    await s.restart()

    assert await s.out.posting.find(post) == ts
    assert s.calls("conversations.replies") == 3


async def test_reading_that_has_to_wait_goes_on_after_the_pages_it_has(s: Sending) -> None:
    post = s.turn("first")
    for number in range(450):
        s.workspace.post(s.channel, user=s.anna.id, text=f"words {number}", thread_ts=s.root.ts)
    ts = await s.out.posting.post(post)
    await s.restart()
    s.slack.fault("ratelimited", method="conversations.replies", skip=2, retry_after=3)

    with pytest.raises(RetryLaterError):
        await s.out.posting.find(post)
    await s.pass_time(3)

    assert await s.out.posting.find(post) == ts
    assert s.calls("conversations.replies") == 4


async def test_refusal_for_speed_says_for_how_long_and_shows_nothing(s: Sending) -> None:
    s.slack.fault("ratelimited", method="chat.postMessage", retry_after=7)
    post = s.turn("hello")

    with pytest.raises(RetryLaterError) as refused:
        await s.out.posting.post(post)

    assert refused.value.retry_after == 7
    assert await s.out.posting.find(post) is None
    assert s.calls("conversations.replies") == 0


async def test_method_is_left_alone_until_the_time_that_was_asked_for(s: Sending) -> None:
    s.slack.fault("ratelimited", method="chat.postMessage", retry_after=7)
    with pytest.raises(RetryLaterError):
        await s.out.posting.post(s.turn("hello"))

    with pytest.raises(RetryLaterError) as held:
        await s.out.posting.post(s.turn("again"))

    assert held.value.retry_after == pytest.approx(7, abs=0.1)
    assert s.calls("chat.postMessage") == 1


async def test_channel_gets_no_more_than_a_burst_and_then_one_message_a_second(s: Sending) -> None:
    s.slack.limit(calls=8, seconds=4)
    for number in range(12):
        await s.deliver(s.turn(f"turn {number}"))

    assert s.texts == [f"turn {number}" for number in range(12)]
    assert [one.outcome for one in s.slack.calls("chat.postMessage")] == ["ok"] * 12


async def test_long_answer_is_several_messages_in_order(s: Sending) -> None:
    text = "\n\n".join(f"paragraph {number} " + "word " * 90 for number in range(18))

    await s.out.posting.post(s.turn(text))

    assert len(s.thread) == 3
    assert s.in_order()
    assert "paragraph 17" in s.thread.last.text


async def test_blocks_that_slack_refuses_are_sent_as_plain_words(s: Sending) -> None:
    s.slack.fault("error", method="chat.postMessage", code="invalid_blocks")

    await s.out.posting.post(s.turn("**hello**"))

    assert s.texts == ["hello"]


async def test_post_that_slack_never_takes_is_refused_with_its_reason(s: Sending) -> None:
    s.slack.fault("error", method="chat.postMessage", code="no_text", times=2)

    with pytest.raises(PostRefusedError, match="no_text"):
        await s.out.posting.post(s.notice("hello"))


async def test_agents_speak_in_bold_where_the_app_may_not_use_their_names(s: Sending) -> None:
    s.workspace.bot.scopes.discard("chat:write.customize")

    await s.out.posting.post(s.turn("hello", agent="ada"))
    await s.out.posting.post(s.turn("bye", agent="bob"))

    assert s.thread.authors == ["Threadfast", "Threadfast"]
    assert s.texts == ["ada\nhello", "bob\nbye"]
    assert s.calls("chat.postMessage") == 3


async def test_names_are_tried_again_after_an_hour(s: Sending) -> None:
    s.workspace.bot.scopes.discard("chat:write.customize")
    await s.out.posting.post(s.turn("hello", agent="ada"))
    s.workspace.bot.scopes.add("chat:write.customize")
    await s.pass_time(3601)

    await s.out.posting.post(s.turn("hello", agent="ada"))

    assert s.thread.authors == ["Threadfast", "ada"]


async def test_update_replaces_the_card_and_is_found_on_it(s: Sending) -> None:
    card = await s.out.posting.post(s.notice("open"))
    closed = s.notice("closed")

    assert await s.out.posting.post(closed, update=card) == card
    assert await s.out.posting.post(closed, update=card) == card

    assert s.texts == ["closed"]
    await s.restart()
    assert await s.out.posting.find(closed) == card


async def test_update_of_a_deleted_card_is_shown_anew(s: Sending) -> None:
    card = await s.out.posting.post(s.notice("open"))
    s.workspace.delete(s.channel.messages[card])

    shown = await s.out.posting.post(s.notice("closed"), update=card)

    assert shown != card
    assert s.texts == ["closed"]


async def test_update_that_is_too_long_with_its_formatting_is_shown_without_it(s: Sending) -> None:
    card = await s.out.posting.post(s.notice("open"))
    s.slack.fault("error", method="chat.update", code="msg_too_long")

    assert await s.out.posting.post(s.turn("**closed**"), update=card) == card

    assert s.texts == ["closed"]
    assert s.calls("chat.update") == 2


async def test_update_that_is_too_long_in_any_form_is_shown_anew(s: Sending) -> None:
    card = await s.out.posting.post(s.notice("open"))
    closed = s.notice("closed")
    s.slack.fault("error", method="chat.update", code="msg_too_long", times=None)

    shown = await s.out.posting.post(closed, update=card)

    assert s.texts == ["open", "closed"]
    await s.restart()
    assert await s.out.posting.find(closed) == shown


async def test_closed_card_that_is_too_long_for_a_change_is_shown_anew(s: Sending) -> None:
    asked = approval(item("print(1)"))
    card = await s.out.posting.post(s.post(PostKind.REQUEST, text="Run it?", request=asked))
    closed = s.post(PostKind.CLOSED, text="Approved.", request=answered(asked, YES))
    s.slack.fault("error", method="chat.update", code="msg_too_long", times=None)

    shown = await s.out.posting.post(closed, update=card)

    assert shown != card
    assert "Approved" in s.thread.last.text


async def test_closed_card_brings_the_file_of_what_runs_instead_once(s: Sending) -> None:
    asked = approval(item("print(1)"))
    changed = replace(YES, content="print(2)\n" * 2000)
    card = await s.out.posting.post(s.post(PostKind.REQUEST, text="Run it?", request=asked))
    closed = s.post(PostKind.CLOSED, text="Approved.", request=answered(asked, changed))
    s.slack.fault("accept_then_drop", method="files.completeUploadExternal")

    assert await s.deliver(closed, update=card) == card

    assert len(s.thread) == 2
    assert len([shown for shown in s.thread if shown.files]) == 1
    assert s.thread.buttons == []


@pytest.mark.parametrize("kind", [TurnKind.TEXT, TurnKind.CODE, TurnKind.TOOL])
@pytest.mark.parametrize("text", ["", "a", "好" * 5000, "\u202e\x00", "```\n[bold]*_~<b>&", "<!channel> @here"])
async def test_any_text_can_be_shown(s: Sending, kind: TurnKind, text: str) -> None:
    assert await s.deliver(s.turn(text, kind=kind, title="python", source="print()"))

    assert not any(shown.pings for shown in s.thread)


async def test_empty_connection_to_slack_is_surely_not_a_post(s: Sending) -> None:
    post = s.turn("hello")
    await s.slack.stop()

    with pytest.raises(RetryLaterError):
        await s.out.posting.post(post)

    await s.slack.start()
    await s.deliver(post)
    assert s.texts == ["hello"]


async def test_message_is_marked_as_seen_once(s: Sending) -> None:
    await s.out.reactions.seen(s.event(s.root))
    await s.out.reactions.seen(s.event(s.root))

    assert s.root.reactions == {"eyes": [s.workspace.bot.user.id]}


async def test_mark_that_cannot_be_set_fails_nothing(s: Sending) -> None:
    for kind, code in [("error", "too_many_reactions"), ("drop", ""), ("ratelimited", ""), ("error", "is_archived")]:
        s.slack.fault(kind, method="reactions.add", code=code)
        await s.through(s.out.reactions.seen(s.event(s.root)))

    assert s.root.reactions == {}
