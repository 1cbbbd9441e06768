"""Values of the domain that tests of the store record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain import (
    Answer,
    ApprovalItem,
    Attachment,
    Conversation,
    Decision,
    Effect,
    EffectState,
    Event,
    EventKind,
    InputRequest,
    Json,
    Opening,
    Person,
    Post,
    PostKind,
    RequestId,
    RequestKind,
    Run,
    RunId,
    RunStatus,
    ThreadRef,
    Turn,
    TurnKind,
    Verdict,
)
from bot.ports import Records

NOW = datetime(2026, 3, 1, 12, 30, 15, 250, tzinfo=UTC)
ANN = Person(id="U1", name="Ann", language="en")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def thread(name: str = "t1") -> ThreadRef:
    return ThreadRef(adapter="console", workspace="home", channel="main", thread=name)


def event(delivery: str, *, message: str | None = None, text: str = "hello", at: str = "t1") -> Event:
    return Event(
        kind=EventKind.MESSAGE, delivery=delivery, thread=thread(at), person=ANN, at=NOW, message=message, text=text
    )


def conversation(name: str = "t1", *, run: str | None = None, team: str = "solo") -> Conversation:
    return Conversation(id=thread(name).conversation, team=team, language="en", run=None if run is None else RunId(run))


def run(name: str = "r1", *, at: str = "t1", status: RunStatus = RunStatus.WORKING) -> Run:
    return Run(
        id=RunId(name),
        conversation=thread(at).conversation,
        team="solo",
        pinned={"agents": [{"name": "计划", "temperature": 0.1}]},
        opening=Opening(text="plan a trip", attachments=(Attachment(name="a", media_type="b", data=b"\x00\xff"),)),
        started_by=ANN,
        language="en",
        status=status,
        started_at=NOW,
    )


def effect(key: str, *, value: object = None, state: EffectState = EffectState.DONE, completed: int = 1) -> Effect:
    done = state is EffectState.DONE
    return Effect(
        key=key,
        kind="model",
        request="hash",
        state=state,
        value=value,
        completed=completed if done else 0,
        started_at=NOW,
        ended_at=later(1) if done else None,
    )


def post(key: str, *, at: str = "t1", run: str | None = "r1") -> Post:
    turn = Turn(path="main", n=1, kind=TurnKind.TEXT, agent="planner", text="go by train")
    return Post(
        key=key,
        kind=PostKind.TURN,
        thread=thread(at),
        language="en",
        run=None if run is None else RunId(run),
        turn=turn,
    )


def request(
    name: str = "q1",
    *,
    run: str = "r1",
    key: str = "main/human/person/1",
    at: str = "t1",
    kind: RequestKind = RequestKind.TEXT,
) -> InputRequest:
    items = (ApprovalItem(kind="code", title="python", content="print(1)", sha256="00"),) * 2
    return InputRequest(
        id=RequestId(name),
        run=RunId(run),
        conversation=thread(at).conversation,
        key=key,
        kind=kind,
        agent="planner",
        prompt="Feedback?",
        items=items if kind is RequestKind.APPROVAL else (),
        opened_at=NOW,
        expires_at=later(3600),
    )


def answer(text: str = "yes") -> Answer:
    return Answer(text=text, decisions=(Decision(verdict=Verdict.APPROVE),), by=ANN, at=later(5))


def begin(records: Records, name: str = "r1", at: str = "t1") -> None:
    """Record a conversation with a working run."""
    records.conversations.put(conversation(at, run=name))
    records.runs.add(run(name, at=at))


def big_value(size: int) -> Json:
    return {"content": "汉" * (size // 3)}
