"""An exported journal: everything that a run recorded and what came of it, as one JSON file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.domain import Answer, Batch, Effect, Position, Recorded, RequestId, RunId, Turn
from bot.ports import Records
from bot.store.codec import pack, unpack

FOLDER = Path(__file__).parent


def files() -> list[Path]:
    """Return the journals of every released version."""
    return sorted(FOLDER.glob("*/*.json"))


def read(path: Path) -> dict[str, Any]:
    """Return an exported journal."""
    journal: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return journal


def exported(records: Records, run: RunId) -> dict[str, Any]:
    """Return a run's journal as JSON."""
    rows = records.outbox.of(run)
    return {
        "effects": [json.loads(pack(effect)) for effect in records.journal.effects(run)],
        "turns": [json.loads(pack(row.post.turn)) for row in rows if row.post.turn is not None],
    }


class ExportedJournal:
    """A `bot.ports.RunJournal` over an exported journal; nothing can be added but the turns it has already."""

    def __init__(self, journal: dict[str, Any]) -> None:
        self.effects = tuple(unpack(Effect, json.dumps(effect)) for effect in journal["effects"])
        self.turns: list[Turn] = []
        """The turns that the replay has made."""

    async def load(self) -> Recorded:
        """Return the effects, as if no turn had been recorded: the replay makes all of them again."""
        return Recorded(effects=self.effects)

    async def peek(self, request: RequestId) -> Position:
        """Return how far it has come."""
        return Position(effects=len(self.effects), answers=0)

    async def permit(self) -> None:
        """Permit every call."""

    async def use(self, tokens: int) -> None:
        """Count nothing."""

    async def commit(self, batch: Batch) -> dict[str, Answer]:
        """Take turns; effects and questions would be new ones."""
        assert not batch.effects, f"the replay made {[effect.key for effect in batch.effects]}"
        assert not batch.requests, f"the replay asked {[request.key for request in batch.requests]}"
        self.turns += batch.turns
        return {}

    async def notice(self, text_id: str, **facts: object) -> None:
        """Say nothing."""


def lines_of(turns: list[Turn]) -> Iterator[Any]:
    """Return turns as JSON, without the files' content, which a replay does not have."""
    for turn in turns:
        yield {**json.loads(pack(turn)), "files": []}
