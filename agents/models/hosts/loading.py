"""Models on their way into a host's memory: one call has a model loaded, the others wait for that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from agents.models.fair import not_counted
from agents.models.hosts.knowledge import Held
from agents.models.hosts.memory import Memory
from agents.models.hosts.pace import Pace
from agents.models.hosts.servers import Server
from agents.models.settings import duration_of
from bot.errors import ModelFailedError, RetryLaterError

log = structlog.get_logger()


class _Load:
    """One model's."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.error: ModelFailedError | RetryLaterError | None = None


class Loading:
    """What is being loaded at one host."""

    def __init__(self, host: str, memory: Memory, pace: Pace, size: Callable[[str], int]) -> None:
        """Begin with nothing.

        Args:
            host: What people are told the host is called.
            memory: Its memory.
            pace: How fast it is.
            size: Returns about how many bytes a model takes there.
        """
        self._host = host
        self._memory = memory
        self._pace = pace
        self._size = size
        self._loads: dict[str, _Load] = {}

    def needed(self, server: Server, model: str) -> bool:
        """Whether a call of a model has to wait until it is in memory."""
        now = asyncio.get_running_loop().time()
        return model in self._loads or not self._memory.has(model, server.context(model), now)

    async def done(self, server: Server, model: str) -> bool:
        """Return when a model is in memory; whether it was loaded for this call.

        Raises:
            RetryLaterError, ModelFailedError: It cannot be loaded, for this call or for one that it waited for.
        """
        load = self._loads.setdefault(model, _Load())
        with not_counted():
            async with load.turn:
                if load.error is not None:
                    raise load.error
                if self._memory.has(model, server.context(model), asyncio.get_running_loop().time()):
                    return False
                await self._load(server, model, load)
                return True

    async def _load(self, server: Server, model: str, load: _Load) -> None:
        """Load a model. What does not fit for one call does not fit for those that wait with it."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            await server.load(model)
        except (RetryLaterError, ModelFailedError) as error:
            load.error = error
            raise
        finally:
            self._loads.pop(model, None)
        now = loop.time()
        self._pace.loaded(model, now - begun)
        log.info("model.loaded", model=model, host=self._host, seconds=round(now - begun, 1))
        held = Held(size=self._size(model), context=server.context(model))
        self._memory.loaded(model, held, now + duration_of(server.kept(model)))
