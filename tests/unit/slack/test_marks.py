from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.sending.marks import moment, post_mark, preview_mark, survey


def message(ts: str, metadata: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"ts": ts, "bot_id": "B1", "metadata": metadata, **more}


@given(st.text(min_size=1), st.integers(1, 5), st.lists(st.from_regex(r"F[A-Z0-9]{3,9}", fullmatch=True), max_size=3))
def test_what_a_mark_says_is_read_back(key: str, parts: int, files: list[str]) -> None:
    messages = [message(f"1.{n}", post_mark(key, part=n, parts=parts, files=files)) for n in range(parts)]

    found = survey(messages, key)

    assert found.shown == {n: f"1.{n}" for n in range(parts)}
    assert (found.parts, found.files, found.twice) == (parts, tuple(files), [])


def test_other_posts_and_peoples_messages_are_none_of_it() -> None:
    messages = [message("1.1"), {"ts": "1.2", "user": "U1"}, message("1.3", post_mark("b", part=0, parts=1))]

    found = survey(messages, "a")

    assert (found.shown, found.files, found.newest) == ({}, None, "1.3")


def test_part_that_is_shown_again_is_named() -> None:
    mark = post_mark("a", part=0, parts=1)

    found = survey([message("1.1", mark), message("1.2", mark)], "a")

    assert found.shown == {0: "1.1"}
    assert found.twice == ["1.2"]


def test_previews_are_named_with_their_paths() -> None:
    found = survey([message("1.1", preview_mark("chat", "p-1"))], "a")

    assert [(left.message, left.path, left.id) for left in found.previews] == [("1.1", "chat", "p-1")]


def test_unmarked_reply_is_a_broken_stream_only_where_there_are_streams() -> None:
    root = message("1.0", thread_ts="1.0")
    replies = [
        message("1.1", thread_ts="1.0"),
        message("1.2", thread_ts="1.0", files=[{"id": "F1"}]),
        {"ts": "1.3", "thread_ts": "1.0", "user": "U1"},
    ]

    assert survey([root, *replies], "a").previews == []
    assert [left.message for left in survey([root, *replies], "a", streams=True).previews] == ["1.1"]


def test_files_that_a_thread_shows_are_named() -> None:
    assert survey([message("1.1", files=[{"id": "F1"}, {"id": "F2"}])], "a").shared == {"F1", "F2"}


def test_strange_metadata_is_no_mark_of_ours() -> None:
    strange: list[dict[str, Any]] = [
        {"event_type": "threadfast_post", "event_payload": {}},
        {"event_type": "threadfast_post", "event_payload": {"key": "a", "part": "x", "parts": None}},
        {"event_type": "threadfast_preview"},
        {},
    ]

    found = survey([message(f"1.{n}", metadata) for n, metadata in enumerate(strange)], "a")

    assert found.shown == {0: "1.1"}


@given(st.integers(0, 10**10), st.integers(0, 10**10))
def test_moments_are_in_the_order_of_time(one: int, other: int) -> None:
    written = [f"{number // 10**6}.{number % 10**6:06d}" for number in (one, other)]

    assert (moment(written[0]) < moment(written[1])) == (one < other)


def test_empty_ts_comes_before_all() -> None:
    assert moment("") < moment("0.000001")
