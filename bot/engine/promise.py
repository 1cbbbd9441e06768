"""A step that computes while the transaction that began it becomes durable: it records and shows nothing before.

What a team computes, and what it asks a model, may be done again. So it may also be done too early, and be dropped as
if it had never been where that transaction comes to nothing. Everything else goes through the store first: code and
tools are recorded before they run, posts and acknowledgements before they are seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from bot.errors import FencedError
from bot.ports import Records, Store

T = TypeVar("T")


class _TooSoonError(Exception):
    """Nothing may be written yet: the transaction that began the step is not known to be durable."""


class Promise:
    """That the beginning of a step becomes durable."""

    def __init__(self, *, kept: bool = False) -> None:
        self._decided = asyncio.Event()
        self.kept = False
        """Whether it is durable, and the step handed over."""
        self.durable = kept
        """Whether it is durable: the store's thread knows first, and only it may ask before the promise is kept."""
        if kept:
            self.keep()

    def become_durable(self) -> None:
        """Note that it is durable; called on the store's thread, before anybody is told."""
        self.durable = True

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

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        """Write once the step's beginning is durable; see `bot.ports.Store`.

        The store's thread knows that before the loop does, which would have to be told first and to hand it in then.

        Raises:
            FencedError: It is withdrawn.
        """
        if not (self._promise.kept or self._promise.withdrawn):
            with suppress(_TooSoonError):
                return await self._store.write(partial(self._if_durable, work), patient=patient, first=first)
        await self._promise.until_kept()
        return await self._store.write(work, patient=patient, first=first)

    async def read(self, work: Callable[[Records], T]) -> T:
        """Read once the promise is kept; see `bot.ports.Store`.

        Raises:
            FencedError: It is withdrawn.
        """
        await self._promise.until_kept()
        return await self._store.read(work)

    async def close(self) -> None:
        """Leave the store open: it is the engine's."""

    def _if_durable(self, work: Callable[[Records], T], records: Records) -> T:
        """Do the work, on the store's thread.

        Raises:
            _TooSoonError: The step's beginning is not durable, as far as is known here.
        """
        if not self._promise.durable:
            raise _TooSoonError
        return work(records)
