"""What every store keeps of the promises about a person's list of conversations."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import (
    Conversation,
    ConversationSummary,
    Opening,
    Person,
    RequestId,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
    ThreadRef,
)
from bot.ports import Records, Store
from tests.unit.store.samples import NOW, answer, request, run, thread

ANN, BEN = Person(id="U1", name="Ann"), Person(id="U2", name="Ben")


def works(records: Records, name: str, *, by: Person = ANN, at: ThreadRef | None = None) -> Run:
    """Record a conversation's next run; its number tells the order."""
    place = (at or thread(name)).conversation
    known = records.conversations.get(place)
    made = replace(
        run(f"r-{name}-{len(records.runs)}"), conversation=place, started_by=by, opening=Opening(text=f"\n plan {name}")
    )
    records.runs.add(made)
    records.conversations.put(replace(known or Conversation(id=place, team="solo", language="en"), run=made.id))
    return made


def asks(records: Records, of: Run, *may_answer: str) -> None:
    """Have a run wait for these people, for everybody where none is named."""
    name = ThreadRef.parse(of.conversation).thread
    asked = replace(request(f"q-{of.id}", run=of.id, at=name), may_answer=may_answer, conversation=of.conversation)
    records.requests.open(asked)
    records.runs.set_status(of.id, RunStatus.INPUT_REQUIRED)


async def theirs(store: Store, person: str = "U1", *, workspace: str = "home", limit: int = 20) -> list[str]:
    found = await store.read(
        lambda records: records.conversations.theirs(person, adapter="console", workspace=workspace, limit=limit)
    )
    return [f"{ThreadRef.parse(one.conversation).thread}{'?' if one.waiting else ''}" for one in found]


async def test_a_summary_says_how_the_latest_run_began_and_stands(store: Store) -> None:
    def work(records: Records) -> list[ConversationSummary]:
        works(records, "a")
        second = works(records, "a")
        records.runs.set_status(second.id, RunStatus.FAILED)
        return records.conversations.theirs("U1", adapter="console", workspace="home")

    assert await store.write(work) == [
        ConversationSummary(
            conversation=thread("a").conversation,
            team="solo",
            status=RunStatus.FAILED,
            waiting=False,
            title="plan a",
            started_at=NOW,
        )
    ]


async def test_those_that_wait_for_the_person_come_first_then_the_newest(store: Store) -> None:
    def work(records: Records) -> None:
        for name in ("waiting", "named", "not for them", "old", "new"):
            made = works(records, name)
            if name == "waiting":
                asks(records, made)
            elif name in ("named", "not for them"):
                asks(records, made, "U1" if name == "named" else "U2")

    await store.write(work)

    assert await theirs(store) == ["named?", "waiting?", "new", "old", "not for them"]


async def test_somebody_elses_conversation_is_listed_only_while_it_asks_this_person_by_name(store: Store) -> None:
    def work(records: Records) -> None:
        asks(records, works(records, "everybody", by=BEN))
        asks(records, works(records, "named", by=BEN), "U3", "U1", "U1")
        works(records, "theirs", by=BEN)

    await store.write(work)

    before = await theirs(store)
    named = RequestId("q-r-named-1")
    await store.write(lambda records: records.requests.close(named, RequestStatus.ANSWERED, answer()))
    assert (before, await theirs(store)) == (["named?"], [])


async def test_a_conversation_whose_latest_run_is_somebody_elses_is_theirs_no_more(store: Store) -> None:
    def work(records: Records) -> None:
        works(records, "a")
        works(records, "a", by=BEN)
        works(records, "a: with a colon")

    await store.write(work)

    assert (await theirs(store), await theirs(store, "U2")) == (["a: with a colon"], ["a"])


async def test_a_summary_says_whether_the_person_started_its_latest_run(store: Store) -> None:
    def work(records: Records) -> dict[str, bool]:
        works(records, "mine")
        asks(records, works(records, "bens", by=BEN), "U1")
        found = records.conversations.theirs("U1", adapter="console", workspace="home")
        return {ThreadRef.parse(one.conversation).thread: one.own for one in found}

    assert await store.write(work) == {"mine": True, "bens": False}


async def test_a_person_of_another_workspace_or_platform_is_somebody_else(store: Store) -> None:
    def work(records: Records) -> None:
        works(records, "a", at=replace(thread("a"), workspace="elsewhere"))
        works(records, "b", at=replace(thread("b"), adapter="slack"))

    await store.write(work)

    assert await theirs(store) == []
    assert await theirs(store, workspace="elsewhere") == ["a"]


async def test_no_more_are_listed_than_asked_for_and_one_that_waits_is_found_behind_many(store: Store) -> None:
    def work(records: Records) -> None:
        asks(records, works(records, "first"))
        for number in range(40):
            works(records, f"{number}")

    await store.write(work)

    assert await theirs(store, limit=3) == ["first?", "39", "38"]


async def test_a_second_request_with_the_same_key_names_nobody(store: Store) -> None:
    def work(records: Records) -> None:
        made = works(records, "a", by=BEN)
        asks(records, made)
        records.requests.open(replace(request("q2", run=made.id, at="a"), may_answer=("U1",)))

    await store.write(work)

    assert await theirs(store) == []


async def test_what_concerns_nobody_is_empty(store: Store) -> None:
    assert await theirs(store, "nobody") == []
    assert RunId("r") not in await theirs(store)
