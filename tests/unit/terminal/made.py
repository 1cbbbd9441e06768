"""Values that the terminal's tests start from."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from adapters.console.talk import Talk
from bot.domain import (
    Accepted,
    ApprovalItem,
    Conversation,
    ConversationId,
    Delivery,
    Event,
    InputRequest,
    Person,
    Post,
    PostKind,
    Receipt,
    RequestId,
    RequestKind,
    RunId,
    RunStatus,
    TeamSummary,
    ThreadRef,
    Turn,
    TurnKind,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
THREAD = ThreadRef(adapter="console", workspace="local", channel="terminal", thread="k3f9q2")
TEAMS = [TeamSummary(name="solo", description="One assistant and you.", kind="two_agent", agents=("a",), source="x")]


class FakeInbox:
    """Takes everything and answers with these outcomes, the last one for ever."""

    def __init__(self, *outcomes: Accepted, text: str = "") -> None:
        self.events: list[Event] = []
        self._outcomes = list(outcomes) or [Accepted.STARTED]
        self._text = text

    async def accept(self, event: Event) -> Receipt:
        self.events.append(event)
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        return Receipt(outcome=outcome, conversation=THREAD.conversation, text=self._text)

    async def receive(self, delivery: Delivery) -> bool:
        raise AssertionError("a terminal hands in what it understands already")

    async def places(self, adapter: str) -> dict[str, int]:
        return {}

    async def note(self, adapter: str, place: str, position: int) -> None:
        raise AssertionError("nothing is caught up here")

    async def leave(self, adapter: str, place: str) -> None:
        raise AssertionError("nothing is caught up here")

    async def unhandled(self, adapter: str) -> list[Delivery]:
        return []

    async def conversation(self, thread: ThreadRef) -> Conversation | None:
        return None

    async def handled(self, delivery: Delivery) -> None:
        raise AssertionError("a terminal hands in what it understands already")


def talk(inbox: FakeInbox | None = None, *, team: str | None = None) -> Talk:
    made = Talk(
        THREAD,
        Person(id="1000", name="ada"),
        language="en",
        team=team,
        now=lambda: NOW,
        teams=lambda: TEAMS,
    )
    made.inbox = inbox
    return made


def item(content: str, kind: str = "code", title: str = "python") -> ApprovalItem:
    return ApprovalItem(kind=kind, title=title, content=content, sha256=hashlib.sha256(content.encode()).hexdigest())


def request(kind: RequestKind = RequestKind.TEXT, **facts: Any) -> InputRequest:
    given = {"id": RequestId("q1"), "agent": "user", "key": "k", "prompt": "", **facts}
    return InputRequest(
        run=RunId("r1"),
        conversation=ConversationId(str(THREAD)),
        kind=kind,
        opened_at=NOW,
        expires_at=NOW,
        **given,
    )


def turn(text: str, kind: TurnKind = TurnKind.TEXT, **facts: Any) -> Turn:
    return Turn(path="", n=0, kind=kind, agent=facts.pop("agent", "coder"), text=text, **facts)


def post(kind: PostKind, key: str = "p", **facts: Any) -> Post:
    return Post(key=key, kind=kind, thread=facts.pop("thread", THREAD), language="en", **facts)


def asked(text: str = "May it run?", key: str = "q", **facts: Any) -> Post:
    return post(PostKind.REQUEST, key, request=request(**facts), text=text)


def ended(status: RunStatus = RunStatus.COMPLETED, text: str = "The run is completed.") -> Post:
    return post(PostKind.ENDED, "end", status=status, text=text)


def said(text: str, key: str = "t") -> Post:
    return post(PostKind.TURN, key, turn=turn(text))
