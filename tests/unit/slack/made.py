"""Values that Slack's tests start from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.slack.rendering.modals import Origin
from bot.domain import (
    Answer,
    ApprovalItem,
    ConversationId,
    Decision,
    InputRequest,
    Person,
    Post,
    PostKind,
    RequestId,
    RequestKind,
    RequestStatus,
    RunId,
    ThreadRef,
    Turn,
    TurnKind,
    Verdict,
)

NOW = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
THREAD = ThreadRef(adapter="slack", workspace="T1", channel="C1", thread="1767258000.000100")
ADA = Person(id="U1", name="Ada")
YES = Decision(verdict=Verdict.APPROVE)
NO = Decision(verdict=Verdict.REJECT, reason="it deletes files")


def item(content: str, kind: str = "code", title: str = "python") -> ApprovalItem:
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return ApprovalItem(kind=kind, title=title, content=content, sha256=digest)


def request(kind: RequestKind = RequestKind.TEXT, **facts: Any) -> InputRequest:
    return InputRequest(
        kind=kind,
        run=RunId("r1"),
        conversation=ConversationId(str(THREAD)),
        opened_at=NOW,
        expires_at=NOW + timedelta(days=3),
        **{"id": RequestId("0123456789abcdef0123"), "agent": "coder", "key": "k", "prompt": "", **facts},
    )


def approval(*items: ApprovalItem, **facts: Any) -> InputRequest:
    return request(RequestKind.APPROVAL, items=items, **facts)


def answered(asked: InputRequest, *decisions: Decision, text: str = "") -> InputRequest:
    answer = Answer(text=text, decisions=decisions, by=ADA, at=NOW)
    return replace(asked, status=RequestStatus.ANSWERED, answer=answer)


def turn(text: str, kind: TurnKind = TurnKind.TEXT, **facts: Any) -> Turn:
    return Turn(**{"path": "", "n": 3, "agent": "coder", "kind": kind, "text": text, **facts})


def post(kind: PostKind = PostKind.TURN, **facts: Any) -> Post:
    return Post(**{"key": "r1//3", "kind": kind, "thread": THREAD, "language": "en", **facts})


def said(text: str, **facts: Any) -> Post:
    return post(turn=turn(text, **facts))


def origin() -> Origin:
    return Origin(channel="C1", message="1767258001.000100", thread=THREAD.thread, author="U2")
