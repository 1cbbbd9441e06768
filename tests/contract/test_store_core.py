"""What the core's own use of the store relies on, over all stores."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import Answer, Conversation, Decision, RequestId, RequestKind, RequestStatus, RunStatus, Verdict
from bot.ports import Records, Store
from tests.fakes import ANNA, START, Thread
from tests.unit.core.asked import TOOL, question, run_that_is

YES = Decision(verdict=Verdict.APPROVE)
CARD = question(RequestKind.APPROVAL, items=(TOOL, TOOL))


def open_card(records: Records) -> None:
    run = run_that_is(RunStatus.INPUT_REQUIRED)
    records.conversations.put(Conversation(id=run.conversation, team="t", language="en"))
    records.runs.add(run)
    records.requests.open(CARD)


async def test_what_is_decided_so_far_is_remembered_while_the_request_is_open(store: Store) -> None:
    def decide(records: Records) -> None:
        open_card(records)
        records.requests.decide(CARD.id, (YES, None))

    await store.write(decide)

    assert await store.read(lambda records: records.requests.get(CARD.id)) == replace(CARD, decided=(YES, None))


async def test_what_nobody_could_be_shown_is_remembered_beside_what_is_decided(store: Store) -> None:
    def hide(records: Records) -> None:
        open_card(records)
        records.requests.decide(CARD.id, unseen=[2])
        records.requests.decide(CARD.id, (YES, None))
        records.requests.decide(CARD.id, unseen=(2, 1))
        records.requests.decide(RequestId("unknown"), unseen=(1,))

    await store.write(hide)

    found = await store.read(lambda records: records.requests.get(CARD.id))
    assert found == replace(CARD, decided=(YES, None), unseen=(1, 2))


async def test_closed_request_is_decided_no_further(store: Store) -> None:
    answer = Answer(decisions=(YES, YES), by=ANNA, at=START)

    def decide(records: Records) -> None:
        open_card(records)
        records.requests.close(CARD.id, RequestStatus.ANSWERED, answer)
        records.requests.decide(CARD.id, (YES, None))
        records.requests.decide(CARD.id, unseen=(1,))

    await store.write(decide)

    found = await store.read(lambda records: records.requests.get(CARD.id))
    assert found == replace(CARD, status=RequestStatus.ANSWERED, answer=answer)


async def test_message_that_was_taken_but_not_used_is_kept_again_in_its_old_place(store: Store) -> None:
    thread = Thread()
    first, second = thread.event("first"), thread.event("second")

    def keep(records: Records) -> list[str]:
        for event in (first, second):
            records.inbox.add(event)
            records.inbox.keep(event)
        records.inbox.take_kept(thread.ref.conversation)
        records.inbox.keep(second)
        records.inbox.keep(first)
        return [event.text for event in records.inbox.take_kept(thread.ref.conversation)]

    assert await store.write(keep) == ["first", "second"]
