from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain import Post, ThreadRef
from tests.integration.chat.sending import file
from tests.integration.slack.sending import Sending, sending

LONG = "\n\n".join(f"paragraph {number} " + "word " * 90 for number in range(18))

METHODS = ["chat.postMessage", "files.getUploadURLExternal", "upload", "files.completeUploadExternal"]


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        yield made


def whole(s: Sending) -> Post:
    """Return a post of three messages and two files."""
    return s.turn(LONG, files=(file("a.txt"), file("b.txt")))


def assert_whole_once(s: Sending) -> None:
    shown = [*s.thread]
    words = Counter(line.split("word")[0].strip() for one in shown for line in one.text.splitlines() if line)
    assert words == Counter(f"paragraph {number}" for number in range(18))
    assert [one.files for one in shown if one.files] == [("a.txt", "b.txt")]
    assert len(shown) == 4
    assert s.in_order()


@pytest.mark.parametrize("fault", Sending.FAULTS, ids=str)
@pytest.mark.parametrize("method", METHODS)
async def test_post_with_files_is_shown_once_whatever_breaks_off(s: Sending, method: str, fault: str) -> None:
    for skip in (0, 1, 2):
        s.slack.fault(method=method, skip=skip, **Sending.FAULTS[fault])

    await s.deliver(whole(s))

    assert_whole_once(s)


@pytest.mark.parametrize("fault", Sending.FAULTS, ids=str)
@pytest.mark.parametrize("at", range(4))
async def test_post_that_a_dead_process_has_shown_in_part_is_completed(s: Sending, at: int, fault: str) -> None:
    post = whole(s)
    s.slack.fault(method=METHODS[0] if at < 3 else METHODS[3], skip=at % 3, **Sending.FAULTS[fault])
    with pytest.raises(Exception, match=r".+"):
        await s.out.posting.post(post)

    await s.restart()
    await s.deliver(post, first_find=True)

    assert_whole_once(s)


@pytest.mark.parametrize("restarts", [True, False], ids=["restarted", "going on"])
@pytest.mark.parametrize("loops", range(0, 60, 3))
async def test_post_is_shown_once_wherever_its_process_is_stopped(s: Sending, loops: int, restarts: bool) -> None:
    post = whole(s)
    task = asyncio.get_running_loop().create_task(s.out.posting.post(post))
    for _ in range(loops):
        await asyncio.sleep(0.0005)
    task.cancel()
    await asyncio.wait([task])

    await s.settle()
    if restarts:
        await s.restart()
    await s.deliver(post, first_find=True)

    assert_whole_once(s)


@pytest.mark.parametrize("fault", Sending.FAULTS, ids=str)
async def test_card_is_replaced_whatever_breaks_off(s: Sending, fault: str) -> None:
    card = await s.out.posting.post(s.notice("open"))
    s.slack.fault(method="chat.update", times=2, **Sending.FAULTS[fault])

    assert await s.deliver(s.notice("closed"), update=card) == card

    assert s.texts == ["closed"]


@pytest.mark.parametrize("fault", Sending.FAULTS, ids=str)
async def test_deleted_card_is_shown_anew_once_whatever_breaks_off(s: Sending, fault: str) -> None:
    card = await s.out.posting.post(s.notice("open"))
    s.workspace.delete(s.channel.messages[card])
    s.slack.fault(method="chat.postMessage", times=2, **Sending.FAULTS[fault])

    await s.deliver(s.notice("closed"), update=card)

    assert s.texts == ["closed"]


async def test_files_that_slack_shows_late_are_not_shown_twice(s: Sending) -> None:
    post = whole(s)
    s.slack.hub.file_share_delay = 0.3
    s.slack.fault("accept_then_drop", method="files.completeUploadExternal")

    await s.deliver(post)
    await asyncio.sleep(0.4)

    assert_whole_once(s)


async def test_message_that_arrives_late_by_itself_is_deleted_again(s: Sending) -> None:
    post = s.turn("hello")
    s.slack.fault("drop", method="chat.postMessage")
    with pytest.raises(ConnectionError):
        await s.out.posting.post(post)
    assert await s.out.posting.find(post) is None
    sent = s.slack.calls("chat.postMessage")[0].args
    late = s.workspace.post(
        s.channel,
        user=s.workspace.bot.user.id,
        bot_id=s.workspace.bot.bot_id,
        text="hello",
        blocks=[],
        thread_ts=s.root.ts,
        metadata=sent["metadata"],
    )

    await s.out.posting.post(post)

    assert [one.ts for one in s.thread] == [late.ts]


async def test_posts_of_many_threads_in_one_channel_are_shown_once_each(s: Sending) -> None:
    s.slack.faults.seed(7)
    for kind in ("drop", "accept_then_drop", "status"):
        s.slack.fault(kind, method="chat.postMessage", rate=0.2, times=None)
    posts = [s.turn(f"turn {number}") for number in range(12)]

    for post in posts:
        await s.deliver(post, attempts=30)

    assert s.texts == [f"turn {number}" for number in range(12)]


async def test_file_that_slack_does_not_take_leaves_the_words(s: Sending) -> None:
    s.slack.fault("error", method="files.getUploadURLExternal", code="file_uploads_disabled", times=2)

    await s.out.posting.post(whole(s))

    assert len(s.thread) == 3


async def test_empty_file_is_shown_too(s: Sending) -> None:
    await s.out.posting.post(s.turn("wrote a file", files=(file("empty.txt", b""),)))

    assert [one.files for one in s.thread] == [(), ("empty.txt",)]


async def test_post_that_is_posted_again_without_being_looked_for_is_looked_for_first(s: Sending) -> None:
    post = s.turn("hello")
    s.slack.fault("accept_then_drop", method="chat.postMessage")
    with pytest.raises(ConnectionError):
        await s.out.posting.post(post)

    await s.out.posting.post(post)

    assert s.texts == ["hello"]


async def test_threads_of_one_channel_post_side_by_side_each_in_order(s: Sending) -> None:
    s.slack.limit(calls=8, seconds=4)
    roots = [await s.anna.says(s.channel, f"thread {number}") for number in range(5)]
    refs = [replace(s.ref, thread=root.ts) for root in roots]

    async def posts(ref: ThreadRef) -> None:
        for number in range(3):
            await s.deliver(s.turn(f"turn {number}", thread=ref), attempts=30)

    async with asyncio.TaskGroup() as group:
        for ref in refs:
            group.create_task(posts(ref))

    for root in roots:
        assert s.channel.thread(root).texts[1:] == ["turn 0", "turn 1", "turn 2"]


@pytest.mark.parametrize("kind", ["notice", "ended"])
async def test_post_that_may_not_be_looked_for_is_shown_all_the_same(s: Sending, kind: str) -> None:
    s.workspace.bot.scopes -= {"channels:history", "im:history"}
    post = s.notice("hello") if kind == "notice" else s.ended("hello")
    s.slack.fault("drop", method="chat.postMessage")

    await s.deliver(post)

    assert s.texts == ["hello"]
