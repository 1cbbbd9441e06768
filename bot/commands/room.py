"""Tells the person when the disk is full, and when there is room again: otherwise a thread would only fall silent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import StoreFullError
from bot.ports import Records, Store

T = TypeVar("T")


class TellingStore:
    """A store around another; the first refusal for want of room is told, and the first success after it."""

    def __init__(self, store: Store, tell: Callable[[str], Awaitable[None]]) -> None:
        """Take the store and what shows a sentence of the catalogue by its id."""
        self._store = store
        self._tell = tell
        self._full = False

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        """Do as the inner store does; see `bot.ports.Store`."""
        try:
            result = await self._store.write(work, patient=patient, first=first)
        except StoreFullError:
            await self._now(full=True)
            raise
        await self._now(full=False)
        return result

    async def read(self, work: Callable[[Records], T]) -> T:
        """Do as the inner store does."""
        return await self._store.read(work)

    async def close(self) -> None:
        """Close the inner store."""
        await self._store.close()

    async def _now(self, *, full: bool) -> None:
        if full is not self._full:
            self._full = full
            await self._tell("console_store_full" if full else "console_store_room")
