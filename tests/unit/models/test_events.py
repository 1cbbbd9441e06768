from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.events import Events

STREAM = (
    b': keep-alive\r\n\r\nevent: x\ndata: {"n": 1}\n\ndata:{"n": "\xe2\x80\xa8 \xe4\xba\x8c"}\r\n\r\n'
    b'id: 7\ndata: {"n": [3]}\r\rdata:\n\ndata: [DONE]\n\ndata: {"n": 4}\n\n'
)
CHUNKS = [{"n": 1}, {"n": "\u2028 二"}, {"n": [3]}]


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=12))
def test_however_the_bytes_arrive_the_chunks_before_the_end_mark_are_the_same(cuts: list[int]) -> None:
    events, found = Events(), []
    places = [0, *sorted(cuts), len(STREAM)]

    for begin, end in pairwise(places):
        if not events.over:
            found += events.take(STREAM[begin:end])

    assert found == CHUNKS
    assert (events.done, events.refused, events.broken) == (True, None, None)


def test_last_line_that_was_never_ended_counts() -> None:
    events = Events()

    assert events.take(b'data: {"n": 1}') == []
    assert events.end() == [{"n": 1}]
    assert not events.over


@pytest.mark.parametrize("error", [{"message": "no"}, "no"])
def test_error_of_the_server_ends_the_stream_after_the_chunks_before_it(error: object) -> None:
    events = Events()

    chunks = events.take(
        b'data: {"n": 1}\n\ndata: ' + json.dumps({"error": error}).encode() + b'\n\ndata: {"n": 2}\n\n'
    )

    assert chunks == [{"n": 1}]
    assert events.refused == error
    assert events.over


@pytest.mark.parametrize("junk", [b"data: <html>\n", b"data: [1]\n", b"data: 7\n", b"data: \xff\xfe\n"])
def test_what_is_no_chunk_ends_the_stream_as_broken(junk: bytes) -> None:
    events = Events()

    chunks = events.take(b'data: {"n": 1}\n' + junk + b'data: {"n": 2}\n')

    assert chunks == [{"n": 1}]
    assert isinstance(events.broken, ValueError)


def test_stream_of_another_dialect_holds_no_chunk() -> None:
    events = Events()

    assert events.take(b'{"model": "m"}\nhello\n\n') == []
    assert not events.over
