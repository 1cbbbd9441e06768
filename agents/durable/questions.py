"""Questions to people: recorded, then the chat unwinds; answered, the replay returns the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from agents.content import Readers
from agents.durable.files import decode_files, encode_files
from agents.durable.parking import Parking
from agents.durable.recorder import Recorder
from agents.durable.requests import digest
from agents.durable.signals import NeedHuman
from agents.durable.turns import Turns
from bot.domain import (
    Answer,
    ApprovalItem,
    ApprovalPolicy,
    Decision,
    Effect,
    EffectState,
    InputRequest,
    Person,
    RequestId,
    RequestKind,
    Run,
    Verdict,
)
from bot.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What of a team's effects a person must approve, and who may answer until when."""

    code: ApprovalPolicy = ApprovalPolicy.NEVER
    """Of code."""
    tools: Mapping[str, ApprovalPolicy] = field(default_factory=dict)
    """By the tool's name; `*`: of all others. What it does not name wants no approval."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """What the run's box allows, by the names of team files: part of what is approved of code."""
    images: bool = True
    """Whether images that people attach to answers are given to the models."""
    why_blind: str = ""
    """Why they are not, in words for agents; empty: not said."""
    readers: Readers | None = None
    """Who reads what people attach; None: as runs were told that began before that was asked."""
    history: Literal["compact", "trim"] = "compact"
    """What becomes of old turns that no longer fit a model's context: a summary of them, or nothing."""
    may_answer: tuple[str, ...] = ()
    """Ids of persons; empty: everybody in the thread."""
    expires: timedelta = field(default=timedelta(days=30))
    """How long a question stays open."""

    def of_tool(self, tool: str) -> ApprovalPolicy:
        """Return how often people are asked before a tool is called."""
        return self.tools.get(tool, self.tools.get("*", ApprovalPolicy.NEVER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, before it has an id and a deadline."""

    kind: RequestKind
    agent: str
    prompt: str
    choices: tuple[str, ...] = ()
    items: tuple[ApprovalItem, ...] = ()
    empty_runs: str = ""
    asker: str = ""

    @property
    def hash(self) -> str:
        """Hash of what is asked: the answer to one question never answers another."""
        return digest([self.prompt, list(self.choices), [item.sha256 for item in self.items]])


class Questions:
    """The questions of one run during one step."""

    def __init__(
        self, run: Run, recorder: Recorder, turns: Turns, policy: Policy, clock: Clock, parking: Parking
    ) -> None:
        self._parking = parking
        self._run = run
        self._recorder = recorder
        self._turns = turns
        self._policy = policy
        self._clock = clock

    async def ask(self, question: Question) -> Answer:
        """Return the answer, or record the question and unwind.

        Raises:
            NeedHuman: The question is open and durable.
        """
        effect, answer = self._look_up(question)
        if effect.state is EffectState.DONE:
            await self._recorder.in_order(effect)
            return decode_answer(effect.value)
        if answer is None:
            await self._recorder.flush()
            answer = self._recorder.answers.get(effect.key)
        if answer is None:
            answer = await self._parking.park(request_id(self._run, effect.key))
            self._recorder.answers[effect.key] = answer
        await self._recorder.caught_up()
        self._recorder.done(effect, encode_answer(answer))
        return answer

    def ask_now(self, question: Question) -> Answer:
        """Do as `ask` does where AutoGen cannot await; the question is made durable while the chat unwinds."""
        effect, answer = self._look_up(question)
        if effect.state is EffectState.DONE:
            return decode_answer(effect.value)
        if answer is None:
            raise NeedHuman
        answer = numbered(answer, question.choices)
        self._recorder.add(
            Effect(
                key=effect.key,
                kind=effect.kind,
                request=effect.request,
                state=EffectState.DONE,
                value=encode_answer(answer),
                started_at=effect.started_at,
                ended_at=self._clock.now(),
            )
        )
        return answer

    def _look_up(self, question: Question) -> tuple[Effect, Answer | None]:
        kind = "approval" if question.kind is RequestKind.APPROVAL else "human"
        key = self._recorder.key(kind, question.agent)
        asked = question.hash
        effect = self._recorder.known(key, asked) or self._recorder.begun(key, kind, asked)
        answer = self._recorder.answers.get(key)
        # Also in a replay: it must number the turns as the first time.
        self._turns.unfold()
        if answer is None and effect.state is not EffectState.DONE and key not in self._recorder.recorded.requests:
            self._recorder.request(self._request(key, question), effect)
        return effect, answer

    def _request(self, key: str, question: Question) -> InputRequest:
        now = self._clock.now()
        return InputRequest(
            id=request_id(self._run, key),
            run=self._run.id,
            conversation=self._run.conversation,
            key=key,
            kind=question.kind,
            agent=question.agent,
            prompt=question.prompt,
            choices=question.choices,
            items=question.items,
            empty_runs=question.empty_runs,
            asker=question.asker,
            may_answer=self._policy.may_answer,
            opened_at=now,
            expires_at=now + self._policy.expires,
        )


def numbered(answer: Answer, choices: tuple[str, ...]) -> Answer:
    """Return the choice as AutoGen reads it: by its number, where people are given the option's own words."""
    return replace(answer, text=str(choices.index(answer.text) + 1)) if answer.text in choices else answer


def request_id(run: Run, key: str) -> RequestId:
    """Return the id of a question: short, as platforms limit what a button carries, and the same after a crash."""
    return RequestId(hashlib.sha256(f"{run.id}/{key}".encode()).hexdigest()[:20])


def encode_answer(answer: Answer) -> dict[str, Any]:
    """Return the answer as the journal keeps it."""
    return {
        "text": answer.text,
        "decisions": [_encoded(decision) for decision in answer.decisions],
        "files": encode_files(answer.attachments),
        "by": None if answer.by is None else [answer.by.id, answer.by.name],
        "at": answer.at.isoformat(),
    }


def decode_answer(value: dict[str, Any]) -> Answer:
    """Return the answer that the journal keeps."""
    by = value["by"]
    return Answer(
        text=value["text"],
        decisions=tuple(_decoded(*decision) for decision in value["decisions"]),
        attachments=decode_files(value["files"]),
        by=None if by is None else Person(id=by[0], name=by[1]),
        at=datetime.fromisoformat(value["at"]),
    )


def _encoded(decision: Decision) -> list[str]:
    """Return a decision as the journal keeps it; its third part is there only where a person changed what runs."""
    changed = [] if decision.content is None else [decision.content]
    return [decision.verdict.value, decision.reason, *changed]


def _decoded(verdict: str, reason: str, content: str | None = None) -> Decision:
    return Decision(verdict=Verdict(verdict), reason=reason, content=content)
