from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.pauses import LONGEST, LONGEST_ASKED, Pauses, backoff
from tests.fakes import FakeClock, Thread

CONVERSATION = Thread().ref.conversation


@given(st.integers(1, 10_000))
def test_pause_grows_but_never_beyond_its_bound(failures: int) -> None:
    assert 0.5 * min(LONGEST, 2 ** min(failures, 20)) <= backoff(failures) <= LONGEST


@given(st.floats(allow_nan=False))
def test_what_the_other_side_asks_for_stands_within_reason(seconds: float) -> None:
    assert 0 < backoff(1, seconds) <= LONGEST_ASKED
    assert backoff(1, 42.0) == 42.0


async def test_pause_ends_when_its_time_has_passed() -> None:
    clock = FakeClock()
    pauses = Pauses(clock)
    pauses.rest(CONVERSATION, 10)
    during = (pauses.resting(CONVERSATION), pauses.over())

    await clock.advance(10)

    assert during == (True, [])
    assert (pauses.resting(CONVERSATION), pauses.over(), pauses.over()) == (False, [CONVERSATION], [])


def test_conversation_that_works_again_begins_with_short_pauses() -> None:
    pauses = Pauses(FakeClock())
    for _ in range(8):
        pauses.rest(CONVERSATION)
    pauses.clear(CONVERSATION)

    assert pauses.until(CONVERSATION) is None
    assert pauses.rest(CONVERSATION) <= 2
