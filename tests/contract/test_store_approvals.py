"""What every store keeps of the promises about what was approved and what of it was begun."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from bot.domain import (
    Approval,
    ApprovalItem,
    ApprovalPolicy,
    ApprovalState,
    Claim,
    Decision,
    InputRequest,
    RequestKind,
    RunId,
    RunStatus,
    Verdict,
    seal_of,
)
from bot.ports import Records, Store
from tests.unit.store.samples import ANN, NOW, begin, request

ALWAYS, ONCE_RUN, ONCE_CODE = ApprovalPolicy.ALWAYS, ApprovalPolicy.ONCE_PER_RUN, ApprovalPolicy.ONCE_PER_CODE
PENDING, APPROVED, DENIED = ApprovalState.PENDING, ApprovalState.APPROVED, ApprovalState.DENIED
REPLACED, CLAIMED, DONE = ApprovalState.REPLACED, ApprovalState.CLAIMED, ApprovalState.DONE
YES, NO = Decision(verdict=Verdict.APPROVE), Decision(verdict=Verdict.REJECT)
R1 = RunId("r1")


def item(content: str = "print(1)", *, title: str = "python", kind: str = "code", **more: object) -> ApprovalItem:
    hashed = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    made = ApprovalItem(kind=kind, title=title, content=content, sha256=hashed)
    made = replace(made, files=("a.csv",) if kind == "code" else ())
    made = replace(made, **more)  # type: ignore[arg-type] # fields by name
    return replace(made, seal=seal_of(made))


def asked(*items: ApprovalItem, name: str = "q1") -> InputRequest:
    return replace(request(name, key=f"k/{name}", kind=RequestKind.APPROVAL), items=items)


def claim(of: ApprovalItem, *, place: int = 0, name: str = "q1", effect: str = "e1") -> Claim:
    return Claim(
        effect=effect,
        request=asked(name=name).id,
        place=place,
        kind=of.kind,
        title=of.title,
        sha256=of.sha256,
        seal=of.seal,
        policy=of.policy,
    )


def opened(records: Records, *items: ApprovalItem, name: str = "q1") -> InputRequest:
    if name == "q1":
        begin(records)
    made = asked(*items, name=name)
    records.approvals.open(made)
    return made


def approved(records: Records, *items: ApprovalItem, name: str = "q1") -> InputRequest:
    made = opened(records, *items, name=name)
    records.approvals.decide(made, [YES] * len(items), ANN, NOW)
    return made


def states(found: list[Approval]) -> list[ApprovalState]:
    return [each.state for each in found]


async def test_items_are_pending_until_they_are_decided_and_opening_again_changes_nothing(store: Store) -> None:
    first, second = item("one 好\ud800"), item("two", title="s\ud800h\x00")

    def work(records: Records) -> list[Approval]:
        made = opened(records, first, second)
        records.approvals.decide(made, [YES, None], ANN, NOW)
        records.approvals.open(made)
        return records.approvals.of(R1)

    one, two = await store.write(work)
    assert (one.state, one.by, one.decided_at, one.sha256, one.seal) == (APPROVED, "U1", NOW, first.sha256, first.seal)
    assert (two.state, two.by, two.decided_at, two.title, two.claims) == (PENDING, "", None, second.title, 0)


async def test_what_was_decided_once_is_not_decided_again(store: Store) -> None:
    def work(records: Records) -> list[ApprovalState]:
        made = opened(records, item("one"), item("two"))
        for decisions in ([NO, YES], [YES, NO]):
            records.approvals.decide(made, decisions, ANN, NOW)
        return states(records.approvals.of(R1))

    assert await store.write(work) == [DENIED, APPROVED]


async def test_other_content_is_approved_in_a_record_of_its_own_and_the_old_one_runs_no_more(store: Store) -> None:
    old, new = item("rm -r x"), item("ls x")

    def work(records: Records) -> tuple[list[Approval], list[bool]]:
        made = opened(records, old)
        for content in ("ls x", "ls y"):
            records.approvals.decide(made, [replace(YES, content=content)], ANN, NOW)
        found = records.approvals.of(R1)
        return found, [records.approvals.claim(R1, claim(each)) for each in (old, item("ls y"), new, new)]

    found, ran = await store.write(work)
    assert [(each.sha256, each.seal, each.state) for each in found] == [
        (old.sha256, old.seal, REPLACED),
        (new.sha256, new.seal, APPROVED),
    ]
    assert ran == [False, False, True, False]


async def test_content_that_a_person_rejected_with_a_change_is_not_approved(store: Store) -> None:
    def work(records: Records) -> list[ApprovalState]:
        made = opened(records, item())
        records.approvals.decide(made, [replace(NO, content="other")], ANN, NOW)
        return states(records.approvals.of(R1))

    assert await store.write(work) == [DENIED]


async def test_what_ended_without_an_answer_is_denied_also_what_was_approved_of_it_so_far(store: Store) -> None:
    def work(records: Records) -> tuple[list[ApprovalState], bool]:
        made = opened(records, item("one"), item("two"))
        records.approvals.decide(made, [YES, None], ANN, NOW)
        records.approvals.void(made, NOW)
        ran = records.approvals.claim(R1, claim(item("one")))
        records.approvals.decide(made, [YES, YES], ANN, NOW)
        return states(records.approvals.of(R1)), ran

    assert await store.write(work) == ([DENIED, DENIED], False)


async def test_what_runs_is_not_undone_by_the_end_of_its_run(store: Store) -> None:
    def work(records: Records) -> list[ApprovalState]:
        made = approved(records, item())
        records.approvals.claim(R1, claim(item()))
        records.approvals.void(made, NOW)
        return states(records.approvals.of(R1))

    assert await store.write(work) == [CLAIMED]


@pytest.mark.parametrize("status", [RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED])
async def test_in_a_run_that_has_ended_nothing_begins(store: Store, status: RunStatus) -> None:
    def work(records: Records) -> tuple[bool, list[ApprovalState]]:
        approved(records, item())
        records.runs.set_status(R1, status)
        return records.approvals.claim(R1, claim(item())), states(records.approvals.of(R1))

    assert await store.write(work) == (False, [APPROVED])


async def test_an_approval_is_claimed_once_and_done_by_the_effect_that_claimed_it(store: Store) -> None:
    def work(records: Records) -> list[object]:
        approved(records, item())
        before = records.approvals.claim(R1, claim(item(), effect="e1"))
        again = records.approvals.claim(R1, claim(item(), effect="e2"))
        records.approvals.done(R1, "e2")
        begun = states(records.approvals.of(R1))
        records.approvals.done(R1, "e1")
        (record,) = records.approvals.of(R1)
        return [before, again, begun, record.state, record.claims, records.approvals.claim(R1, claim(item()))]

    assert await store.write(work) == [True, False, [CLAIMED], DONE, 1, False]


@pytest.mark.parametrize(
    "other",
    [
        replace(claim(item()), sha256=item("print(2)").sha256),
        replace(claim(item()), seal=item(files=("b.csv",)).seal),
        replace(claim(item()), seal=""),
        replace(claim(item()), title="sh"),
        replace(claim(item()), kind="tool"),
        replace(claim(item()), place=1),
        replace(claim(item()), request=request("q2").id),
        replace(claim(item()), policy=ONCE_RUN),
        replace(claim(item()), policy=ONCE_CODE),
        replace(claim(item()), policy=ApprovalPolicy.NEVER),
    ],
    ids=["bytes", "seal", "no seal", "title", "kind", "place", "request", "once_per_run", "once_per_code", "never"],
)
async def test_an_approval_covers_exactly_what_was_approved(store: Store, other: Claim) -> None:
    def work(records: Records) -> tuple[bool, bool, bool]:
        approved(records, item())
        claims = records.approvals.claim
        return claims(R1, other), claims(RunId("r2"), claim(item())), claims(R1, claim(item()))

    assert await store.write(work) == (False, False, True)


async def test_records_of_versions_without_seals_cover_their_bytes(store: Store) -> None:
    old = replace(item(), seal="")

    def work(records: Records) -> list[bool]:
        made = opened(records, old, replace(item("two"), seal=""))
        records.approvals.decide(made, [YES, replace(YES, content="three")], ANN, NOW)
        wanted = [claim(item("four")), claim(item()), claim(item("two"), place=1), claim(item("three"), place=1)]
        return [records.approvals.claim(R1, each) for each in wanted]

    assert await store.write(work) == [False, True, False, True]


async def test_once_per_code_covers_the_same_bytes_with_the_same_files_and_limits_again(store: Store) -> None:
    once = item(policy=ONCE_CODE, hashes=("1" * 64,))
    others = [
        item("print(2)", policy=ONCE_CODE, hashes=once.hashes),
        item(title="sh", policy=ONCE_CODE, hashes=once.hashes),
        item(policy=ONCE_CODE, hashes=("2" * 64,)),
        item(policy=ONCE_CODE, hashes=("1" * 64, "2" * 64), files=("a.csv", "b.csv")),
        item(policy=ONCE_CODE, hashes=once.hashes, limits={"timeout": 5}),
    ]

    def work(records: Records) -> tuple[list[bool], int]:
        approved(records, once)
        wanted = [*others, once, once, *others, once]
        ran = [records.approvals.claim(R1, claim(each, effect=f"e{n}")) for n, each in enumerate(wanted)]
        return ran, records.approvals.of(R1)[0].claims

    assert await store.write(work) == ([*[False] * 5, True, True, *[False] * 5, True], 3)


async def test_once_per_run_covers_all_code_once_what_was_approved_has_begun(store: Store) -> None:
    once, other = item(policy=ONCE_RUN), item("print(2)", title="sh", policy=ONCE_RUN)

    def work(records: Records) -> list[bool]:
        approved(records, once)
        return [records.approvals.claim(R1, claim(each)) for each in (other, once, other, once)]

    assert await store.write(work) == [False, True, True, True]


async def test_once_per_run_of_a_tool_covers_no_other_tool(store: Store) -> None:
    def tool(name: str, content: str = "{}") -> ApprovalItem:
        return item(content, title=name, kind="tool", policy=ONCE_RUN)

    def work(records: Records) -> list[bool]:
        approved(records, tool("mail"))
        return [records.approvals.claim(R1, claim(each)) for each in (tool("mail"), tool("mail", "[]"), tool("pay"))]

    assert await store.write(work) == [True, True, False]


@pytest.mark.parametrize("policy", [ALWAYS, ONCE_RUN, ONCE_CODE])
@pytest.mark.parametrize("decision", [NO, None])
async def test_what_nobody_approved_does_not_run(
    store: Store, policy: ApprovalPolicy, decision: Decision | None
) -> None:
    def work(records: Records) -> bool:
        made = opened(records, item(policy=policy))
        records.approvals.decide(made, [decision], ANN, NOW)
        return records.approvals.claim(R1, claim(item(policy=policy)))

    assert await store.write(work) is False
