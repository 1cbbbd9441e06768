"""One process of a durable run: the product's store and journal, until nobody answers any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from autogen.io.base import IOStream

from agents.durable import Policy, WarmRuns, advance
from agents.durable.seams.stream import DurableStream
from agents.durable.seams.tools import INTERRUPTED
from agents.models.openai_compatible import OpenAICompatible
from bot.domain import (
    Answer,
    ApprovalPolicy,
    Conversation,
    ConversationId,
    Decision,
    InputRequest,
    Opening,
    Outcome,
    Person,
    RequestKind,
    RequestStatus,
    Run,
    RunId,
    ThreadRef,
    Verdict,
)
from bot.engine.journal import StepJournal
from bot.engine.preview import StepPreview
from bot.ports import Records
from bot.store import open_store
from bot.store.codec import pack
from tests.conformance.case import Env, Json, Program
from tests.conformance.deaths import Deaths
from tests.conformance.events import canonical

PERSON = Person(id="u1", name="Ada")
MOST_ANSWERS = 100_000


class Keeping:
    """A run's stream, within its program, that also keeps AutoGen's events, as the reference's does."""

    def __init__(self, stream: DurableStream, events: list[Json]) -> None:
        self.print, self.input = stream.print, stream.input
        self._stream = stream
        self._events = events

    def send(self, message: Any) -> None:
        event = canonical(message)
        if event is not None:
            self._events.append(event)
        self._stream.send(message)


@contextmanager
def keeping(events: list[Json]) -> Iterator[None]:
    """Keep AutoGen's events of what a run's program does."""
    stream = IOStream.get_default()
    assert isinstance(stream, DurableStream)
    with IOStream.set_default(Keeping(stream, events)):
        yield


class WallClock:
    """The time as it is."""

    def now(self) -> datetime:
        """Return it."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Never sleep: nothing here waits for time."""


def thread_of(run: str) -> ThreadRef:
    """Return the thread of a run."""
    return ThreadRef(adapter="console", workspace="w", channel="c", thread=run)


class Process:
    """One process of a run."""

    def __init__(self, program: Program, env: Env, order: Json) -> None:
        self.program = program
        self.env = env
        self.deaths: Deaths = env.deaths
        self.order = order
        self.conversation = ConversationId(str(thread_of(order["run"])))
        self.events: list[Json] = []
        self.outcome: Json | None = None
        self._clock = WallClock()
        self._warm = WarmRuns() if order["warm"] else None

    async def work(self) -> Json:
        """Answer and advance until the answers of this process are used up, or the run ends."""
        self.deaths.off = True
        self.store = open_store(self.order["db"], on_commit=self.deaths.at_commit)
        models = OpenAICompatible(f"{self.env.base_url}/v1", "x")
        try:
            await self.store.write(self._begin)
            left, outcome = self.order["answers"], None
            while outcome is None or (outcome.waiting and left > 0):
                left -= await self._answer(left)
                outcome = await self._advance(models)
            return await self.store.read(lambda records: self._report(records, outcome))
        finally:
            if self._warm is not None:
                await self._warm.close()
            await models.close()
            await self.store.close()

    def _begin(self, records: Records) -> None:
        if records.conversations.get(self.conversation) is not None:
            return
        run = Run(
            id=RunId(self.order["run"]),
            conversation=self.conversation,
            team=self.program.name,
            pinned={},
            opening=Opening(text="begin"),
            started_by=PERSON,
            language="en",
            started_at=self._clock.now(),
        )
        records.conversations.put(Conversation(id=self.conversation, team=run.team, language="en", run=run.id))
        records.runs.add(run)

    async def _answer(self, most: int) -> int:
        """Give an answer to the oldest open question; return how many were given."""
        if most <= 0:
            return 0
        self.deaths.off = True
        return await self.store.write(self._answer_oldest)

    def _answer_oldest(self, records: Records) -> int:
        asked = records.requests.of(self.conversation)
        open_now = [request for request in asked if request.status is RequestStatus.OPEN]
        if not open_now:
            return 0
        given = [request.agent for request in asked if request.status is not RequestStatus.OPEN]
        # With several open questions the order of the answers is the order's choice.
        request = open_now[self.order["seed"] % len(open_now)]
        text = self.program.answer(given, request.agent)
        answer = answer_of(request, text, self._clock.now())
        records.requests.close(request.id, RequestStatus.ANSWERED, answer)
        if answer.decisions:
            records.approvals.decide(request, answer.decisions, PERSON, answer.at)
        return 1

    async def _advance(self, models: OpenAICompatible) -> Outcome:
        epoch = await self.store.write(lambda records: records.conversations.raise_epoch(self.conversation))
        run = await self.store.read(lambda records: records.runs.get(RunId(self.order["run"])))
        assert run is not None
        preview = StepPreview(None, thread_of(run.id))
        journal = StepJournal(
            store=self.store,
            clock=self._clock,
            run=run,
            epoch=epoch,
            human_turns=MOST_ANSWERS,
            preview=preview,
            recorded=lambda _: None,
        )
        self.deaths.off = False
        warm = await self._warm.resume(run.id, journal, preview) if self._warm is not None else None
        outcome = warm if warm is not None else await self._replay(run, journal, preview, models)
        self.deaths.off = True
        return outcome

    async def _replay(self, run: Run, journal: StepJournal, preview: StepPreview, models: OpenAICompatible) -> Outcome:
        self.events.clear()
        asked = dict.fromkeys(self.program.approve, ApprovalPolicy.ALWAYS)
        return await advance(
            self._entry,
            run=run,
            journal=journal,
            preview=preview,
            models=models,
            policy=Policy(code=asked.pop("code", ApprovalPolicy.NEVER), tools=asked),
            clock=self._clock,
            warm=self._warm,
        )

    async def _entry(self) -> str:
        with keeping(self.events):
            self.outcome = await self.program.entry(self.env)
        return str(self.outcome["results"][-1]["summary"])

    def _report(self, records: Records, outcome: Outcome) -> Json:
        run = RunId(self.order["run"])
        effects = records.journal.effects(run)
        rows = records.outbox.of(run)
        met: Counter[str] = Counter()
        interrupted = []
        for effect in effects:
            met[effect.request] += 1
            value = effect.value if isinstance(effect.value, dict) else {}
            if effect.kind in ("code", "tool") and INTERRUPTED in (value.get("output"), value.get("content")):
                interrupted.append([effect.request, met[effect.request]])
        return {
            "waiting": outcome.waiting,
            "stop_reason": outcome.stop_reason,
            "outcome": self.outcome,
            "events": self.events,
            "turns": {f"{row.post.turn.path} {row.post.turn.n}": pack(row.post.turn) for row in rows if row.post.turn},
            "passed": self.deaths.passed,
            "interrupted": interrupted,
            "chosen": [effect.value for effect in effects if effect.kind == "random"],
        }


def answer_of(request: InputRequest, text: str, now: datetime) -> Answer:
    """Return a program's answer in the words of the domain."""
    if request.kind is not RequestKind.APPROVAL:
        return Answer(text=text, by=PERSON, at=now)
    if text.startswith("text: "):
        return Answer(text=text.removeprefix("text: "), by=PERSON, at=now)
    decisions = []
    for part in text.split("; "):
        word, _, reason = part.partition(": ")
        verdict = Verdict.APPROVE if word == "yes" else Verdict.REJECT
        decisions.append(Decision(verdict=verdict, reason=reason))
    return Answer(decisions=tuple(decisions), by=PERSON, at=now)
