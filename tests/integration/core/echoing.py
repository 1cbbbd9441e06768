"""Teams that say again what they hear, and what the store knows of a thread."""

from __future__ import annotations

import pytest

from bot.domain import Conversation, Event
from bot.ports import Records
from tests.fakes import Thread
from tests.integration.core.rig import Rig
from tests.scripted import Script

TEAMS: dict[str, Script] = {"greet": [["say", "ada", "{text}"]], "other": [["say", "eve", "{text}"]]}


async def conversation(rig: Rig, thread: Thread) -> Conversation | None:
    return await rig.store.read(lambda records: records.conversations.get(thread.ref.conversation))


async def is_known(rig: Rig, event: Event) -> bool:
    """Say whether the event has a row, by trying to add it and taking that back."""

    class UndoError(Exception):
        pass

    found: list[bool] = []

    def work(records: Records) -> None:
        found.append(not records.inbox.add(event))
        raise UndoError

    with pytest.raises(UndoError):
        await rig.store.write(work)
    return found[0]
