from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.slack_server import Fault
from tests.unit.slack_server.conftest import Place, refused


async def test_a_rate_limit_says_when_to_come_back(place: Place) -> None:
    place.slack.fault("ratelimited", method="chat.postMessage", retry_after=7)
    with pytest.raises(SlackApiError) as error:
        await place.client.chat_postMessage(channel=place.general.id, text="x")
    assert (error.value.response.status_code, error.value.response.headers["Retry-After"]) == (429, "7")
    await place.client.chat_postMessage(channel=place.general.id, text="x")


async def test_a_connection_may_break_before_or_after_the_work_is_done(place: Place) -> None:
    place.slack.fault("drop", method="chat.postMessage")
    place.slack.fault("accept_then_drop", method="chat.postMessage")
    for text in ("lost", "there"):
        with pytest.raises(aiohttp.ClientError):
            await place.client.chat_postMessage(channel=place.general.id, text=text)
    assert place.general.thread().texts == ["there"]
    assert [request.outcome for request in place.slack.calls("chat.postMessage")] == ["drop", "accept_then_drop"]


async def test_errors_of_every_kind_can_be_asked_for(place: Place) -> None:
    place.slack.fault("error", code="fatal_error", method="auth.*")
    place.slack.fault("status", status=503, skip=1)
    place.slack.fault("not_json", skip=1)
    assert (await refused(place.client.auth_test()))["error"] == "fatal_error"
    await place.client.auth_test()
    with pytest.raises(SlackApiError) as error:
        await place.client.auth_test()
    assert error.value.response.status_code == 503
    with pytest.raises(SlackApiError):
        await place.client.auth_test()


async def test_a_fault_hits_its_channel_only(place: Place) -> None:
    other = place.workspace.channel("other")
    place.slack.fault("error", code="internal_error", channel=other.id, times=None)
    await place.client.chat_postMessage(channel=place.general.id, text="x")
    error = await refused(place.client.chat_postMessage(channel=other.id, text="x"))
    assert error["error"] == "internal_error"


async def test_a_rate_is_a_seeded_share(place: Place) -> None:
    async def outcomes() -> list[str]:
        place.slack.faults.seed(7)
        place.slack.fault("error", method="chat.postMessage", rate=0.2, times=None)
        before = len(place.slack.requests)
        for _ in range(40):
            with_error = place.client.api_call("chat.postMessage", json={"channel": place.general.id, "text": "x"})
            try:
                await with_error
            except SlackApiError:
                continue
        place.slack.faults.clear()
        return [request.outcome for request in place.slack.requests[before:]]

    first, second = await outcomes(), await outcomes()
    assert first == second
    assert 2 <= first.count("error") <= 16


async def test_a_limiter_lets_one_message_a_second_into_a_channel(place: Place) -> None:
    other = place.workspace.channel("other")
    place.slack.limit("chat.postMessage", calls=1, seconds=60)
    await place.client.chat_postMessage(channel=place.general.id, text="one")
    await place.client.chat_postMessage(channel=other.id, text="one")
    assert (await refused(place.client.chat_postMessage(channel=place.general.id, text="two")))[
        "error"
    ] == "ratelimited"
    place.slack.advance(61)
    await place.client.chat_postMessage(channel=place.general.id, text="two")


async def test_an_answer_may_be_late(place: Place) -> None:
    place.slack.fault("latency", seconds=0.01)
    place.slack.fault("late_answer", seconds=0.01)
    await place.client.auth_test()
    await place.client.auth_test()
    assert [request.outcome for request in place.slack.requests] == ["ok", "ok"]


def test_an_unknown_fault_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="accept_then_drop, drop"):
        Fault(kind="gremlins")
