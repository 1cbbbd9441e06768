"""What Slack refuses to take as a file nobody can see, so nobody may approve it: the card offers no approval of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain import Post, PostKind
from bot.errors import RetryLaterError, UnseenError
from tests.integration.slack.sending import Sending, sending
from tests.unit.slack.made import NO, approval, item

LONG = "".join(f"print({number})\n" for number in range(2000))
ASKED = approval(item(LONG), item("print(1)"))
SHARE = "files.completeUploadExternal"
UPLOAD = "files.getUploadURLExternal"


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        yield made


def card(s: Sending, **facts: object) -> Post:
    return s.post(PostKind.REQUEST, text="Run it?", request=replace(ASKED, **facts))  # type: ignore[arg-type]


async def refused(s: Sending, post: Post, update: str | None = None) -> UnseenError:
    with pytest.raises(UnseenError) as caught:
        await s.deliver(post, update=update)
    return caught.value


def labels(s: Sending) -> list[str]:
    return s.thread.buttons


async def deliver_without(s: Sending, post: Post, error: UnseenError, *, first_find: bool = False) -> str:
    """Do what the poster does then."""
    assert post.request is not None
    unseen = replace(post.request, unseen=error.items)
    return await s.deliver(replace(post, request=unseen), first_find=first_find)


@pytest.mark.parametrize("code", ["file_uploads_disabled", "missing_scope", "file_upload_size_restricted"])
async def test_card_whose_upload_is_refused_is_not_shown_with_approval(s: Sending, code: str) -> None:
    s.slack.fault("error", method=UPLOAD, times=None, code=code)
    post = card(s)

    error = await refused(s, post)
    assert (error.items, len(s.thread)) == ((1,), 0)
    await deliver_without(s, post, error)

    assert len(s.thread) == 1
    assert labels(s) == [
        *("Reject 1", "Approve 2", "Reject 2", "Edit 2", "Reject all"),
        *("End this chat", "Stop the run"),
    ]
    assert "Nobody can approve what nobody can see" in s.thread[0].text


@pytest.mark.parametrize("dies", [False, True])
async def test_card_whose_file_cannot_be_shown_loses_its_approval(s: Sending, *, dies: bool) -> None:
    s.slack.fault("error", method=SHARE, times=None, code="posting_to_general_channel_denied")
    post = card(s)

    error = await refused(s, post)
    if dies:
        await s.restart()
    await deliver_without(s, post, error, first_find=dies)

    assert (error.items, len(s.thread)) == ((1,), 1)
    assert "Approve 1" not in labels(s)
    assert "Approve all" not in labels(s)


@pytest.mark.parametrize("kind", ["drop", "accept_then_drop", "ratelimited"])
@pytest.mark.parametrize("dies", [False, True])
async def test_card_without_approval_is_shown_once_whatever_breaks_off(s: Sending, kind: str, *, dies: bool) -> None:
    s.slack.fault("error", method=UPLOAD, times=None, code="file_uploads_disabled")
    post = card(s)
    error = await refused(s, post)
    assert post.request is not None
    post = replace(post, request=replace(post.request, unseen=error.items))

    s.slack.fault(kind, method="chat.postMessage")
    with pytest.raises((ConnectionError, RetryLaterError)):
        await s.through(s.out.posting.post(post))
    if dies:
        await s.restart()
    await s.deliver(post, first_find=True)

    assert len(s.thread) == 1


async def test_rest_is_offered_when_what_nobody_can_see_is_decided(s: Sending) -> None:
    s.slack.fault("error", method=UPLOAD, times=None, code="file_uploads_disabled")
    post = card(s)
    shown = await deliver_without(s, post, await refused(s, post))

    await s.deliver(card(s, unseen=(1,), decided=(NO, None)), update=shown)

    assert "Approve the rest" in labels(s)
    assert len(s.thread) == 1


async def test_all_of_too_many_items_are_without_approval_where_their_file_is_refused(s: Sending) -> None:
    s.slack.fault("error", method=UPLOAD, times=None, code="file_uploads_disabled")
    many = approval(*[item(f"print({number})") for number in range(9)])
    post = s.post(PostKind.REQUEST, text="Run them?", request=many)

    error = await refused(s, post)
    await deliver_without(s, post, error)

    assert error.items == tuple(range(1, 10))
    assert labels(s) == ["Reject all", "End this chat", "Stop the run"]


async def test_refused_file_of_words_that_decide_nothing_is_left_out(s: Sending) -> None:
    s.slack.fault("error", method=UPLOAD, times=None, code="file_uploads_disabled")

    await s.deliver(s.turn("word\n" * 9_000))

    assert len(s.thread) == 1
