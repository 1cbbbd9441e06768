"""What the server knows: models, what is loaded, the request log, and how it is told to behave."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.model_server.faults import Fault
from tests.model_server.scripts import Scripts


@dataclass(slots=True, kw_only=True)
class ModelSpec:
    """A model that the host has."""

    capabilities: tuple[str, ...] = ("completion", "tools", "vision")
    context: int = 262_144
    """The context that is used when a request gives none."""
    size: int = 4_000_000_000
    cloud: bool = False


@dataclass(slots=True, kw_only=True)
class Control:
    """How the server behaves; `POST /_ctl` sets the same names."""

    delay: float = 0.0
    """Seconds before the first chunk."""
    token_delay: float = 0.0
    """Seconds between chunks."""
    shuffle_seed: int | None = None
    """With a seed, each request waits a time of its own, decided by the seed and the request alone."""
    shuffle_max: float = 0.05
    usage: bool = True
    """Whether streams tell the usage."""
    hang_on: int | None = None
    """The log index of the request that is never answered; forgotten once met."""
    load_delay: float = 0.0
    memory: int = 0
    """Models that fit into memory at a time; another one waits until one of them is idle, which goes. 0: no limit."""
    num_parallel: int = 0
    """Requests at a time per model, further ones wait in silence; 0: no limit."""
    max_queue: int = 512
    """Requests that may wait while a model is loading; more are answered 503."""
    keep_bodies: bool = True
    characters_per_token: int = 4
    counts_uncached: bool = False
    """Whether usage counts only what the cache did not hold, as some versions of Ollama do."""
    schemas: str = "ignored"
    """What becomes of a JSON schema for the answer: `ignored`, `obeyed`, or `refused` with a 400."""
    overflow: str = "truncate"
    """What `/v1` does with too long a chat: `truncate`, or fail like `llama_cpp`, `openai`, or `bare`: no figures."""


@dataclass(slots=True, kw_only=True)
class Logged:
    """One request as it was received, and what became of it."""

    n: int
    path: str
    model: str = ""
    agent: str = ""
    digest: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    outcome: str = "open"
    """`open`, `answered`, `disconnected` (the client left), or the fault's name."""
    truncated: int = 0
    """Messages that were dropped in silence."""
    ended: float = 0.0
    """When the answer's last piece was written, by the machine's monotonic clock; 0: not yet."""


@dataclass(slots=True)
class Loaded:
    """A model in memory."""

    num_ctx: int
    expires: float
    used: float = 0.0
    """When it was asked last, by the machine's monotonic clock."""


class State:
    """Everything the handlers share."""

    def __init__(self, scripts: Scripts, models: dict[str, ModelSpec] | None) -> None:
        self.scripts = scripts
        self.models = dict(models) if models is not None else {name: ModelSpec() for name in scripts}
        self.control = Control()
        self.faults: list[Fault] = []
        self.log: list[Logged] = []
        self.loaded: dict[str, Loaded] = {}
        self.loads: list[tuple[str, int]] = []
        self.in_flight = 0
        self.max_in_flight = 0
        self._loading: dict[str, int] = {}
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._load_locks: dict[str, asyncio.Lock] = {}
        self._busy: Counter[str] = Counter()
        self._idle = asyncio.Event()

    def resolve(self, name: str) -> str | None:
        """Return the model's own name; `x` and `x:latest` are the same."""
        short = name.removesuffix(":latest")
        return next((known for known in self.models if known.removesuffix(":latest") == short), None)

    def take_fault(self, kinds: frozenset[str], model: str) -> Fault | None:
        """Return the first fault of these kinds for the model, and forget it when it was for once."""
        for fault in self.faults:
            if fault.kind in kinds and fault.model in (None, model):
                if fault.once:
                    self.faults.remove(fault)
                return fault
        return None

    def latency(self, digest: str) -> float:
        """Return how long this request waits before its first chunk."""
        if self.control.shuffle_seed is None:
            return self.control.delay
        chance = random.Random(f"{self.control.shuffle_seed}:{digest}")
        return self.control.delay + chance.uniform(0, self.control.shuffle_max)

    def overloaded(self, model: str) -> bool:
        """Whether a load is pending and the queue behind it is full: the only time a 503 is sent."""
        return self._loading.get(model, 0) > self.control.max_queue

    async def load(self, model: str, num_ctx: int, keep_alive: float) -> None:
        """Have the model in memory with this context, loading it again when the context differs."""
        self._loading[model] = self._loading.get(model, 0) + 1
        try:
            async with self._load_locks.setdefault(model, asyncio.Lock()):
                await self._load(model, num_ctx)
                now = time.monotonic()
                self.loaded[model] = Loaded(num_ctx, now + keep_alive, now)
        finally:
            self._loading[model] -= 1

    async def _load(self, model: str, num_ctx: int) -> None:
        now = self.loaded.get(model)
        if now is not None and now.num_ctx == num_ctx and now.expires > time.monotonic():
            return
        await self._make_room(model)
        self.loads.append((model, num_ctx))
        # It takes its place at once: two that load at a time need the room of two.
        self.loaded[model] = Loaded(num_ctx, float("inf"), time.monotonic())
        try:
            await asyncio.sleep(self.control.load_delay)
        except asyncio.CancelledError:
            del self.loaded[model]
            self._idle.set()
            raise

    async def _make_room(self, model: str) -> None:
        """Unload what is idle and was asked longest ago, and wait until there is such a model."""
        while self.control.memory:
            now = time.monotonic()
            others = [name for name, there in self.loaded.items() if name != model and there.expires > now]
            if len(others) < self.control.memory:
                return
            idle = [name for name in others if not self._busy[name] and not self._loading.get(name)]
            if idle:
                del self.loaded[min(idle, key=lambda name: self.loaded[name].used)]
                continue
            self._idle.clear()
            await self._idle.wait()

    @asynccontextmanager
    async def slot(self, model: str) -> AsyncIterator[None]:
        """Hold one of the model's slots; waiting for it is silent."""
        self._busy[model] += 1
        try:
            if not self.control.num_parallel:
                yield
                return
            async with self._slots.setdefault(model, asyncio.Semaphore(self.control.num_parallel)):
                yield
        finally:
            self._busy[model] -= 1
            self._idle.set()

    @asynccontextmanager
    async def counted(self) -> AsyncIterator[None]:
        """Count a request as in flight."""
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1
