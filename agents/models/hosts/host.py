"""One model host as this process uses it: its client, what is in its memory, how fast it is, and how it fares."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from agents.models.failures import HostAwayError
from agents.models.hosts.health import Health
from agents.models.hosts.knowledge import Knowledge, key_of
from agents.models.hosts.loading import Loading
from agents.models.hosts.memory import Memory
from agents.models.hosts.pace import Pace
from agents.models.hosts.servers import SOON, Server
from agents.models.hosts.silence import Silence
from agents.models.ollama_wire import is_cloud
from agents.models.port import CallState, Delta, ModelAnswer, ModelCall
from agents.models.settings import Kind, duration_of
from bot.errors import ModelFailedError, RetryLaterError, RunFailedError

FRESH = 30.0
"""Seconds after which what is known of a host in use is looked at again, beside the calls."""

log = structlog.get_logger()


class Host:
    """One host. Its slots are counted here; who gets them, the router decides."""

    def __init__(
        self,
        name: str,
        *,
        kind: Kind,
        address: str,
        make: Callable[[], Server],
        slots: int = 0,
        weight: float = 1.0,
        order: int = 0,
    ) -> None:
        """Take how it is used; its client is made by the first call.

        Args:
            name: What people are told it is called.
            kind: What it speaks.
            address: Where it is, without a password.
            make: Makes its client, not on the loop: the libraries take a while to import.
            slots: Calls that it is asked at a time; 0: any number.
            weight: Of hosts that would do equally well the one with the most is asked.
            order: Its place in the settings.
        """
        self.name = name
        self.kind: Kind = kind
        self.address = address
        self.slots = slots
        self.weight = weight
        self.order = order
        self.health = Health()
        self.pace = Pace()
        self.memory = Memory()
        self.known: Knowledge | None = None
        """What it told last; None: it was never asked."""
        self.calls: dict[str, int] = {}
        """Calls under way, by model."""
        self.changed: list[Callable[[], None]] = []
        """Called when more may be possible there than before."""
        self.refused: ModelFailedError | None = None
        """Why it does not tell what it has, although it answers."""
        self._make = make
        self._made: Server | None = None
        self._making = asyncio.Lock()
        self._loading = Loading(name, self.memory, self.pace, self.size)
        self._silence = Silence()

    @property
    def busy(self) -> int:
        """How many calls are under way there."""
        return sum(self.calls.values())

    @property
    def free(self) -> bool:
        """Whether it may be asked one more call."""
        return not self.slots or self.busy < self.slots

    @property
    def share(self) -> float:
        """How busy it is."""
        return self.busy / self.slots if self.slots else float(self.busy)

    async def server(self) -> Server:
        """Return its client, made now if it was not yet."""
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
            return self._made

    def has(self, model: str) -> bool | None:
        """Whether it has a model; None: not known."""
        return None if self.known is None else self.known.has(model)

    def context(self, model: str) -> int | None:
        """Return the context that calls of a model want there; None: it decides, or that is not known yet."""
        return self._made.context(model) if self._made is not None else None

    def loaded(self, model: str, now: float) -> bool:
        """Whether a call of the model finds it in memory, or on the way there, for all that is known."""
        if self.kind == "openai" or model in self.calls:
            return True
        return self.memory.has(model, self.context(model), now)

    def foreign(self, model: str, now: float) -> bool:
        """Whether it has a model in memory with another context than ours."""
        return model not in self.calls and self.memory.foreign(model, self.context(model), now)

    def wants(self, model: str, context: int | None) -> int | None:
        """Return the context that calls want where this is another one, with which they would not load it again."""
        ours = self.context(model)
        return ours if self.memory.differs(model, context, ours) else None

    def others(self, model: str, now: float) -> list[str]:
        """Return the other models in its memory, or on the way there."""
        there = self.memory.others(model, now)
        return [*there, *(name for name in self.calls if key_of((model, *there), name) is None)]

    def unused(self, model: str, now: float) -> float:
        """Return the seconds since a call of ours used a model there; 0: one does now."""
        return 0.0 if key_of(self.calls, model) is not None else self.memory.unused(model, now)

    def held(self, model: str, now: float) -> int:
        """Return the bytes in its memory that belong to other models."""
        return sum(max(1, self.size(name)) for name in self.others(model, now))

    def size(self, model: str) -> int:
        """Return about how many bytes a model takes there; 0: not known."""
        return self.memory.size(model) or (self.known.size(model) if self.known else 0)

    def load_seconds(self, model: str) -> float:
        """Return about how long it takes to load a model."""
        return self.pace.load_seconds(model, self.size(model))

    def begin(self, model: str, now: float) -> None:
        """Count a call that goes there."""
        self.calls[model] = self.calls.get(model, 0) + 1
        self.memory.used(model, now)

    def end(self, model: str, now: float) -> None:
        """Count a call that is over, however it ended."""
        self.calls[model] -= 1
        if not self.calls[model]:
            del self.calls[model]
        kept = duration_of(self._made.kept(model)) if self._made is not None else None
        self.memory.used(model, now, kept)
        self.tell()

    def tell(self) -> None:
        """Say that more may be possible than before."""
        for changed in self.changed:
            changed()

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Make a call, the model being brought into memory first, which is told.

        Raises:
            RetryLaterError, ModelFailedError: There is no answer; see ModelClient.
        """
        server = self._made or await self.server()
        with self._silence.heard(on_delta) as (limit, hear):
            try:
                async with limit:
                    return await self._complete(server, call, hear)
            except TimeoutError as error:
                if not limit.expired():
                    raise
                # It may have begun with the call.
                raise HostAwayError(f"The model server at {self.name} does not answer any more.") from error

    async def _complete(self, server: Server, call: ModelCall, hear: Delta) -> ModelAnswer:
        loop = asyncio.get_running_loop()
        await server.permit(call)
        await self._ready(server, call)
        call.watch(CallState(kind="asked", model=call.model, host=self.name))
        begun = loop.time()
        answer = await server.complete(call, hear)
        self.pace.called(call.model, loop.time() - begun)
        self.health.well()
        return replace(answer, host=self.name)

    async def _ready(self, server: Server, call: ModelCall) -> None:
        """Have the model in memory; where it is not known what is there, the call itself has it loaded."""
        model = call.model
        known = self.kind == "embedded" or (self.known is not None and self.known.held is not None)
        if not server.loads or not known or is_cloud(model) or duration_of(server.kept(model)) == 0:
            return
        if self._loading.needed(server, model):
            call.watch(CallState(kind="loading", model=model, host=self.name, seconds=self.load_seconds(model)))
            if await self._loading.done(server, model):
                self.tell()

    def stale(self, now: float) -> bool:
        """Whether to ask it again what it has: that was long ago, or something was loaded since."""
        if self.known is None or self.health.away:
            return False
        return now - self.known.at > FRESH or self.memory.learns

    async def learn(self) -> bool:
        """Ask it what it has; False: it does not answer, and is set aside."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(2 * SOON):
                found = await (await self.server()).learn(loop.time())
        except TimeoutError:
            gone = HostAwayError(f"The model server at {self.name} does not answer within {2 * SOON:g} s.")
            return self._gone(gone)
        except HostAwayError as error:
            return self._gone(error)
        except RetryLaterError as error:
            return self.fails(error)
        except ModelFailedError as error:
            # It answers: what it is worth shows when it is asked for an answer.
            self.refused = error
            found = replace(self.known, at=loop.time()) if self.known is not None else Knowledge(at=loop.time())
        else:
            self.refused = None
        self.took(found)
        return True

    def _gone(self, error: HostAwayError) -> bool:
        """Set it aside; calls that it is silent to are given up once it was asked in vain twice."""
        self._silence.asked(asyncio.get_running_loop().time())
        return self.fails(error)

    @property
    def trouble(self) -> RetryLaterError | RunFailedError | None:
        """Why it does not tell what it has; None: it does."""
        return self.health.error or self.refused

    def took(self, found: Knowledge) -> None:
        """Note what it told."""
        self.known = found
        self._silence.answered()
        self.memory.look(found)
        if self.health.away:
            log.warning("model.host_back", host=self.name)
        self.health.answered()
        self.tell()

    def fails(self, error: RetryLaterError | ModelFailedError, seconds: float | None = None) -> bool:
        """Set it aside until it answers; it is asked whether it does after so long; always False."""
        if not self.health.away:
            log.warning("model.host_away", host=self.name, error=type(error).__name__)
        self.health.gone(error, asyncio.get_running_loop().time(), seconds)
        self.tell()
        return False

    def lacks(self, model: str) -> None:
        """Note that it does not have a model after all."""
        if self.known is not None:
            self.known = self.known.without(model)

    async def close(self) -> None:
        """Close its client."""
        if self._made is not None:
            await self._made.close()
        self._made = None
