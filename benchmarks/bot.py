"""The whole bot around a benchmark: store, engine, teams and an adapter that shows nothing."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from agents.models.context import Room
from agents.models.openai_compatible import OpenAICompatible
from agents.models.port import Delta, ModelAnswer, ModelCall, ModelClient
from agents.team import AutogenTeams
from benchmarks.watched import WatchedJournal
from bot.app import SystemClock
from bot.domain import Accepted, Event, EventKind, Outcome, Person, Post, PostKind, Run, RunStatus, ThreadRef
from bot.engine import EmbeddedEngine, Limits
from bot.inbox import Inbox
from bot.interpreter import collecting_seldom
from bot.ports import Inbox as InboxPort
from bot.ports import Preview, RunJournal, Store
from bot.recovery import serving
from bot.store import open_store

ALICE = Person(id="alice", name="Alice", language="en")


class Instant:
    """A model client that answers at once: what is left is ours."""

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Answer with some words."""
        # Never the same twice: a team stops an agent that repeats itself.
        said = f"answer {len(call.messages)} " + "lorem ipsum " * 10
        return ModelAnswer(content=said, model=call.model, prompt_tokens=1)

    async def room(self, call: ModelCall) -> Room | None:
        """Know nothing of it."""
        return None

    async def close(self) -> None:
        """Hold nothing."""


class Silent:
    """An adapter that shows nothing and notes what it was to show."""

    name = "bench"

    def __init__(self) -> None:
        self.ended: dict[str, asyncio.Event] = {}
        self.heard: dict[str, float] = {}
        """When the first word of a thread came, in seconds of the performance counter."""
        self.failed: list[str] = []
        """The last words of runs that failed."""

    async def run(self, inbox: InboxPort) -> None:
        """Receive nothing."""

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Note the end of a run."""
        if post.kind is PostKind.ENDED:
            if post.status is RunStatus.FAILED:
                self.failed.append(post.text)
            self.of(post.thread).set()
        return post.key

    def prepare(self, post: Post) -> None:
        """Prepare nothing."""

    async def find(self, post: Post, *, after: str | None) -> str | None:
        """Know nothing of earlier attempts."""
        return None

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Note the first word."""
        self.heard.setdefault(str(thread), time.perf_counter())

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Show nothing."""

    async def seen(self, event: Event) -> None:
        """Mark nothing."""

    def of(self, thread: ThreadRef) -> asyncio.Event:
        """Return what is set when a run of the thread has ended."""
        return self.ended.setdefault(str(thread), asyncio.Event())


class Watched:
    """Teams that tell when a question is durable, or a step fails."""

    def __init__(self, teams: AutogenTeams) -> None:
        self._teams = teams
        self.list = teams.list
        self.pin = teams.pin
        self.forget = teams.forget
        self.asked: dict[str, asyncio.Event] = {}

    def of(self, conversation: str) -> asyncio.Event:
        """Return what is set when a question of the conversation has become durable."""
        return self.asked.setdefault(conversation, asyncio.Event())

    async def advance(self, run: Run, journal: RunJournal, preview: Preview) -> Outcome:
        """Advance, watching the journal's commits."""
        return await self._teams.advance(run, WatchedJournal(journal, self.of(run.conversation)), preview)


class Bot:
    """A bot that a benchmark talks to."""

    def __init__(self, store: Store, inbox: Inbox, adapter: Silent, teams: Watched) -> None:
        self._store = store
        self._inbox = inbox
        self.adapter = adapter
        self.teams = teams

    async def say(self, thread: ThreadRef, text: str, team: str | None = None, by: Person = ALICE) -> None:
        """Hand a message in, as an adapter does."""
        event = Event(
            kind=EventKind.MESSAGE,
            delivery=uuid.uuid4().hex,
            thread=thread,
            person=by,
            at=SystemClock().now(),
            text=text,
            team=team,
        )
        receipt = await self._inbox.accept(event)
        assert receipt.outcome in (Accepted.STARTED, Accepted.ANSWERED), receipt

    async def until_asked(self, thread: ThreadRef, text: str, team: str | None = None) -> None:
        """Say something and return when the next question is durable."""
        asked = self.teams.of(thread.conversation)
        asked.clear()
        await self.say(thread, text, team)
        async with asyncio.timeout(120):
            await asked.wait()

    async def until_shown(self, thread: ThreadRef) -> None:
        """Return when the thread shows everything that is recorded."""
        conversation = thread.conversation
        while await self._store.read(lambda records: records.outbox.unsent(conversation, limit=1)):  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)

    async def until_ended(self, thread: ThreadRef, text: str, team: str | None = None, by: Person = ALICE) -> None:
        """Say something and return when the run's end is shown."""
        ended = self.adapter.of(thread)
        ended.clear()
        await self.say(thread, text, team, by)
        async with asyncio.timeout(300):
            await ended.wait()


@asynccontextmanager
async def bot(
    folder: Path, models: ModelClient, *, drain_seconds: float = 5.0, limits: Limits | None = None
) -> AsyncIterator[Bot]:
    """Run a bot over a store in the folder; its teams are the YAML files there, and nobody has a budget."""
    async with AsyncExitStack() as stack:
        store = open_store(folder / "bench.db")
        stack.push_async_callback(store.close)
        stack.push_async_callback(models.close)
        teams = AutogenTeams([folder], models=models, clock=SystemClock())
        stack.push_async_callback(teams.close)
        # As bot.app does: while the agent library is imported, and again once it is.
        stack.enter_context(collecting_seldom())
        await asyncio.to_thread(__import__, "agents.durable")
        stack.enter_context(collecting_seldom())
        adapter, watched = Silent(), Watched(teams)
        adapters = {adapter.name: adapter}
        engine = EmbeddedEngine(store=store, teams=watched, adapters=adapters, clock=SystemClock(), limits=limits)
        await stack.enter_async_context(serving(engine, drain_seconds=drain_seconds))
        inbox = Inbox(
            store=store, teams=watched, engine=engine, clock=SystemClock(), adapters=adapters, default_team="asking"
        )
        yield Bot(store, inbox, adapter, watched)


def http_models(base_url: str) -> OpenAICompatible:
    """Return the product's client of an OpenAI-compatible server."""
    return OpenAICompatible(base_url=base_url, api_key="bench")


def thread(number: object) -> ThreadRef:
    """Return a thread's address."""
    return ThreadRef(adapter="bench", workspace="w", channel="c", thread=str(number))


ASKING = """
name: asking
kind: two_agent
agents:
  colleague: {instructions: "[[agent:colleague]] You answer.", model: turns}
  human: {human: true, human_input_mode: ALWAYS}
"""
"""A team that asks the person after every answer."""


def talking(turns: int, model: str = "turns") -> str:
    """Return a team of two that talk to each other for so many turns, and end."""
    return f"""
name: talking
kind: two_agent
max_turns: {turns}
agents:
  colleague: {{instructions: "[[agent:colleague]] You answer.", model: {model}}}
  human: {{human: true, human_input_mode: NEVER, default_auto_reply: "Go on.", max_consecutive_auto_reply: 2000}}
"""


def write_team(folder: Path, text: str) -> None:
    """Put a team's file into the folder."""
    name = text.split("name:", 1)[1].split(maxsplit=1)[0]
    (folder / f"{name}.yaml").write_text(text)
