"""Our side: each task as a run of Threadfast, from the person's message to the run's end in the store."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from agents.models.pool import Models, ModelSettings
from agents.models.port import Delta, ModelAnswer, ModelCall
from benchmarks.bot import Bot, bot, thread
from benchmarks.small_models.side import PATIENCE, SEED
from benchmarks.small_models.talk import End, Kind, Said, Talk
from bot.app import reading
from bot.domain import Effect, OutboxRow, Run, RunStatus, Turn, TurnKind
from bot.texts import CATALOGUE, say

_KINDS = {TurnKind.TEXT: Kind.TEXT, TurnKind.CODE: Kind.CODE, TurnKind.TOOL: Kind.TOOL}
_LIMITS = ("ended_by_turns", "ended_by_rounds", "ended_by_replies")
_PROPER = ("stopped_courtesy", "stopped_by")
_ROUND = tuple(text_id for text_id in CATALOGUE["en"] if text_id.startswith("stopped_") and text_id not in _PROPER)
"""The notices of a chat that was stopped because it went round. That both sides say goodbye is a proper end."""
_NOWHERE = "http://127.0.0.1:9"
"""Where no Ollama is: the embedded model is used."""


class Seeded(Models):
    """The product's models, each call with the seed of this benchmark, or the next where the same was asked before."""

    def __init__(self, settings: ModelSettings) -> None:
        super().__init__(settings)
        self._asked = Counter[str]()

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask as the product does; see `Models.complete`."""
        request = json.dumps(call.messages)
        options = {**call.options, "seed": SEED + self._asked[request]}
        self._asked[request] += 1
        return await super().complete(replace(call, options=options), on_delta)


class Ours:
    """Holds the chats of teams as a bot does."""

    def __init__(self, subject: Bot, database: Path) -> None:
        self._bot = subject
        self._database = database

    async def talk(self, team: str, words: str, name: str) -> Talk:
        """Have one run, and read from the store what came of it."""
        place, begun = thread(name), time.perf_counter()
        await self._bot.say(place, words, team)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._bot.adapter.of(place).wait()
        except TimeoutError:
            return Talk(said=(), end=End.FAILED, why="no end in time", seconds=PATIENCE)
        seconds = round(time.perf_counter() - begun, 2)
        async with reading(self._database) as store:
            [run] = await store.read(lambda records: records.runs.of(place.conversation))
            rows, effects = await store.read(
                lambda records: (records.outbox.of(run.id), records.journal.effects(run.id))
            )
        return replace(_talk(run, rows), seconds=seconds, rescues=tuple(_rescues(effects)))


@asynccontextmanager
async def ours(folder: Path, cache: Path, model: str) -> AsyncIterator[Ours]:
    """Run a bot whose teams are the files of the folder, on the embedded model of this name."""
    settings = ModelSettings(cache=cache, embedded_model=model, probe_address=_NOWHERE)
    async with bot(folder, Seeded(settings)) as subject:
        yield Ours(subject, folder / "bench.db")


def _talk(run: Run, rows: Sequence[OutboxRow]) -> Talk:
    turns = [row.post.turn for row in rows if row.post.turn is not None]
    said = tuple(_said(turn) for turn in turns if turn.kind in _KINDS)
    notices = [turn.text for turn in turns if turn.kind is TurnKind.NOTICE]
    return Talk(said=said, end=_end(run, notices), why=" ".join([run.stop_reason, *notices]).strip())


def _said(turn: Turn) -> Said:
    return Said(
        agent=turn.agent, kind=_KINDS[turn.kind], text=turn.text, title=turn.title, source=turn.source, ok=turn.ok
    )


def _end(run: Run, notices: Sequence[str]) -> End:
    if run.status is not RunStatus.COMPLETED:
        return End.FAILED
    if any(_is(text_id, notice) for text_id in _ROUND for notice in notices):
        return End.CIRCLED
    # Where the one who began meets the condition, the library's `initiate_chat` tells no reason.
    if not run.stop_reason or _is("ended_by_word", run.stop_reason):
        return End.PROPER
    return End.LIMIT if any(_is(text_id, run.stop_reason) for text_id in _LIMITS) else End.SILENT


def _is(text_id: str, text: str) -> bool:
    """Say whether a text is this sentence of the catalogue, whatever its facts are."""
    before, _, after = say(text_id, "en", agent="\0", count="\0").partition("\0")
    return text.startswith(before) and text.endswith(after)


def _rescues(effects: Iterable[Effect]) -> Iterable[str]:
    for effect in effects:
        if effect.kind == "model" and isinstance(effect.value, dict):
            yield from effect.value.get("rescues", ())
