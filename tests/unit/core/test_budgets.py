from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.budgets import scopes_of, worked
from bot.domain import Person, ThreadRef

START = datetime(2026, 1, 5, tzinfo=UTC)
_seconds = st.integers(0, 60)
_spans = st.lists(st.tuples(_seconds, _seconds).map(sorted), max_size=12)


@given(_spans)
def test_every_second_in_which_something_was_done_counts_once(spans: list[list[int]]) -> None:
    moments = [(START + timedelta(seconds=begin), START + timedelta(seconds=end)) for begin, end in spans]

    busy = {second for begin, end in spans for second in range(begin, end)}
    assert worked(moments) == len(busy)


def test_run_is_counted_for_its_person_channel_and_team() -> None:
    thread = ThreadRef(adapter="slack", workspace="T1", channel="C1", thread="1.2")

    assert scopes_of(Person(id="U1", name="Anna"), thread, "solo") == {
        "person": "person:slack:T1:U1",
        "channel": "channel:slack:T1:C1",
        "team": "team:solo",
    }


def test_person_on_discord_is_the_same_on_every_server_and_in_direct_messages() -> None:
    person = Person(id="9", name="Anna")
    threads = [ThreadRef(adapter="discord", workspace=place, channel="c", thread="t") for place in ("1", "2", "dm")]

    scopes = [scopes_of(person, thread, "solo") for thread in threads]

    assert {each["person"] for each in scopes} == {"person:discord:*:9"}
    assert len({each["channel"] for each in scopes}) == 3
