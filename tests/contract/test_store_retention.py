"""What every store keeps of the promises about deletion."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain import (
    AuditFilter,
    Conversation,
    ConversationId,
    Delivery,
    EventKind,
    ForgetReason,
    ForgetWish,
    Person,
    RequestId,
    RequestKind,
    RunId,
    RunStatus,
    ThreadRef,
)
from bot.errors import FencedError
from bot.ports import Records, Store
from tests.contract.test_store_audit import ENTRY
from tests.unit.store.samples import ANN, NOW, conversation, effect, event, later, post, request, run, thread

T1, T2 = thread("t1").conversation, thread("t2").conversation
AFTER = later(1)
BO = Person(id="U2", name="Bo")
NOTHING = {"runs": 0, "open_runs": 0, "messages": 0, "requests": 0, "effects": 0, "posts": 0}


def full(records: Records, name: str = "t1", *, status: RunStatus = RunStatus.WORKING) -> None:
    """Record a conversation that has something of everything."""
    made = replace(run(f"r-{name}", at=name), status=status)
    records.conversations.put(conversation(name, run=made.id))
    records.runs.add(made)
    records.inbox.add(event(f"d-{name}", message="m1", at=name))
    records.inbox.keep(event(f"d-{name}", message="m1", at=name))
    asked = request(f"q-{name}", run=made.id, at=name, kind=RequestKind.APPROVAL)
    asked = replace(asked, items=asked.items[:1], may_answer=("U1",))
    records.requests.open(asked)
    records.approvals.open(asked)
    records.journal.record(made.id, [effect("e1", value="words")])
    records.outbox.add(post(f"p-{name}", at=name, run=made.id))
    records.inbox.schedule(made.conversation, kind="expiry", ref=asked.id, due_at=NOW)
    records.steering.note(replace(event("s", at=name), kind=EventKind.MUTE))
    records.audit.add(replace(ENTRY, conversation=made.conversation))


def said(records: Records, name: str, by: Person, *, delivery: str = "said") -> None:
    records.inbox.add(replace(event(delivery, at=name), person=by))


async def test_everything_of_a_conversation_is_deleted_and_its_neighbour_stays(store: Store) -> None:
    for name in ("t1", "t2"):
        await store.write(lambda records, name=name: full(records, name))  # type: ignore[misc]  # bound by default
    before = await store.read(lambda records: records.retention.holds(T2))

    deleted = await store.write(lambda records: records.retention.forget(T1))

    def look(records: Records) -> list[object]:
        gone = RunId("r-t1")
        return [
            records.conversations.get(T1),
            records.runs.get(gone),
            records.requests.get(RequestId("q-t1")),
            records.journal.effects(gone),
            records.approvals.of(gone),
            records.outbox.of(gone),
            records.inbox.due(later(1)),
            records.steering.newest(T1, EventKind.MUTE),
            records.conversations.theirs("U1", adapter="console", workspace="home")[0].conversation,
            records.retention.holds(T1),
        ]

    found = await store.read(look)
    assert deleted
    assert found == [None, None, None, [], [], [], [T2], None, T2, NOTHING]
    assert before == {"runs": 1, "open_runs": 1, "messages": 1, "requests": 1, "effects": 1, "posts": 1}
    assert await store.read(lambda records: records.retention.holds(T2)) == before


async def test_audit_log_keeps_its_facts(store: Store) -> None:
    await store.write(full)

    await store.write(lambda records: records.retention.forget(T1))

    facts = await store.read(lambda records: records.audit.of(AuditFilter(conversation=T1)))
    assert [fact.sha256 for fact in facts] == [ENTRY.sha256]


async def test_nothing_to_delete_is_told(store: Store) -> None:
    await store.write(full)

    assert await store.write(lambda records: records.retention.forget(T1))
    assert not await store.write(lambda records: records.retention.forget(T1))
    assert not await store.write(lambda records: records.retention.forget(T2))


async def test_steps_of_before_are_fenced_also_when_the_conversation_is_begun_anew(store: Store) -> None:
    await store.write(full)
    old = [await store.write(lambda records: records.conversations.raise_epoch(T1)) for _ in range(2)]

    await store.write(lambda records: records.retention.forget(T1))
    for epoch in old:
        with pytest.raises(FencedError):
            await store.read(lambda records, epoch=epoch: records.conversations.check_epoch(T1, epoch))  # type: ignore[misc]  # bound by default
    await store.write(lambda records: records.conversations.put(conversation("t1")))
    new = [await store.write(lambda records: records.conversations.raise_epoch(T1)) for _ in range(3)]

    assert set(new).isdisjoint(old)


async def test_conversation_deleted_twice_does_not_begin_again_at_an_old_epoch(store: Store) -> None:
    epochs = []
    for _ in range(3):
        await store.write(lambda records: records.conversations.put(Conversation(id=T1, team="solo", language="en")))
        epochs.append(await store.write(lambda records: records.conversations.raise_epoch(T1)))
        await store.write(lambda records: records.retention.forget(T1))

    assert epochs == sorted(set(epochs))


async def test_what_was_said_before_a_deletion_is_stopped_with_it(store: Store) -> None:
    await store.write(full)

    await store.write(lambda records: records.retention.forget(T1))

    assert await store.read(lambda records: records.steering.newest(T1, EventKind.STOP)) == NOW


async def test_deliveries_that_name_the_thread_are_forgotten_before_they_are_understood(store: Store) -> None:
    def work(records: Records) -> None:
        full(records)
        for name, at in (("ours", "t1"), ("theirs", "t2")):
            body = {"channel": "main", "thread": at, "text": "words"}
            records.deliveries.add(Delivery(adapter="console", id=name, body=body, received_at=NOW))

    await store.write(work)
    await store.write(lambda records: records.retention.forget(T1))

    left = await store.write(lambda records: records.deliveries.take("console"))
    assert [each.id for each in left] == ["theirs"]
    known = Delivery(adapter="console", id="ours", body={}, received_at=NOW)
    assert not await store.write(lambda records: records.deliveries.add(known))


async def test_person_is_found_by_what_they_began_and_by_what_they_said(store: Store) -> None:
    def work(records: Records) -> None:
        full(records, "t1")
        records.conversations.put(conversation("t2"))
        said(records, "t2", BO)
        said(records, "t3", replace(ANN, name='"person":{"id":"U2"'), delivery="lie")

    await store.write(work)

    def look(records: Records) -> list[object]:
        forgetting = records.forgetting
        people = ("U1", "U2", "U", "U_")
        return [forgetting.of_person(f"console:home:{name}", most=10) for name in people]

    t3 = thread("t3").conversation
    assert await store.read(look) == [[T1, t3], [T2], [], []]


async def test_person_is_found_in_every_workspace(store: Store) -> None:
    def work(records: Records) -> None:
        for number, place in enumerate(("discord:111:c:1", "discord:dm:c:2", "slack:111:c:3", "discord:111:c:4")):
            by = replace(ANN, id="U10" if number == 3 else "U1")
            records.runs.add(replace(run(f"r{number}"), conversation=ConversationId(place), started_by=by))
        strayed = ThreadRef.parse(ConversationId("discord:222:c:5"))
        records.inbox.add(replace(event("said"), thread=strayed))

    await store.write(work)

    def look(records: Records) -> list[list[ConversationId]]:
        return [records.forgetting.of_person(f"discord:{place}:U1", most=10) for place in ("*", "dm")]

    assert await store.read(look) == [["discord:111:c:1", "discord:dm:c:2", "discord:222:c:5"], ["discord:dm:c:2"]]


async def test_wish_with_a_condition_gives_way_to_one_without_and_can_be_withdrawn(store: Store) -> None:
    whole = ForgetWish(conversation=T1, reason=ForgetReason.PERSON, person="console:home:U1")
    conditional = ForgetWish(conversation=T1, reason=ForgetReason.OPERATOR, untouched_since=NOW)

    async def wishes() -> list[ForgetWish]:
        return await store.read(lambda records: records.forgetting.wishes(most=10))

    await store.write(lambda records: records.forgetting.wish(conditional))
    assert await wishes() == [conditional]
    await store.write(lambda records: records.forgetting.wish(whole))
    assert await wishes() == [whole]
    await store.write(lambda records: records.forgetting.withdraw(T1))
    assert await wishes() == []


async def test_conversations_that_a_person_began_are_theirs_and_those_they_joined_are_not(store: Store) -> None:
    def work(records: Records) -> None:
        full(records, "t1", status=RunStatus.COMPLETED)
        records.runs.add(replace(run("r2", at="t1"), started_by=BO))
        records.runs.add(replace(run("r3", at="t2"), started_by=BO))

    await store.write(work)

    def look(records: Records, *, within: str = "console:home:main:", before: datetime = AFTER) -> list[object]:
        began = records.forgetting.started_by
        return [began(f"console:home:{who}", within=within, before=before, most=10) for who in ("U1", "U2")]

    assert await store.read(look) == [[T1], [T2]]
    assert await store.read(lambda records: look(records, within="console:home:other:")) == [[], []]
    assert await store.read(lambda records: look(records, before=NOW)) == [[], []]


async def test_old_ones_are_those_without_a_word_since_and_without_an_open_run(store: Store) -> None:
    def work(records: Records) -> None:
        full(records, "open")
        for name, ended in (("ended", later(5)), ("later", later(50))):
            full(records, name)
            records.runs.set_status(RunId(f"r-{name}"), RunStatus.COMPLETED, at=ended)
        said(records, "strayed", ANN)

    await store.write(work)
    ended, strayed = thread("ended").conversation, thread("strayed").conversation

    def look(records: Records) -> list[object]:
        every = [thread(name).conversation for name in ("open", "ended", "later", "strayed")]
        idle = [records.retention.idle(each, later(10)) for each in every]
        return [records.retention.before(moment, most=10) for moment in (NOW, later(10))] + [idle]

    assert await store.read(look) == [[], [ended, strayed], [False, True, False, True]]
    assert await store.read(lambda records: records.retention.before(later(10), most=1)) == [ended]


async def test_conversations_are_found_by_how_their_ids_begin(store: Store) -> None:
    for name in ("t1", "t10", "u"):
        await store.write(lambda records, name=name: records.conversations.put(conversation(name)))  # type: ignore[misc]  # bound by default

    def look(records: Records) -> list[list[ConversationId]]:
        return [records.forgetting.begun(prefix, most=10) for prefix in (T1, T1[:-1], "nope")]

    assert await store.read(look) == [[T1], [T1, thread("t10").conversation], []]


async def test_wish_lasts_until_the_conversation_is_deleted_and_the_first_one_counts(store: Store) -> None:
    first = ForgetWish(conversation=T1, reason=ForgetReason.PERSON, person="console:home:U1")
    await store.write(full)
    await store.write(lambda records: records.forgetting.wish(first))
    await store.write(lambda records: records.forgetting.wish(replace(first, reason=ForgetReason.OPERATOR)))

    assert await store.read(lambda records: records.forgetting.wishes(most=10)) == [first]
    conditional = replace(first, untouched_since=NOW)
    await store.write(lambda records: records.forgetting.wish(conditional))
    assert await store.read(lambda records: records.forgetting.wishes(most=10)) == [first]
    await store.write(lambda records: records.retention.forget(T1))
    assert await store.read(lambda records: records.forgetting.wishes(most=10)) == []
