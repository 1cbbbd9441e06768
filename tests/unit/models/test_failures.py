from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest

from agents.models.failures import Refusal, error_of, overflow_of, unreachable
from bot.errors import ModelFailedError, RetryLaterError


def refusal(status: int, body: Any = "", *, native: bool = False, headers: dict[str, str] | None = None) -> Refusal:
    text = body if isinstance(body, str) else json.dumps(body)
    return Refusal(host="http://gpu", model="m", status=status, text=text, headers=headers or {}, native=native)


def compatible(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


@pytest.mark.parametrize(
    ("status", "body", "native", "kind"),
    [
        (400, {"error": "bad"}, True, ModelFailedError),
        (401, {"error": "unauthorized"}, False, ModelFailedError),
        (403, "", True, ModelFailedError),
        (404, {"error": "model 'm' not found"}, True, ModelFailedError),
        (404, "404 page not found", False, ModelFailedError),
        (405, "", False, ModelFailedError),
        (408, "", False, RetryLaterError),
        (429, {"error": "slow"}, False, RetryLaterError),
        (500, {"error": "runner"}, True, ModelFailedError),
        (500, compatible("something"), False, RetryLaterError),
        (500, compatible("CUDA out of memory"), False, ModelFailedError),
        (502, "<html></html>", True, RetryLaterError),
        (503, {"error": "busy"}, True, RetryLaterError),
        (504, "", False, RetryLaterError),
        (0, "unexpected EOF", True, ModelFailedError),
        (0, "upstream", False, RetryLaterError),
    ],
)
def test_refusal_says_whether_asking_again_may_help(
    status: int, body: Any, native: bool, kind: type[Exception]
) -> None:
    error = error_of(refusal(status, body, native=native))

    assert isinstance(error, kind)
    assert "http://gpu" in str(error)


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("status", [status for status in HTTPStatus if status >= 400])
def test_every_status_has_a_meaning_and_a_sentence(status: int, native: bool) -> None:
    error = error_of(refusal(status, native=native))

    assert isinstance(error, RetryLaterError | ModelFailedError)
    assert "http://gpu" in str(error)


@pytest.mark.parametrize(
    ("status", "body", "tokens", "limit"),
    [
        (400, {"error": "the input length exceeds the context length"}, None, None),
        (
            400,
            compatible("request (9 tokens) exceeds the available context size (5 tokens)", n_prompt_tokens=9, n_ctx=5),
            9,
            5,
        ),
        (400, compatible("This model's maximum context length is 4096 tokens.", code="x"), None, 4096),
        (400, compatible("too long", code="context_length_exceeded"), None, None),
    ],
)
def test_context_errors_are_known_in_their_wordings(
    status: int, body: Any, tokens: int | None, limit: int | None
) -> None:
    overflow = overflow_of(refusal(status, body))

    assert overflow is not None
    assert (overflow.tokens, overflow.limit) == (tokens, limit)


@pytest.mark.parametrize(("status", "body"), [(400, {"error": "bad"}), (404, compatible("maximum context length"))])
def test_other_errors_are_no_context_errors(status: int, body: Any) -> None:
    assert overflow_of(refusal(status, body)) is None


@pytest.mark.parametrize(("header", "seconds"), [("3", 3.0), ("-1", 0.0), ("Wed, 21 Oct", None), ("", None)])
def test_time_to_come_back_is_read_where_it_is_a_number(header: str, seconds: float | None) -> None:
    error = error_of(refusal(429, headers={"retry-after": header}))

    assert isinstance(error, RetryLaterError)
    assert error.retry_after == seconds


def test_long_or_marked_up_bodies_are_not_repeated() -> None:
    assert len(refusal(500, "x" * 5000).sentence) == 300
    assert refusal(502, "<html><b>no</b></html>").sentence == ""


def test_connection_that_fails_without_a_word_is_named_by_its_kind() -> None:
    assert "TimeoutError" in str(unreachable("http://gpu", TimeoutError()))
