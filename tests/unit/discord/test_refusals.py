from __future__ import annotations

import aiohttp
import pytest

from adapters.discord.connecting.client import make_client
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.refusals import (
    LATER,
    DiscordRefusedError,
    Doing,
    FailedRequestError,
    code_of,
    refusal,
    translated,
)
from adapters.discord.web.tracing import makes_a_message
from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError
from bot.texts import say

GONE = [10003, 50001, 50013, 50007, 50278, 160005, 50083, 40001]


@pytest.mark.parametrize("status", [429, 503])
def test_what_was_surely_not_done_is_tried_again(status: int) -> None:
    error = refusal(Doing.POST, status, retry_after=3.0)

    assert isinstance(error, RetryLaterError)
    assert error.retry_after == 3.0


@pytest.mark.parametrize("code", sorted(LATER))
def test_codes_that_ask_to_wait_are_tried_again(code: int) -> None:
    assert isinstance(refusal(Doing.POST, 400, code), RetryLaterError)


@pytest.mark.parametrize("status", [500, 502, 504, 520, 524])
def test_after_a_failure_of_discords_own_nobody_knows(status: int) -> None:
    assert isinstance(refusal(Doing.POST, status), ConnectionError)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", GONE)
def test_why_nothing_can_be_shown_is_said_in_words(code: int, language: str) -> None:
    error = refusal(Doing.POST_IN_THREAD, 403, code)

    assert isinstance(error, ThreadGoneError)
    assert say(error.text_id, language, **error.facts)
    assert code_of(error) == code


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_missing_permission_is_named_as_discord_names_it(language: str) -> None:
    error = refusal(Doing.POST_IN_THREAD, 403, 50013)

    assert isinstance(error, ThreadGoneError)
    assert "Send Messages in Threads" in say(error.text_id, language, **error.facts)


@pytest.mark.parametrize("doing", [Doing.READ, Doing.WEBHOOKS, Doing.REACT])
def test_a_place_can_be_written_in_without_the_permissions_for_what_is_beside_it(doing: Doing) -> None:
    error = refusal(doing, 403, 50013)

    assert isinstance(error, DiscordRefusedError)
    assert not isinstance(error, ThreadGoneError)


@pytest.mark.parametrize("code", [0, 10008, 10015, 30046, 40005, 50006, 50035])
def test_anything_else_is_refused_for_good(code: int) -> None:
    error = refusal(Doing.POST, 429 if code == 30046 else 400, code)

    assert isinstance(error, PostRefusedError)
    assert code_of(error) == code


def raised(error: Exception) -> BaseException:
    with pytest.raises(Exception, match=r".*") as caught, translated(Doing.POST):
        raise error
    return caught.value


@pytest.mark.parametrize(
    "error", [TimeoutError(), ConnectionResetError(), aiohttp.ServerDisconnectedError(), aiohttp.ClientPayloadError()]
)
def test_after_a_broken_connection_nobody_knows(error: Exception) -> None:
    assert isinstance(raised(error), ConnectionError)


async def test_while_the_bot_is_not_logged_in_everything_is_tried_later() -> None:
    client = make_client(DiscordSettings(token="t", api_url="http://127.0.0.1:9/api/v10"))
    with pytest.raises(RetryLaterError), translated(Doing.POST):
        await client.get_partial_messageable(1).send("words")

    async with aiohttp.ClientSession() as session:
        pass
    with pytest.raises(RetryLaterError), translated(Doing.POST):
        await session.get("http://127.0.0.1:9/")


def test_a_mistake_of_ours_is_not_taken_for_discords() -> None:
    assert isinstance(raised(AttributeError("x")), AttributeError)


def test_an_answer_that_the_library_was_not_shown_is_translated() -> None:
    assert isinstance(raised(FailedRequestError(502)), ConnectionError)
    assert isinstance(raised(FailedRequestError(503)), RetryLaterError)
    assert code_of(raised(FailedRequestError(429, 30046))) == 30046


@pytest.mark.parametrize(
    ("method", "path", "makes"),
    [
        ("POST", "/api/v10/channels/1/messages", True),
        ("POST", "/api/v10/webhooks/1/token-of_it", True),
        ("PATCH", "/api/v10/channels/1/messages/2", False),
        ("POST", "/api/v10/channels/1/messages/2/threads", False),
        ("GET", "/api/v10/channels/1/messages", False),
        ("POST", "/api/v10/channels/1/typing", False),
        ("POST", "/api/v10/interactions/1/t/callback", False),
    ],
)
def test_only_what_would_show_a_second_message_is_kept_from_repeating(method: str, path: str, makes: bool) -> None:
    assert makes_a_message(method, path) is makes
