"""Laws of every store: whatever arrives in whatever order and however often, the first outcome stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import EffectState, OutboxRow, PostStatus, RequestId, RequestStatus, RunId, RunStatus
from bot.ports import Records, Store
from bot.store import open_store
from tests.unit.store.samples import answer, begin, effect, post, request

R1 = RunId("r1")
Q1 = RequestId("q1")
_law = settings(max_examples=50, deadline=None)
_closed = [RequestStatus.ANSWERED, RequestStatus.EXPIRED, RequestStatus.CANCELLED]


def outcome_of(works: Sequence[Callable[[Records], Any]], look: Callable[[Records], Any]) -> tuple[list[Any], Any]:
    """Return what concurrent works returned, and what is seen afterwards, in a new store."""

    async def play(store: Store) -> tuple[list[Any], Any]:
        try:
            await store.write(begin)
            returned = await asyncio.gather(*(store.write(work) for work in works))
            return list(returned), await store.read(look)
        finally:
            await store.close()

    return asyncio.run(play(open_store(":memory:")))


@_law
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 3), st.sampled_from(EffectState)), max_size=12)
)
def test_of_an_effect_the_first_outcome_and_the_first_place_stand(recorded: list[tuple[str, int, EffectState]]) -> None:
    works = [_recording(key, value, state) for key, value, state in recorded]

    _, effects = outcome_of(works, lambda records: records.journal.effects(R1))

    assert [one.key for one in effects] == list(dict.fromkeys(key for key, _, _ in recorded))
    for one in effects:
        done = [value for key, value, state in recorded if key == one.key and state is EffectState.DONE]
        assert (one.state is EffectState.DONE) == bool(done)
        assert one.value == (done[0] if done else None)


def _recording(key: str, value: int, state: EffectState) -> Callable[[Records], None]:
    told = effect(key, value=value if state is EffectState.DONE else None, state=state)
    return lambda records: records.journal.record(R1, [told])


@_law
@given(st.lists(st.tuples(st.sampled_from(_closed), st.text(max_size=3)), min_size=1, max_size=8))
def test_of_all_who_answer_at_once_exactly_the_first_wins(closing: list[tuple[RequestStatus, str]]) -> None:
    works: list[Callable[[Records], Any]] = [lambda records: records.requests.open(request())]
    works += [_closing(status, text) for status, text in closing]

    returned, found = outcome_of(works, lambda records: records.requests.get(Q1))

    assert returned[1:] == [True] + [False] * (len(closing) - 1)
    assert (found.status, found.answer.text) == closing[0]


def _closing(status: RequestStatus, text: str) -> Callable[[Records], bool]:
    return lambda records: records.requests.close(Q1, status, answer(text))


@_law
@given(st.lists(st.sampled_from(RunStatus), max_size=10))
def test_a_run_stays_in_the_first_final_status_it_reaches(statuses: list[RunStatus]) -> None:
    _, found = outcome_of([_moving(status) for status in statuses], lambda records: records.runs.get(R1))

    final = [status for status in statuses if status.final]
    assert found.status is (final[0] if final else [RunStatus.WORKING, *statuses][-1])
    assert (found.ended_at is not None) == bool(final)


def _moving(status: RunStatus) -> Callable[[Records], None]:
    return lambda records: records.runs.set_status(R1, status)


@_law
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=12))
def test_a_post_is_shown_once_at_its_first_place_and_only_the_first_is_being_sent(adds: list[tuple[str, bool]]) -> None:
    taken, rows = outcome_of([_adding(key, sending) for key, sending in adds], lambda records: records.outbox.of(R1))

    assert [row.post.key for row in rows] == list(dict.fromkeys(key for key, _ in adds))
    being_sent = [row.post.key for row in rows if row.status is PostStatus.SENDING]
    assert being_sent == [key for key, sending in adds[:1] if sending] == [row.post.key for row in taken if row]


def _adding(key: str, sending: bool) -> Callable[[Records], OutboxRow | None]:
    return lambda records: records.outbox.add(post(key), sending=sending)
