"""What versions without records of approvals asked for may still run once it is approved, and nothing else does."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.domain import (
    Approval,
    ApprovalItem,
    ApprovalPolicy,
    ApprovalState,
    Claim,
    Decision,
    RequestId,
    RunId,
    Verdict,
    seal_of,
)
from bot.ports import Records, Store
from bot.store import open_store
from bot.store.upgrade import HEAD
from tests.unit.store.samples import ANN, NOW, thread
from tests.unit.store.test_upgrade import run_alembic, version_of

CONVERSATION = str(thread().conversation)
AT = NOW.isoformat(timespec="microseconds")
PENDING, APPROVED, DENIED = ApprovalState.PENDING, ApprovalState.APPROVED, ApprovalState.DENIED
YES, NO = {"verdict": "approve", "reason": ""}, {"verdict": "reject", "reason": "no"}
RUN = (
    "INSERT INTO runs (id, conversation, team, pinned, opening, started_by, language, status, stop_reason, summary,"
    " attempts, started_at) VALUES ('r1', ?, 'solo', '{}', ?, ?, 'en', ?, '\"\"', '\"\"', 0, ?)"
)
REQUEST = "INSERT INTO requests (id, run, conversation, key, status, request, answer) VALUES (?, 'r1', ?, ?, ?, ?, ?)"


def hashed(content: str) -> str:
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def old_item(content: str) -> dict[str, str]:
    return {"kind": "code", "title": "p\ud800ython", "content": content, "sha256": hashed(content)}


def asked(contents: Sequence[str], **more: Any) -> dict[str, Any]:
    """Return an approval as those versions wrote it."""
    return {
        "id": "q1",
        "run": "r1",
        "conversation": CONVERSATION,
        "key": "k",
        "kind": "approval",
        "agent": "runner",
        "prompt": "Approve this code",
        "items": [old_item(content) for content in contents],
        "may_answer": [],
        "opened_at": AT,
        "expires_at": AT,
        **more,
    }


def answer(*decisions: Mapping[str, Any], text: str = "") -> dict[str, Any]:
    by = {"id": "U1", "name": "Ann", "language": "en"}
    return {"text": text, "decisions": list(decisions), "attachments": [], "by": by, "at": AT}


def made(
    path: Path,
    request: Mapping[str, Any],
    *,
    version: str = "0003",
    status: str = "open",
    given: Mapping[str, Any] | None = None,
    run: str = "input_required",
) -> Store:
    """Open a database of an older version with one request."""
    run_alembic(path, version)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            RUN, [CONVERSATION, json.dumps({"text": "x"}), json.dumps({"id": "U1", "name": "Ann"}), run, AT]
        )
        answered = None if given is None else json.dumps(given)
        database.execute(REQUEST, ["q1", CONVERSATION, "k", status, json.dumps(request), answered])
        text = json.dumps({**request, "kind": "text", "items": []})
        database.execute(REQUEST, ["q0", CONVERSATION, "j", "answered", text, json.dumps(answer(text="hello"))])
    return open_store(path)


async def approvals(store: Store) -> list[Approval]:
    found = await store.read(lambda records: records.approvals.of(RunId("r1")))
    await store.close()
    return found


def claim(content: str, place: int = 0) -> Claim:
    """Return what this version claims: with a seal, of more than was recorded then."""
    item = ApprovalItem(
        kind="code", title="p\ud800ython", content=content, sha256=hashed(content), limits={"timeout": 60}
    )
    return Claim(
        effect="e",
        request=RequestId("q1"),
        place=place,
        kind="code",
        title=item.title,
        sha256=item.sha256,
        seal=seal_of(item),
        policy=ApprovalPolicy.ALWAYS,
    )


@pytest.mark.parametrize("version", ["0001", "0002", "0003"])
async def test_what_waits_for_a_decision_is_approved_and_run_as_ever(tmp_path: Path, version: str) -> None:
    path = tmp_path / "x.db"
    store = await asyncio.to_thread(made, path, asked(["one 好\ud800", "two"]), version=version)

    def work(records: Records) -> list[object]:
        before = [each.state for each in records.approvals.of(RunId("r1"))]
        request = records.requests.get(RequestId("q1"))
        assert request is not None
        yes, changed = Decision(verdict=Verdict.APPROVE), Decision(verdict=Verdict.APPROVE, content="three")
        records.approvals.decide(request, [yes, changed], ANN, NOW)
        wanted = [claim("other"), claim("one 好\ud800"), claim("one 好\ud800"), claim("two", 1), claim("three", 1)]
        return [before, request.nonce, request.deciders, [records.approvals.claim(RunId("r1"), one) for one in wanted]]

    assert await store.write(work) == [[PENDING, PENDING], "", (), [False, True, False, False, True]]
    await store.close()
    assert (version_of(path), version_of(path.with_name(f"x.db.before-{HEAD}.bak"))) == (HEAD, version)


async def test_what_was_decided_of_an_open_approval_stays_decided(tmp_path: Path) -> None:
    decided = [YES, None, NO, {**YES, "content": "changed"}]
    request = asked(["one", "two", "three", "four"], decided=decided)
    found = await approvals(await asyncio.to_thread(made, tmp_path / "x.db", request))

    assert [(each.place, each.state, each.sha256) for each in found] == [
        (0, APPROVED, hashed("one")),
        (1, PENDING, hashed("two")),
        (2, DENIED, hashed("three")),
        (3, ApprovalState.REPLACED, hashed("four")),
        (3, APPROVED, hashed("changed")),
    ]
    assert {(each.seal, each.policy, each.kind, each.title) for each in found} == {
        ("", ApprovalPolicy.ALWAYS, "code", "p\ud800ython")
    }


async def test_what_was_approved_and_had_not_run_yet_may_run(tmp_path: Path) -> None:
    given = answer(YES, {**YES, "content": "changed"}, {**YES, "content": "three"}, NO)
    request = asked(["one", "two", "three", "four"])
    store = await asyncio.to_thread(made, tmp_path / "x.db", request, status="answered", given=given, run="working")
    found = await approvals(store)

    assert [(each.place, each.state, each.sha256, each.by, each.decided_at) for each in found] == [
        (0, APPROVED, hashed("one"), "U1", NOW),
        (1, ApprovalState.REPLACED, hashed("two"), "U1", NOW),
        (1, APPROVED, hashed("changed"), "U1", NOW),
        (2, APPROVED, hashed("three"), "U1", NOW),
        (3, DENIED, hashed("four"), "U1", NOW),
    ]


@pytest.mark.parametrize(
    ("status", "given"),
    [
        ("answered", answer(text="use another library")),
        ("answered", answer(text="exit")),
        ("expired", answer(NO)),
        ("expired", answer(YES)),
    ],
    ids=["feedback", "exit", "expired", "an odd expiry"],
)
async def test_what_was_not_approved_does_not_run(tmp_path: Path, status: str, given: Mapping[str, Any]) -> None:
    store = await asyncio.to_thread(made, tmp_path / "x.db", asked(["one"]), status=status, given=given, run="working")

    assert [each.state for each in await approvals(store)] == [DENIED]


@pytest.mark.parametrize(
    ("status", "run"), [("cancelled", "working"), ("answered", "completed"), ("open", "cancelled")]
)
async def test_what_is_over_needs_no_record(tmp_path: Path, status: str, run: str) -> None:
    given = answer(YES) if status == "answered" else None
    store = await asyncio.to_thread(made, tmp_path / "x.db", asked(["one"]), status=status, given=given, run=run)

    assert await approvals(store) == []
