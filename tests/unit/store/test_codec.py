"""Values of the domain come back from the store's JSON exactly as they were."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Answer, Decision, Event, InputRequest, Opening, Post, Said, Turn, Verdict
from bot.store.codec import dumps, loads, moment_of, pack, stamp, unpack
from tests.unit.store.samples import NOW, event

# Every code point a Python string can hold: NUL, emoji, and lone surrogates, which have no UTF-8 form.
_text = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=8)
# Fixed offsets: a named zone has hours that do not exist, which equal nothing.
_zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
_times = st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1), timezones=_zones)
_leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _text
_json = st.recursive(_leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3))
for kind, strategy in ((str, _text), (datetime, _times)):
    st.register_type_strategy(kind, strategy)
_objects = st.dictionaries(_text, _json, max_size=3)
_turns = st.recursive(
    st.builds(Turn, folded=st.just(())),
    lambda inner: st.builds(Turn, folded=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)
_openings = st.builds(Opening, history=st.lists(_objects, max_size=2).map(tuple))
_values = st.one_of(
    st.builds(Event),
    st.builds(InputRequest),
    st.builds(Answer),
    _turns,
    _openings,
    st.builds(Post, turn=st.none() | _turns),
)


@given(_values)
def test_a_value_comes_back_exactly(value: Any) -> None:
    assert unpack(type(value), pack(value)) == value


@given(_json)
def test_json_comes_back_exactly_and_as_text_that_every_database_takes(value: Any) -> None:
    text = dumps(value)

    assert loads(text) == value
    assert "\x00" not in text
    assert text.encode()


@given(_times, _times)
def test_times_sort_as_their_text_does(one: datetime, other: datetime) -> None:
    assert moment_of(stamp(one)) == one
    assert (one < other) == (stamp(one) < stamp(other))


def test_a_time_is_told_in_utc() -> None:
    assert stamp(NOW.astimezone(timezone(timedelta(hours=8)))) == "2026-03-01T12:30:15.000250+00:00"
    assert moment_of(stamp(NOW)).tzinfo == UTC


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        stamp(NOW.replace(tzinfo=None))


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError):
        dumps({"file": object()})


def test_text_of_a_row_is_not_escaped_where_it_need_not_be() -> None:
    assert dumps("北京") == '"北京"'


@dataclass(frozen=True, kw_only=True)
class Grown:
    """A value whose class got a field since it was recorded."""

    old: str
    new: tuple[int, ...] = (7,)


def test_a_row_written_before_a_field_was_added_reads_with_its_default() -> None:
    assert unpack(Grown, '{"old":"x"}') == Grown(old="x")


def test_rows_of_version_0001_read_with_what_has_been_added_since() -> None:
    decided = unpack(Answer, '{"at":"2026-03-01T12:30:15+00:00","decisions":[{"verdict":"approve","reason":""}]}')
    thread = '{"adapter":"a","workspace":"b","channel":"c","thread":"d"}'
    ended = unpack(Post, f'{{"key":"k","kind":"ended","thread":{thread},"language":"en","status":"failed"}}')

    assert [decision.content for decision in decided.decisions] == [None]
    assert ended.starter is None


def test_decisions_that_leave_an_item_as_it_is_come_back() -> None:
    changed = Decision(verdict=Verdict.APPROVE, content="print(2)\n")
    pressed = replace(event("d1"), decisions=(None, changed), earlier=(Said(name="Bo", text="hi"),))

    assert unpack(Event, pack(pressed)) == pressed
