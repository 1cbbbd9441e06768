"""Makes one model call fit: old turns are summed up by its own model, or left out, before a server sees them.

What is done, in this order, until the call fits: what agents and tools said is summed up, oldest first, until half of
the room is free; then what people said; then the newest code with its output; then the middle is cut out of the longest
messages of the newest exchange. System messages and the task are never touched. Where there is no summary, because the
team wants none or the model gave none, the same is left out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from agents.durable.history.summaries import Summary, gone_with, summed_up, text_of, value_of
from agents.durable.history.wording import request_of, talk_of
from agents.durable.signals import Unwound
from agents.models.context import Room, fitted
from agents.models.counting import estimate, text_tokens, tools_tokens
from agents.models.keeping import NOTHING, Rank, Unit, cut, place_of_task, plain, units_of
from agents.models.port import ModelAnswer, ModelCall
from bot.errors import ModelFailedError
from bot.texts import say

if TYPE_CHECKING:
    from agents.durable.run import DurableRun

Complete = Callable[[ModelCall], Awaitable[ModelAnswer]]
"""Asks a model, counting what it uses."""

COMPACTED, CUT = "history_compacted", "history_cut"
"""Sentences that the thread is told once."""
_FREE = 0.5
"""The share of the room up to which turns are summed up, so that it is not done again with each call."""
_SHORTEST, _LONGEST, _SHARE = 80, 800, 0.2
"""Tokens that a summary may have: this share of the room, within these bounds."""
_OF_TASK, _OF_BEFORE = 0.15, 0.35
"""The shares of the room that the task, and the summary so far, may take where a summary is asked for."""
_ROUNDS = 64
"""Summaries for one call at most: a history of that many contexts."""
_HOPEFUL = 0.6
"""Of a model that has not told its own count yet: what our estimate may be too high by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the journal keeps the summaries that a model call needs."""

    key: str
    """The model call's."""
    request: str
    """Its hash."""

    def nth(self, n: int) -> str:
        """Return the key of its nth summary, from 0."""
        return f"{self.key}/compact/{n}" if n else f"{self.key}/compact"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A call that fits."""

    call: ModelCall
    notes: tuple[str, ...] = ()


async def replayed(run: DurableRun, place: Place) -> None:
    """Take the summaries that the journal holds for a call."""
    n = 0
    while (effect := run.recorder.finished(place.nth(n), place.request)) is not None:
        await run.recorder.in_order(effect)
        run.history.take(effect.value)
        n += 1


class Fitting:
    """Makes one call fit."""

    def __init__(self, run: DurableRun, call: ModelCall, place: Place, room: Room, complete: Complete) -> None:
        self._run = run
        self._call = call
        self._place = place
        self._room = room
        self._complete = complete
        self._tools = tools_tokens(call.tools)
        self._units: list[Unit] = []

    async def fitted(self) -> Fitted:
        """Return the call with what fits.

        Raises:
            Unwound: With a ModelFailedError: not even the system messages and the task fit. With what asking for a
                summary raised, unless it is that the model refused: then it goes without.
        """
        history = self._run.history
        if self._size(None) <= self._room.allowed:
            return Fitted(self._call)
        self._units = units_of(self._call.messages, self._call.kept, count=history.counts.of)
        summary = history.summary_of(self._call.messages)
        if self._size(summary) > self._room.allowed and history.compacts:
            summary = await self._compacted(summary)
        return self._cut_down(summary)

    def _size(self, summary: Summary | None) -> float:
        """Estimate the call with a summary in the place of what it stands for."""
        messages = self._call.messages if summary is None else summed_up(self._call.messages, summary)
        return self._tools + sum(map(self._run.history.counts.of, messages))

    async def _compacted(self, summary: Summary | None) -> Summary | None:
        """Sum up, a piece after the other, until there is room again or nothing is left to sum up."""
        first = self._first_free()
        for n in range(first, first + _ROUNDS):
            going = self._going(summary)
            if not going:
                break
            made = await self._summary(n, going, summary)
            if made is None:
                break
            summary = made
        return summary

    def _first_free(self) -> int:
        n = 0
        while self._run.recorder.finished(self._place.nth(n), self._place.request) is not None:
            n += 1
        return n

    def _going(self, summary: Summary | None) -> list[Unit]:
        """Return what is summed up next, oldest first: as much as makes the call as short as it should be."""
        gone = self._gone(summary)
        left = sorted((unit for unit in self._units if unit.start not in gone), key=lambda unit: unit.rank)
        size, going = self._size(summary) + (0 if summary else self._answer_tokens()), list[Unit]()
        for unit in left:
            enough = self._room.allowed * (_FREE if unit.rank is Rank.TURN else 1)
            if unit.rank is Rank.STAYS or size <= enough:
                break
            going.append(unit)
            size -= unit.tokens
        return sorted(going, key=lambda unit: unit.start)

    def _gone(self, summary: Summary | None) -> set[int]:
        return gone_with(self._call.messages, summary) if summary is not None else set()

    def _answer_tokens(self) -> int:
        return int(min(_LONGEST, max(_SHORTEST, self._room.allowed * _SHARE)))

    async def _summary(self, n: int, going: Sequence[Unit], before: Summary | None) -> Summary | None:
        """Have the model sum up as much of this as it can read at a time; None: it gave no summary."""
        run, place = self._run, self._place
        run.show_status(self._call.agent, say("history_compacting", run.run.language))

        async def do() -> dict[str, Any]:
            return await self._asked(going, before)

        value = await run.recorder.effect("compact", self._call.agent, place.request, do, key=place.nth(n))
        # What was paid for is kept, whatever becomes of the call that needs it.
        await run.recorder.flush()
        run.show_status(self._call.agent, "")
        return run.history.take(value)

    async def _asked(self, going: Sequence[Unit], before: Summary | None) -> dict[str, Any]:
        call, taken, fits = await self._request(going, before)
        if not fits:
            return {"failed": "the context is too small for a summary to be asked for", "tokens": [0, 0]}
        try:
            answer = await self._complete(call)
        except Unwound as unwound:
            if not isinstance(unwound.error, ModelFailedError):
                raise
            return {"failed": str(unwound.error), "tokens": [0, 0]}
        facts = {"tokens": [answer.prompt_tokens, answer.completion_tokens], "rescues": list(answer.rescues)}
        text = answer.content.strip()
        if not text:
            return {"failed": "the summary was empty", **facts}
        gone = self._gone(before).union(*(range(unit.start, unit.stop) for unit in taken))
        # One that is as long as what it stands for would free no room.
        stands_for = sum(unit.tokens for unit in taken) + (text_tokens(before.text) if before else 0)
        text = cut(text, max(_SHORTEST, min(2 * self._answer_tokens(), 0.7 * stands_for)))
        return {**value_of(text, self._call.messages, gone), **facts, "model": answer.model}

    async def _request(self, going: Sequence[Unit], before: Summary | None) -> tuple[ModelCall, list[Unit], bool]:
        """Return the call that asks for a summary of as much as fits it, of what that is, and whether it fits."""
        answer = self._answer_tokens()
        options = self._call.options
        longest = "max_completion_tokens" if "max_completion_tokens" in options else "max_tokens"
        given = {longest: answer, "temperature": 0.2}
        # It is not the agent that speaks: what is mended of its answers would mend its name away, or choose a speaker.
        agent = f"{self._call.agent}:summary"
        asked = replace(self._call, agent=agent, messages=[], tools=[], options=given, kept=NOTHING)
        room = await self._run.models.room(asked) or self._room
        task = cut(self._task(), room.allowed * _OF_TASK)
        told = cut(before.text, room.allowed * _OF_BEFORE) if before else ""
        # Fewer words than tokens, or it ends in the middle of a sentence.
        words = answer // 2
        empty = request_of(task, told, (), words=words)
        taken, talk = self._read(going, room.allowed - estimate(empty))
        messages = request_of(task, told, talk, words=words)
        return replace(asked, messages=messages), taken, estimate(messages) <= room.allowed

    def _task(self) -> str:
        at = place_of_task(self._call.messages, self._call.kept.task)
        return "" if at is None else plain(self._call.messages[at].get("content"))

    def _read(self, going: Sequence[Unit], space: float) -> tuple[list[Unit], list[str]]:
        """Return the oldest of this that the space holds, and as texts; of one too long alone, without its middle."""
        taken, texts, left = list[Unit](), list[str](), max(space, _SHORTEST)
        for unit in going:
            text = talk_of(self._call.messages[unit.start : unit.stop])
            size = text_tokens(text) + 1
            if taken and size > left:
                break
            taken.append(unit)
            texts.append(cut(text, left))
            left -= size
        return taken, texts

    def _cut_down(self, summary: Summary | None) -> Fitted:
        """Return the call with the summary, and without what is still too much."""
        call, room, history = self._call, self._room, self._run.history
        messages, kept = call.messages, call.kept
        if summary is not None:
            messages, kept = summed_up(messages, summary), replace(kept, summary=text_of(summary))
        fit = fitted(messages, room.allowed, call.tools, kept, count=history.counts.of)
        size = estimate(fit.messages, call.tools)
        if size > room.allowed and (room.ratio != 1.0 or size * _HOPEFUL > room.allowed):
            raise Unwound(self._too_long())
        told = {COMPACTED: summary is not None, history.loss: fit.dropped > 0, CUT: fit.cut}
        notes = tuple(note for note, holds in told.items() if holds)
        return Fitted(replace(call, messages=fit.messages, kept=kept), notes)

    def _too_long(self) -> ModelFailedError:
        facts = {"model": self._call.model, "tokens": self._room.tokens}
        return ModelFailedError(say("context_too_small", "en", **facts), text_id="context_too_small", facts=facts)
