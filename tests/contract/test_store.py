"""What every store keeps of the promises in bot/ports.py: conversations, runs, requests and journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import (
    ConversationId,
    Decision,
    EffectState,
    Position,
    PostStatus,
    RequestId,
    RequestKind,
    RequestStatus,
    RunId,
    RunStatus,
    Verdict,
)
from bot.errors import FencedError
from bot.ports import Records, Store
from tests.unit.store.samples import (
    NOW,
    answer,
    begin,
    big_value,
    conversation,
    effect,
    later,
    post,
    request,
    run,
    thread,
)

T1 = thread("t1").conversation
R1 = RunId("r1")
Q1 = RequestId("q1")


async def test_a_conversation_is_read_as_it_was_put(store: Store) -> None:
    await store.write(lambda records: records.conversations.put(conversation(run="r1")))

    assert await store.read(lambda records: records.conversations.get(T1)) == conversation(run="r1")


async def test_what_was_never_recorded_is_none_or_empty(store: Store) -> None:
    def look(records: Records) -> list[object]:
        return [
            records.conversations.get(T1),
            records.runs.get(R1),
            records.requests.get(Q1),
            records.outbox.sent_as(T1, "p1"),
            records.journal.effects(R1),
            records.runs.of(),
            records.conversations.unfinished(),
        ]

    assert await store.read(look) == [None, None, None, None, [], [], []]


async def test_replacing_a_conversation_leaves_its_epoch_alone(store: Store) -> None:
    def work(records: Records) -> None:
        records.conversations.put(conversation())
        records.conversations.raise_epoch(T1)
        records.conversations.put(replace(conversation(team="panel"), epoch=99))

    await store.write(work)

    assert await store.read(lambda records: records.conversations.get(T1)) == replace(
        conversation(team="panel"), epoch=1
    )


async def test_every_raise_fences_the_steps_before_it(store: Store) -> None:
    await store.write(lambda records: records.conversations.put(conversation()))
    old = await store.write(lambda records: records.conversations.raise_epoch(T1))

    new = await store.write(lambda records: records.conversations.raise_epoch(T1))

    await store.read(lambda records: records.conversations.check_epoch(T1, new))
    with pytest.raises(FencedError, match="epoch 2"):
        await store.read(lambda records: records.conversations.check_epoch(T1, old))


async def test_a_step_of_an_unknown_conversation_is_fenced(store: Store) -> None:
    with pytest.raises(FencedError, match="no conversation"):
        await store.write(lambda records: records.conversations.raise_epoch(T1))
    with pytest.raises(FencedError, match="no conversation"):
        await store.read(lambda records: records.conversations.check_epoch(T1, 0))


async def test_only_a_working_run_or_an_unsent_post_makes_a_conversation_unfinished(store: Store) -> None:
    def work(records: Records) -> None:
        for name in ("waiting", "working", "posting", "sending"):
            begin(records, name, name)
            if name != "working":
                records.runs.set_status(RunId(name), RunStatus.INPUT_REQUIRED)
            records.outbox.add(post(name, at=name, run=name))
            row = records.outbox.unsent(thread(name).conversation)[0].id
            if name != "posting":
                records.outbox.mark(row, PostStatus.SENDING if name == "sending" else PostStatus.SENT)

    await store.write(work)

    found = await store.read(lambda records: records.conversations.unfinished())
    assert sorted(found) == sorted(
        ConversationId(thread(name).conversation) for name in ("working", "posting", "sending")
    )


async def test_posts_that_no_adapter_here_can_send_make_no_conversation_unfinished(store: Store) -> None:
    def work(records: Records) -> None:
        for name in ("waiting", "working"):
            begin(records, name, name)
            records.outbox.add(post(name, at=name, run=name))
        records.runs.set_status(RunId("waiting"), RunStatus.INPUT_REQUIRED)

    await store.write(work)

    here = thread("waiting").adapter
    found = await store.read(lambda records: [records.conversations.unfinished(names) for names in ([], [here])])
    assert found[0] == [thread("working").conversation]
    assert sorted(found[1]) == [thread("waiting").conversation, thread("working").conversation]


async def test_a_run_is_read_as_it_was_added(store: Store) -> None:
    await store.write(lambda records: records.runs.add(run()))

    assert await store.read(lambda records: records.runs.get(R1)) == run()


@pytest.mark.parametrize("final", [RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED])
@pytest.mark.parametrize("then", list(RunStatus))
async def test_nothing_leads_out_of_a_final_status(store: Store, final: RunStatus, then: RunStatus) -> None:
    await store.write(lambda records: records.runs.add(run()))
    await store.write(
        lambda records: records.runs.set_status(R1, final, stop_reason="over", summary="all", at=later(1))
    )

    await store.write(lambda records: records.runs.set_status(R1, then, stop_reason="again", at=later(2)))

    expected = replace(run(), status=final, stop_reason="over", summary="all", ended_at=later(1))
    assert await store.read(lambda records: records.runs.get(R1)) == expected


async def test_a_run_that_ends_without_a_time_ends_now(store: Store) -> None:
    await store.write(lambda records: records.runs.add(run()))
    await store.write(lambda records: records.runs.set_status(R1, RunStatus.INPUT_REQUIRED))

    await store.write(lambda records: records.runs.set_status(R1, RunStatus.COMPLETED, summary="\ud800 done\x00"))

    assert await store.read(lambda records: records.runs.get(R1)) == replace(
        run(), status=RunStatus.COMPLETED, summary="\ud800 done\x00", ended_at=NOW
    )


async def test_steps_that_ended_in_good_order_are_not_counted(store: Store) -> None:
    def work(records: Records) -> list[int]:
        records.runs.add(run())
        for _ in range(3):
            records.runs.count_attempt(R1)
        records.runs.reset_attempts(R1, to=2)
        records.runs.reset_attempts(R1, to=5)
        after = records.runs.count_attempt(R1)
        records.runs.reset_attempts(R1, to=-1)
        return [after, records.runs.count_attempt(R1)]

    assert await store.write(work) == [3, 1]


async def test_begun_steps_are_counted_until_something_was_recorded(store: Store) -> None:
    def work(records: Records) -> list[int]:
        records.runs.add(run())
        counted = [records.runs.count_attempt(R1), records.runs.count_attempt(R1)]
        records.runs.reset_attempts(R1)
        return [*counted, records.runs.count_attempt(R1), records.runs.count_attempt(RunId("unknown"))]

    assert await store.write(work) == [1, 2, 1, 0]


async def test_runs_are_listed_newest_first_and_no_more_than_asked_for(store: Store) -> None:
    def work(records: Records) -> None:
        for name, at in [("a", "t1"), ("b", "t2"), ("c", "t1")]:
            records.runs.add(run(name, at=at))

    await store.write(work)

    assert [r.id for r in await store.read(lambda records: records.runs.of())] == ["c", "b", "a"]
    assert [r.id for r in await store.read(lambda records: records.runs.of(T1))] == ["c", "a"]
    assert [r.id for r in await store.read(lambda records: records.runs.of(limit=1))] == ["c"]


async def test_runs_are_found_by_the_beginning_of_their_id_and_counted(store: Store) -> None:
    def work(records: Records) -> None:
        for name in ("ab%1", "ab%2", "ab_3", "AB%4", "b"):
            records.runs.add(run(name))

    await store.write(work)

    assert [r.id for r in await store.read(lambda records: records.runs.of(prefix="ab%"))] == ["ab%2", "ab%1"]
    assert [r.id for r in await store.read(lambda records: records.runs.of(prefix="b", limit=1))] == ["b"]
    assert await store.read(lambda records: records.runs.of(prefix="ab%1x")) == []
    assert await store.read(lambda records: len(records.runs)) == 5


async def test_a_second_request_with_the_same_run_and_key_changes_nothing(store: Store) -> None:
    def work(records: Records) -> None:
        begin(records)
        records.requests.open(request("q1"))
        records.requests.open(request("q2"))
        records.requests.open(request("q1", key="another"))

    await store.write(work)

    assert await store.read(lambda records: records.requests.of(T1)) == [request("q1")]


async def test_the_first_to_close_a_request_wins(store: Store) -> None:
    def opened(records: Records) -> None:
        begin(records)
        records.requests.open(request())

    await store.write(opened)

    first = await store.write(lambda records: records.requests.close(Q1, RequestStatus.ANSWERED, answer("first")))
    second = await store.write(lambda records: records.requests.close(Q1, RequestStatus.EXPIRED, answer("second")))

    assert (first, second) == (True, False)
    closed = replace(request(), status=RequestStatus.ANSWERED, answer=answer("first"))
    assert await store.read(lambda records: records.requests.get(Q1)) == closed


async def test_closing_what_is_unknown_is_false_and_closing_as_open_is_refused(store: Store) -> None:
    assert not await store.write(lambda records: records.requests.close(Q1, RequestStatus.EXPIRED))
    with pytest.raises(ValueError, match="answered, expired or cancelled"):
        await store.write(lambda records: records.requests.close(Q1, RequestStatus.OPEN))


async def test_requests_are_found_by_status_and_a_replay_gets_the_answered_and_the_expired(store: Store) -> None:
    statuses = [RequestStatus.OPEN, RequestStatus.ANSWERED, RequestStatus.EXPIRED, RequestStatus.CANCELLED]

    def work(records: Records) -> None:
        begin(records)
        for status in statuses:
            records.requests.open(request(status.value, key=status.value))
            if status is not RequestStatus.OPEN:
                records.requests.close(RequestId(status.value), status, answer())

    await store.write(work)

    for status in statuses:
        found = await store.read(lambda records, status=status: records.requests.of(T1, status=status))  # type: ignore[misc]  # bound by default
        assert [found_request.id for found_request in found] == [status.value]
    replayed = await store.read(lambda records: records.requests.answered(R1))
    assert [found_request.id for found_request in replayed] == ["answered", "expired"]


async def test_decisions_so_far_are_kept_while_an_approval_is_open(store: Store) -> None:
    decided = (Decision(verdict=Verdict.REJECT, reason="no"), None)

    def work(records: Records) -> None:
        begin(records)
        records.requests.open(request(kind=RequestKind.APPROVAL))
        records.requests.open(request("text", key="text"))
        records.requests.decide(Q1, decided)
        records.requests.decide(RequestId("text"), decided)
        records.requests.decide(RequestId("unknown"), decided)
        records.requests.close(Q1, RequestStatus.CANCELLED)
        records.requests.decide(Q1, (None, None))

    await store.write(work)

    approval = replace(request(kind=RequestKind.APPROVAL), decided=decided, status=RequestStatus.CANCELLED)
    assert await store.read(lambda records: records.requests.of(T1)) == [approval, request("text", key="text")]


async def test_effects_keep_their_order_and_a_done_one_is_never_changed(store: Store) -> None:
    started = effect("a", state=EffectState.STARTED)
    done = effect("a", value={"content": [1, 2.5, None, "\ud800\x00汉"]}, completed=2)

    def work(records: Records) -> None:
        begin(records)
        records.journal.record(R1, [started, effect("b", value=True)])
        records.journal.record(R1, [replace(done, started_at=later(9))])
        records.journal.record(R1, [effect("a", value="late"), effect("b", state=EffectState.STARTED)])
        records.journal.record(R1, [])

    await store.write(work)

    assert await store.read(lambda records: records.journal.effects(R1)) == [done, effect("b", value=True)]


async def test_a_position_counts_a_runs_effects_and_which_of_them_are_peoples_answers(store: Store) -> None:
    def work(records: Records) -> Position:
        begin(records)
        begin(records, "r2")
        records.journal.record(RunId("r2"), [effect("a")])
        human = replace(effect("b"), kind="human")
        asked = replace(effect("c", state=EffectState.STARTED), kind="human")
        records.journal.record(R1, [effect("a"), human, asked, replace(effect("d"), kind="approval")])
        return records.journal.position(R1)

    assert await store.write(work) == Position(effects=4, answers=2, completed=1)


async def test_a_position_moves_when_a_started_effect_is_done(store: Store) -> None:
    def work(records: Records) -> tuple[int, int, int]:
        begin(records)
        empty = records.journal.position(R1).completed
        records.journal.record(R1, [effect("a", completed=1), effect("b", state=EffectState.STARTED, completed=0)])
        before = records.journal.position(R1).completed
        records.journal.record(R1, [effect("b", completed=2)])
        return empty, before, records.journal.position(R1).completed

    assert await store.write(work) == (0, 1, 2)


async def test_an_effect_of_megabytes_is_read_as_it_was_recorded(store: Store) -> None:
    large = effect("a", value=big_value(5_000_000))

    def work(records: Records) -> None:
        begin(records)
        records.journal.record(R1, [large])

    await store.write(work)

    assert await store.read(lambda records: records.journal.effects(R1)) == [large]


async def test_times_come_back_equal_whatever_zone_they_were_told_in(store: Store) -> None:
    zone = NOW.astimezone().tzinfo
    told = replace(run(), started_at=NOW.astimezone(zone) + timedelta(microseconds=1))

    await store.write(lambda records: records.runs.add(told))

    assert await store.read(lambda records: records.runs.get(R1)) == told
