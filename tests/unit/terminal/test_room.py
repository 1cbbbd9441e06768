from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import pytest

from bot.commands.room import TellingStore
from bot.errors import StoreFullError
from bot.ports import Records

T = TypeVar("T")


class SmallStore:
    """A store whose disk is full whenever it is told so."""

    def __init__(self) -> None:
        self.full = False

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        if self.full:
            raise StoreFullError("full")
        return work(cast("Records", None))

    async def read(self, work: Callable[[Records], T]) -> T:
        return work(cast("Records", None))

    async def close(self) -> None:
        self.full = False


async def test_full_disk_is_told_once_and_again_when_there_is_room() -> None:
    inner, told = SmallStore(), list[str]()

    async def tell(text_id: str) -> None:
        told.append(text_id)

    store = TellingStore(inner, tell)
    await store.write(lambda _: None)
    inner.full = True
    for _ in range(2):
        with pytest.raises(StoreFullError):
            await store.write(lambda _: None)
    assert await store.read(lambda _: "still read") == "still read"
    inner.full = False
    await store.write(lambda _: None)
    await store.write(lambda _: None)

    assert told == ["console_store_full", "console_store_room"]
