"""Bots whose agents write code that people approve: the real inbox, engine, store and agents, and a box that notes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from autogen import ConversableAgent
from autogen.coding.base import CodeBlock, CodeExtractor

from agents.durable import Policy, WarmRuns, advance
from agents.fences import FenceExtractor
from agents.models.context import Room
from agents.models.port import Delta, ModelAnswer, ModelCall
from bot.domain import (
    Approval,
    ApprovalPolicy,
    Decision,
    Event,
    EventKind,
    InputRequest,
    Json,
    Outcome,
    Receipt,
    RequestStatus,
    Run,
    RunId,
    TeamSummary,
    Verdict,
)
from bot.engine import EmbeddedEngine, Limits
from bot.inbox import Inbox
from bot.ports import Clock, Preview, RunJournal, Store
from bot.recovery import serving
from bot.store import open_store
from tests.fakes import ANNA, FakeAdapter, FakeClock, Thread
from tests.threats.dying import DyingStore, Wire
from tests.unit.durable.rig import assistant, human

Tamper = Callable[[list[CodeBlock]], list[CodeBlock]]
LIMITS = {"timeout": 60, "memory_mb": 1024}
DAYS = 1


@dataclass(frozen=True)
class Execution:
    """Code that a box was given."""

    run: RunId
    blocks: tuple[tuple[str, str], ...]
    """Language and code of each."""
    files: tuple[str, ...]


@dataclass
class Result:
    """What a box returns."""

    exit_code: int = 0
    output: str = "1"
    files: tuple[Any, ...] = ()


@dataclass
class World:
    """What outlives processes: what ran, how agents write, and who meddles with it."""

    lines: Sequence[str] = ("```python\nprint(1)\n```",)
    """What the coder says, one after the other."""
    calls: Sequence[str] = ()
    """Arguments with which the coder calls the tool `send` instead, one call after the other."""
    policy: ApprovalPolicy = ApprovalPolicy.ALWAYS
    """Of code, and of the tool."""
    limits: Mapping[str, int] = field(default_factory=lambda: dict(LIMITS))
    executed: list[Execution] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    """What the tool was called with."""
    refused: list[str] = field(default_factory=list)
    """What the agents were told by those who run code."""
    extractor: CodeExtractor = field(default_factory=FenceExtractor)
    """How the box reads code out of messages."""
    agents: list[ConversableAgent] = field(default_factory=list)
    """Those of the newest program."""
    before_step: Callable[[], Awaitable[None]] | None = None
    """Awaited before each step: after the commit of what it works on."""


class Box:
    """An executor that notes what it was given."""

    def __init__(self, world: World, run: Run, wire: Wire) -> None:
        self._world, self._run, self._wire = world, run, wire
        self.code_extractor = world.extractor

    async def run_blocks(self, blocks: list[CodeBlock], *, inputs: Mapping[str, bytes]) -> Result:
        await self._wire.look()
        code = tuple((block.language, block.code) for block in blocks)
        self._world.executed.append(Execution(self._run.id, code, tuple(sorted(inputs))))
        await self._wire.look()
        return Result()

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> Any:
        raise AssertionError(f"run without being awaited: {code_blocks}")

    def restart(self) -> None:
        """Keep nothing."""


class Coder:
    """A model that says the world's lines, as many as it has said in the chat already; then it ends the chat."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        await asyncio.sleep(0)
        said = sum(message["role"] == "assistant" for message in call.messages)
        last = str(call.messages[-1]["content"])
        self._world.refused += [last] if "what was approved is not what would run" in last else []
        if said < len(self._world.calls):
            function = {"name": "send", "arguments": self._world.calls[said]}
            calls = [{"id": f"call-{said}", "type": "function", "function": function}]
            return ModelAnswer(content="", tool_calls=calls, model="m", prompt_tokens=1, completion_tokens=1)
        lines = [*self._world.lines, "TERMINATE"] if not self._world.calls else ["TERMINATE"]
        return ModelAnswer(content=lines[min(said, len(lines) - 1)], model="m", prompt_tokens=1, completion_tokens=1)

    async def room(self, call: ModelCall) -> Room | None:
        return None

    async def close(self) -> None:
        """Keep nothing."""


