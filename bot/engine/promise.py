"""A step that computes while the transaction that began it becomes durable: it records and shows nothing before.

What a team computes, and what it asks a model, may be done again. So it may also be done too early, and be dropped as
if it had never been where that transaction comes to nothing. Everything else goes through the store first: code and
tools are recorded before they run, posts and acknowledgements before they are seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.errors import FencedError
from bot.ports import Records, Store

T = TypeVar("T")


class Promise:
    """That the beginning of a step becomes durable."""

    def __init__(self, *, kept: bool = False) -> None:
        self._decided = asyncio.Event()
        self.kept = False
        """Whether it is durable."""
        if kept:
            self.keep()

    def keep(self) -> None:
        """Tell that it is durable."""
        self.kept = True
        self._decided.set()

    def withdraw(self) -> None:
        """Tell that nobody knows it to be durable: the step must leave no trace."""
        self._decided.set()

    @property
    def withdrawn(self) -> bool:
        """Whether the step must leave no trace."""
        return self._decided.is_set() and not self.kept

    async def until_kept(self) -> None:
        """Return once it is kept.

        Raises:
            FencedError: It is withdrawn.
        """
        await self._decided.wait()
        if not self.kept:
            raise FencedError("The transaction that began this step came to nothing.")


class PromisedStore:
    """A store as a step sees it that began early: nothing is read or written before the promise is kept."""

    def __init__(self, store: Store, promise: Promise) -> None:
        self._store = store
        self._promise = promise

    async def write(self, work: Callable[[Records], T], *, patient: bool = False) -> T:
        """Write once the promise is kept; see `bot.ports.Store`.

        Raises:
            FencedError: It is withdrawn.
        """
        await self._promise.until_kept()
        return await self._store.write(work, patient=patient)

    async def read(self, work: Callable[[Records], T]) -> T:
        """Read once the promise is kept; see `bot.ports.Store`.

        Raises:
            FencedError: It is withdrawn.
        """
        await self._promise.until_kept()
        return await self._store.read(work)

    async def close(self) -> None:
        """Leave the store open: it is the engine's."""
