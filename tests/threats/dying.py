"""A process that ends at its n-th look outside: before or after a transaction, before or after code runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.errors import StoreError
from bot.ports import Records, Store

T = TypeVar("T")


class Wire:
    """Counts a process's looks outside; once it has ended, nothing of it comes through."""

    def __init__(self, ends_in: int = 0) -> None:
        self.ends_in = ends_in
        """How many looks are left; 0: it goes on."""
        self.passed = 0
        self.dead = False

    async def look(self) -> None:
        """Go on.

        Raises:
            StoreError: The process has ended.
        """
        await asyncio.sleep(0)
        self.passed += 1
        if self.ends_in and not self.dead:
            self.ends_in -= 1
            self.dead = self.ends_in == 0
        if self.dead:
            raise StoreError("the process has ended")


class DyingStore:
    """A store with a wire before and after each transaction."""

    def __init__(self, store: Store, wire: Wire) -> None:
        self._store = store
        self._wire = wire

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        await self._wire.look()
        result = await self._store.write(work, patient=patient, first=first)
        await self._wire.look()
        return result

    async def read(self, work: Callable[[Records], T]) -> T:
        await self._wire.look()
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()
