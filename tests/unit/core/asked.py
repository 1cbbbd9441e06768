"""Runs that wait, questions, and what an event means to them: what tests of the core's decisions share."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain import (
    ApprovalItem,
    Attachment,
    Decision,
    EventKind,
    InputRequest,
    Opening,
    Person,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
    Verdict,
)
from bot.inbox.access import Access
from bot.inbox.meaning import decide
from bot.inbox.meant import Meaning
from bot.permissions import Permissions
from tests.fakes import ANNA, START, Thread

THREAD = Thread()
CODE = ApprovalItem(kind="code", title="python", content="print(1)", sha256="0")
TOOL = ApprovalItem(kind="tool", title="send", content="{}", sha256="1")
YES = Decision(verdict=Verdict.APPROVE)
NO = Decision(verdict=Verdict.REJECT)
CHANGED = Decision(verdict=Verdict.APPROVE, content=" print(2)\n")
FILE = Attachment(name="a.csv", media_type="text/csv", data=b"1")


def run_that_is(status: RunStatus) -> Run:
    return Run(
        id=RunId("r"),
        conversation=THREAD.ref.conversation,
        team="t",
        pinned={},
        opening=Opening(text="hi"),
        started_by=ANNA,
        language="en",
        status=status,
        started_at=START,
    )


def question(kind: RequestKind = RequestKind.TEXT, name: str = "q", **facts: Any) -> InputRequest:
    asked = InputRequest(
        id=RequestId(name),
        run=RunId("r"),
        conversation=THREAD.ref.conversation,
        key=name,
        kind=kind,
        agent="you",
        prompt="?",
        opened_at=START,
        expires_at=START + timedelta(days=1),
    )
    return replace(asked, **facts)


def access_of(person: Person, permissions: Permissions | None = None, *, starter: str | None = ANNA.id) -> Access:
    rules = permissions or Permissions()
    return Access(permissions=rules, person=person, thread=THREAD.ref, team="t", starter=starter)


def meaning(
    text: str,
    *waiting: InputRequest,
    status: RunStatus = RunStatus.INPUT_REQUIRED,
    permissions: Permissions | None = None,
    **facts: Any,
) -> Meaning:
    event = replace(THREAD.event(text), **facts)
    named = next((request for request in waiting if request.id == event.request), None)
    waiting = tuple(request for request in waiting if request.status is RequestStatus.OPEN)
    access = access_of(event.person, permissions)
    return decide(event, run=run_that_is(status), waiting=waiting, named=named, now=START, access=access)


def pressed(card: InputRequest, *decisions: Decision | None) -> Meaning:
    return meaning("", card, kind=EventKind.DECISION, request=RequestId("q"), decisions=decisions)
