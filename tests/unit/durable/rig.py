"""A durable run in memory: models that speak lines, a journal that can fail, people who answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from autogen import AssistantAgent, ConversableAgent, UserProxyAgent

from agents.durable import Policy, WarmRuns, advance
from agents.models.context import Room
from agents.models.port import Delta, ModelAnswer, ModelCall
from bot.domain import (
    Answer,
    Batch,
    Claim,
    ConversationId,
    Decision,
    Effect,
    InputRequest,
    Opening,
    Outcome,
    Person,
    Position,
    Recorded,
    RequestId,
    Run,
    RunId,
    Turn,
    TurnKind,
    Verdict,
)
from bot.errors import NotApprovedError
from bot.texts import say

Said = str | Sequence[tuple[str, dict[str, Any]]]
"""What a model says: text, or tool calls as (name, arguments)."""
Hook = Callable[[ModelCall], Awaitable[None]]
PERSON = Person(id="u1", name="Ada")
START = datetime(2026, 1, 1, tzinfo=UTC)


class FixedClock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Speaking:
    """A ModelClient that speaks each agent's lines in turn, the last one for ever."""

    def __init__(self, lines: Mapping[str, Sequence[Said]] | None = None) -> None:
        self.lines = dict(lines or {})
        self.calls: list[ModelCall] = []
        self.during: Hook | None = None
        self.in_flight = self.most_in_flight = 0

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        before = sum(each.agent == call.agent for each in self.calls)
        self.calls.append(call)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.during is not None:
                await self.during(call)
        finally:
            self.in_flight -= 1
        return self._answer(call, before, on_delta)

    def _answer(self, call: ModelCall, before: int, on_delta: Delta) -> ModelAnswer:
        lines = self.lines.get(call.agent, ["well"])
        said = lines[min(before, len(lines) - 1)]
        if isinstance(said, str):
            for word in said.split():
                on_delta(word)
            return ModelAnswer(content=said, model="m", prompt_tokens=7, completion_tokens=3)
        calls = [
            {
                "id": f"{call.agent}-{before}-{n}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for n, (name, arguments) in enumerate(said)
        ]
        return ModelAnswer(content="", tool_calls=calls, model="m", prompt_tokens=7, completion_tokens=3)

    async def room(self, call: ModelCall) -> Room | None:
        return None

    async def close(self) -> None:
        """Keep nothing."""


@dataclass
class MemoryJournal:
    """A run's journal whose values have been JSON, as the store's have; nothing can be recorded in it twice."""

    effects: dict[str, Effect] = field(default_factory=dict)
    turns: dict[tuple[str, int], Turn] = field(default_factory=dict)
    requests: dict[str, InputRequest] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    error: Exception | None = None
    """What every commit raises."""
    errors_at: dict[int, Exception] = field(default_factory=dict)
    """What a commit raises, by its number from 1."""
    claims: list[Claim] = field(default_factory=list)
    """What began by an approval."""
    refuses: Callable[[Claim], bool] = lambda _: False
    """Whether no approval covers a claim."""
    used: list[int] = field(default_factory=list)
    """Tokens that were counted beside the batches."""
    at_once: dict[str, Answer] = field(default_factory=dict)
    """Answers by agent that are there before the question: kept messages."""

    async def load(self) -> Recorded:
        return Recorded(
            effects=tuple(self.effects.values()),
            answers=dict(self.answers),
            turns=frozenset(self.turns),
            requests=frozenset(self.requests),
            items={key: request.items for key, request in self.requests.items() if request.items},
        )

    async def peek(self, request: RequestId) -> Position:
        asked = next((each for each in self.requests.values() if each.id == request), None)
        answer = self.answers.get(asked.key) if asked else None
        given = sum(effect.kind in ("human", "approval") and bool(effect.value) for effect in self.effects.values())
        completed = max((effect.completed for effect in self.effects.values()), default=0)
        return Position(effects=len(self.effects), answers=given, completed=completed, answer=answer)

    async def permit(self) -> None:
        """Permit every call."""

    async def use(self, tokens: int) -> None:
        self.used.append(tokens)

    async def commit(self, batch: Batch) -> dict[str, Answer]:
        await asyncio.sleep(0)
        self.batches.append(batch)
        error = self.error or self.errors_at.get(len(self.batches))
        if error is not None:
            raise error
        for claim in batch.claims:
            if self.refuses(claim):
                raise NotApprovedError("nobody approved this", claim.effect)
        self.claims += batch.claims
        for effect in batch.effects:
            known = self.effects.get(effect.key)
            assert known is None or known.value is None, f"{effect.key} is recorded twice"
            self.effects[effect.key] = replace(effect, value=json.loads(json.dumps(effect.value)))
        for turn in batch.turns:
            assert (turn.path, turn.n) not in self.turns, f"turn {turn.path} {turn.n} is recorded twice"
            self.turns[turn.path, turn.n] = turn
        for request in batch.requests:
            assert request.key not in self.requests, f"{request.key} is asked twice"
            self.requests[request.key] = request
        kept = {
            request.key: self.at_once.pop(request.agent) for request in batch.requests if request.agent in self.at_once
        }
        self.answers |= kept
        return kept

    async def notice(self, text_id: str, **facts: object) -> None:
        turn = Turn(path="notice", n=len(self.turns), kind=TurnKind.NOTICE, agent="", text=say(text_id, "en", **facts))
        self.turns[turn.path, turn.n] = turn

    @property
    def open(self) -> list[InputRequest]:
        return [request for key, request in self.requests.items() if key not in self.answers]

    @property
    def said(self) -> list[tuple[str, str]]:
        """The turns but for notices, as agent and text."""
        return [(turn.agent, turn.text) for turn in self.turns.values() if turn.kind is not TurnKind.NOTICE]

    @property
    def kinds(self) -> list[str]:
        return [effect.kind for effect in self.effects.values()]


@dataclass
class Preview:
    """Keeps what is shown live."""

    deltas: list[tuple[str, str, str]] = field(default_factory=list)
    statuses: list[tuple[str, str, str]] = field(default_factory=list)

    def delta(self, path: str, agent: str, text: str) -> None:
        self.deltas.append((path, agent, text))

    def status(self, path: str, agent: str, text: str) -> None:
        self.statuses.append((path, agent, text))


@dataclass
class Rig:
    """One run and everything around it; each `step` is what a new process would do."""

    models: Speaking = field(default_factory=Speaking)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    preview: Preview = field(default_factory=Preview)
    policy: Policy = field(default_factory=Policy)
    clock: FixedClock = field(default_factory=FixedClock)
    run: Run = field(
        default_factory=lambda: Run(
            id=RunId("r1"),
            conversation=ConversationId("console:w:c:t"),
            team="t",
            pinned={},
            opening=Opening(text="begin"),
            started_by=PERSON,
            language="en",
            started_at=START,
        )
    )

    async def step(self, entry: Callable[[], Awaitable[Any]], *, warm: WarmRuns | None = None) -> Outcome:
        async def summary() -> str:
            return str(getattr(await entry(), "summary", ""))

        return await advance(
            summary,
            run=self.run,
            journal=self.journal,
            preview=self.preview,
            models=self.models,
            policy=self.policy,
            clock=self.clock,
            warm=warm,
        )

    def answer(
        self,
        text: str = "",
        *,
        verdicts: Sequence[Verdict] = (),
        reason: str = "",
        content: str | None = None,
        request: InputRequest | None = None,
    ) -> None:
        """Answer an open question, the oldest unless another is given; content is what is to run instead."""
        decisions = tuple(Decision(verdict=verdict, reason=reason, content=content) for verdict in verdicts)
        request = request or self.journal.open[0]
        self.journal.answers[request.key] = Answer(text=text, decisions=decisions, by=PERSON, at=self.clock.now())

    async def talk(self, entry: Callable[[], Awaitable[Any]], *answers: str) -> Outcome:
        """Step until the answers are used up."""
        outcome = await self.step(entry)
        for text in answers:
            assert outcome.waiting, "nothing is asked"
            self.answer(text)
            outcome = await self.step(entry)
        return outcome


LLM: dict[str, Any] = {
    "config_list": [
        {"api_type": "openai", "model": "m", "api_key": "x", "base_url": "http://127.0.0.1:9/v1", "price": [1, 2]}
    ]
}


def ends(message: Mapping[str, Any]) -> bool:
    """Tell a message that ends a chat."""
    return "TERMINATE" in str(message.get("content") or "")


def assistant(name: str = "assistant", **more: Any) -> AssistantAgent:
    """Make an assistant with a model."""
    return AssistantAgent(name, llm_config=LLM, **more)


def agent(name: str, **more: Any) -> ConversableAgent:
    """Make an agent without a model."""
    return ConversableAgent(name, **{"llm_config": False, "human_input_mode": "NEVER", **more})


def human(name: str = "human", **more: Any) -> UserProxyAgent:
    """Make a proxy that asks always unless told otherwise."""
    more = {"human_input_mode": "ALWAYS", "code_execution_config": False, **more}
    return UserProxyAgent(name, is_termination_msg=ends, **more)
