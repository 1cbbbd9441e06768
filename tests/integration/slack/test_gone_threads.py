from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from bot.errors import ThreadGoneError
from bot.texts import CATALOGUE
from tests.integration.slack.sending import Sending, sending

GONE: dict[str, Callable[[Sending], None]] = {
    "slack_gone_archived": lambda s: s.workspace.archive(s.channel),
    "slack_gone_kicked": lambda s: s.workspace.kick_bot(s.channel),
    "slack_gone_channel": lambda s: s.workspace.delete_channel(s.channel),
    "slack_gone_thread": lambda s: s.workspace.delete(s.root),
    "slack_gone_token": lambda s: s.workspace.revoke_token(),
}


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        yield made


@pytest.mark.parametrize("reason", GONE, ids=str)
async def test_thread_that_is_gone_says_why_in_the_catalogues_words(s: Sending, reason: str) -> None:
    GONE[reason](s)

    with pytest.raises(ThreadGoneError) as gone:
        await s.out.posting.post(s.turn("hello"))

    assert gone.value.text_id == reason
    assert reason in CATALOGUE["en"]
    assert reason in CATALOGUE["zh"]


@pytest.mark.parametrize("reason", [reason for reason in GONE if reason != "slack_gone_token"], ids=str)
async def test_starter_is_told_directly_how_the_run_ended(s: Sending, reason: str) -> None:
    GONE[reason](s)

    await s.out.posting.post(s.ended("Failed: no model."))

    told = s.anna.dm.thread()
    assert len(told) == 1
    assert "Failed: no model." in told[0].text
    assert "cannot be shown any more" in told[0].text


async def test_starter_is_told_in_their_language(s: Sending) -> None:
    s.workspace.archive(s.channel)

    await s.out.posting.post(s.ended("失败", language="zh"))

    assert "消息列" in s.anna.dm.thread()[0].text


@pytest.mark.parametrize("restarts", [True, False], ids=["restarted", "going on"])
@pytest.mark.parametrize("fault", Sending.FAULTS, ids=str)
@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage", "conversations.history"])
@pytest.mark.parametrize("reason", ["slack_gone_archived", "slack_gone_kicked"])
async def test_starter_is_told_once_whatever_breaks_off(
    s: Sending, reason: str, method: str, fault: str, restarts: bool
) -> None:
    GONE[reason](s)
    place = s.anna.dm.id if method != "conversations.open" else None
    s.slack.fault(method=method, channel=place, **Sending.FAULTS[fault])
    if method == "conversations.history":
        s.slack.fault("accept_then_drop", method="chat.postMessage", channel=place)
    post = s.ended("It is over.")

    if restarts:
        try:
            await s.out.posting.post(post)
        except Exception:
            await s.restart()
    await s.deliver(post, first_find=restarts)

    assert [one.text.count("It is over.") for one in s.anna.dm.thread()] == [1]


async def test_end_that_was_shown_in_its_thread_is_told_nowhere_else(s: Sending) -> None:
    post = s.ended()
    ts = await s.out.posting.post(post)
    await s.restart()

    assert await s.out.posting.find(post) == ts
    assert len(s.anna.dm.thread()) == 0


async def test_end_of_a_run_of_somebody_who_cannot_be_told_is_refused(s: Sending) -> None:
    s.workspace.archive(s.channel)
    s.slack.fault("error", method="conversations.open", code="user_disabled")

    with pytest.raises(ThreadGoneError) as gone:
        await s.out.posting.post(s.ended())

    assert gone.value.text_id == "slack_gone_archived"


async def test_end_without_a_starter_is_refused(s: Sending) -> None:
    s.workspace.archive(s.channel)

    with pytest.raises(ThreadGoneError):
        await s.out.posting.post(s.ended(starter=None))


async def test_thread_whose_root_was_deleted_but_has_replies_goes_on(s: Sending) -> None:
    await s.out.posting.post(s.turn("one"))
    s.workspace.delete(s.root)

    await s.out.posting.post(s.turn("two"))

    assert s.texts == ["one", "two"]


async def test_thread_that_is_gone_after_a_lost_answer_is_gone(s: Sending) -> None:
    post = s.turn("hello")
    s.slack.fault("drop", method="chat.postMessage")
    with pytest.raises(ConnectionError):
        await s.out.posting.post(post)
    s.workspace.kick_bot(s.channel)

    with pytest.raises(ThreadGoneError):
        await s.out.posting.find(post)
