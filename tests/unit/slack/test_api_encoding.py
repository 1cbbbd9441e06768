from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from adapters.slack.web.api import encode, read_answer
from bot.errors import RetryLaterError


def test_writing_methods_take_json_and_nothing_that_is_none() -> None:
    body, kind = encode("chat.postMessage", {"text": "好", "thread_ts": None, "unfurl_links": False})

    assert json.loads(body) == {"text": "好", "unfurl_links": False}
    assert kind["Content-Type"].startswith("application/json")


def test_other_methods_take_a_form_with_json_inside() -> None:
    body, kind = encode("files.completeUploadExternal", {"files": [{"id": "F1"}], "inclusive": True, "limit": 3})

    assert parse_qs(body.decode()) == {"files": ['[{"id":"F1"}]'], "inclusive": ["true"], "limit": ["3"]}
    assert kind["Content-Type"] == "application/x-www-form-urlencoded"


def test_text_that_is_no_utf_8_is_sent_all_the_same() -> None:
    body, _ = encode("chat.postMessage", {"text": "\ud83d"})

    assert json.loads(body) == {"text": "\ud83d"}


@pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 408, 413, 451, 500, 502, 503])
@pytest.mark.parametrize("raw", [b"", b"<html>", b"{}", b"[]", b'{"error":"forbidden"}', b'"ok"', b"\xff"])
def test_what_is_no_answer_of_slacks_leaves_it_open(status: int, raw: bytes) -> None:
    with pytest.raises(ConnectionError):
        read_answer("chat.postMessage", status, raw)


def test_proxy_that_asks_for_a_login_has_passed_nothing_on() -> None:
    with pytest.raises(RetryLaterError, match="proxy"):
        read_answer("chat.postMessage", 407, b"<html>")


def test_answer_is_read_whatever_status_it_came_with() -> None:
    assert read_answer("chat.postMessage", 400, b'{"ok":false,"error":"x"}') == {"ok": False, "error": "x"}