class CodingTeams:
    """`bot.ports.Teams` with one team: a coder, and a runner that runs what is approved."""

    def __init__(self, world: World, clock: Clock, wire: Wire) -> None:
        self._world, self._clock, self._wire = world, clock, wire
        self._warm = WarmRuns()

    def list(self) -> list[TeamSummary]:
        return []

    def pin(self, name: str) -> Json:
        return {"name": name}

    async def advance(self, run: Run, journal: RunJournal, preview: Preview) -> Outcome:
        if self._world.before_step is not None:
            await self._world.before_step()
        resumed = await self._warm.resume(run.id, journal, preview)
        if resumed is not None:
            return resumed
        world = self._world

        async def entry() -> str:
            box = Box(world, run, self._wire)
            runner = human("runner", human_input_mode="NEVER", code_execution_config={"executor": box})
            coder = assistant("coder")
            coder.register_for_llm(name="send", description="send")(send)
            runner.register_for_execution(name="send")(send)
            world.agents = [runner, coder]
            chat = await runner.a_initiate_chat(coder, message=run.opening.text)
            return str(chat.summary)

        async def send(to: Annotated[str, "to whom"]) -> str:
            world.called.append(to)
            return "sent"

        tools = {"send": world.policy}
        policy = Policy(code=world.policy, tools=tools, limits=world.limits, expires=timedelta(days=DAYS))
        return await advance(
            entry,
            run=run,
            journal=journal,
            preview=preview,
            models=Coder(world),
            policy=policy,
            clock=self._clock,
            warm=self._warm,
        )

    async def forget(self, run: RunId) -> None:
        await self._warm.forget(run)

    async def close(self) -> None:
        await self._warm.close()


class Bot:
    """One process after the other over the same file; `wire` ends the one that lives."""

    def __init__(self, folder: Path, world: World, *, teams: type[CodingTeams] = CodingTeams) -> None:
        self.world = world
        self._teams = teams
        self.thread = Thread()
        self.clock = FakeClock()
        self.adapter = FakeAdapter()
        self._path = folder / "store.db"
        self._life: asyncio.Task[None] | None = None
        self.crashes = 0

    async def start(self) -> None:
        self.store: Store = await asyncio.to_thread(open_store, self._path, clock=self.clock)
        self.wire = Wire()
        self.teams = self._teams(self.world, self.clock, self.wire)
        dying, adapters = DyingStore(self.store, self.wire), {self.adapter.name: self.adapter}
        self.engine = EmbeddedEngine(
            store=dying, teams=self.teams, adapters=adapters, clock=self.clock, limits=Limits(human_turns=100)
        )
        self.inbox = Inbox(
            store=dying,
            teams=self.teams,
            engine=self.engine,
            clock=self.clock,
            adapters=adapters,
            default_team="coding",
        )
        ready = asyncio.Event()
        self._life = asyncio.create_task(self._live(ready))
        await ready.wait()

    async def _live(self, ready: asyncio.Event) -> None:
        async with serving(self.engine, drain_seconds=0.0):
            ready.set()
            await asyncio.Event().wait()

    async def end(self) -> None:
        self.wire.dead = True
        if self._life is not None:
            self._life.cancel()
            await asyncio.wait([self._life])
            self._life = None
            await self.teams.close()
            await self.store.close()

    async def restart(self) -> None:
        await self.end()
        await self.start()

    async def quiet(self) -> None:
        """Let it do all that is to be done now; a process that ends meanwhile is followed by another."""
        while not (self.engine.idle or self.wire.dead):  # noqa: ASYNC110 - nothing else tells a test that all is done
            await asyncio.sleep(0.0005)
        if self.wire.dead:
            self.crashes += 1
            await self.restart()
            await self.quiet()

    async def take(self, event: Event) -> Receipt | None:
        """Accept an event; None: the process has ended meanwhile, and nobody knows whether it was recorded."""
        try:
            return await self.inbox.accept(event)
        except Exception:
            if not self.wire.dead:
                raise
            return None

    async def requests(self, status: RequestStatus | None = RequestStatus.OPEN) -> list[InputRequest]:
        conversation = self.thread.ref.conversation
        return await self.store.read(lambda records: records.requests.of(conversation, status=status))

    async def starter(self, request: InputRequest) -> str:
        """Return the id of who started the run that asks."""
        run = await self.store.read(lambda records: records.runs.get(request.run))
        assert run is not None
        return run.started_by.id

    async def approvals(self) -> list[Approval]:
        def work(records: Any) -> list[Approval]:
            runs = records.runs.of(self.thread.ref.conversation, limit=1000)
            return [each for run in runs for each in records.approvals.of(run.id)]

        return await self.store.read(work)

    async def audit(self) -> list[tuple[str, str, str, str]]:
        """Return what the log holds: action, person, hash and detail of each entry."""

        def read() -> list[tuple[str, str, str, str]]:
            with closing(sqlite3.connect(self._path)) as database:
                return database.execute("SELECT action, person, sha256, detail FROM audit ORDER BY number").fetchall()

        return await asyncio.to_thread(read)

    def pressed(self, request: InputRequest, verdict: Verdict, *, content: str | None = None, by: Any = ANNA) -> Event:
        """Return a press of a card's button, for all of its items."""
        decision = Decision(verdict=verdict, content=content)
        event = self.thread.event(kind=EventKind.DECISION, request=request.id, by=by)
        return replace(event, decisions=(decision,) * len(request.items))
