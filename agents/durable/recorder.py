"""The recorder of one run: replays effects that are known, journals those that are made now."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import structlog

from agents.durable.commits import Commits
from agents.durable.signals import PATH, diverged
from bot.domain import Claim, Effect, EffectState, Recorded, Turn, TurnKind
from bot.ports import Clock, RunJournal

log = structlog.get_logger()

AT_ONCE = 4
"""Effects that a replay passes at most between two turns of the loop: half a millisecond, in which others wait."""

ASKING = ("model", "compact")
"""Kinds of effects that ask a model, which budgets must permit."""

_USUAL = frozenset({"alternation", "constrained_speakers"})
"""Rescues that most calls of a group need, whatever its models: counted, and not logged one by one."""

STALLED_YIELDS = 20_000
"""Turns of the loop without any replay progress after which the journal's order cannot be reached any more."""


class Recorder(Commits):
    """The effects of one run during one step."""

    def __init__(
        self, journal: RunJournal, recorded: Recorded, clock: Clock, *, alone: Callable[[], bool] = lambda: False
    ) -> None:
        """Begin.

        Args:
            journal: Where effects are recorded.
            recorded: What it holds.
            clock: Where time comes from.
            alone: Says whether the current task is the only one of the run.
        """
        super().__init__(journal, recorded)
        self._alone = alone
        self._passed = 0
        self._clock = clock
        self._known = {effect.key: effect for effect in recorded.effects}
        self._ordinals: Counter[Hashable] = Counter()
        self._last = self._completed
        self._replayed = 0
        self.recorded = recorded
        self.counts: Counter[str] = Counter()
        """Effects made now, by kind, and numbers for the run's log line."""

    def continue_in(self, journal: RunJournal) -> None:
        """Go on in another step, under its epoch."""
        self._journal = journal
        self.counts.clear()

    def ordinal(self, *name: Hashable) -> int:
        """Count calls with this name, from 0. Called before any await, so scheduling cannot change it."""
        n = self._ordinals[name]
        self._ordinals[name] += 1
        return n

    def key(self, kind: str, agent: str) -> str:
        """Return the next key: chat path / kind / agent / ordinal."""
        key = self.next_key(kind, agent)
        self.ordinal(PATH.get(), kind, agent)
        return key

    def next_key(self, kind: str, agent: str) -> str:
        """Return what `key` would return now."""
        path = PATH.get()
        return f"{path}/{kind}/{agent}/{self._ordinals[path, kind, agent]}"

    def known(self, key: str, request: str) -> Effect | None:
        """Return what the journal holds for the key.

        Raises:
            Unwound: With a DivergedError: the journal holds the answer to another request.
        """
        effect = self._known.get(key)
        if effect is not None and effect.request != request:
            raise diverged("diverged", key=key)
        return effect

    def finished(self, key: str, request: str) -> Effect | None:
        """Return the effect of this key if its outcome is known.

        Raises:
            Unwound: With a DivergedError, as `known` does.
        """
        effect = self.known(key, request)
        return effect if effect is not None and effect.state is EffectState.DONE else None

    async def effect(
        self,
        kind: str,
        agent: str,
        request: str,
        do: Callable[[], Awaitable[Any]],
        *,
        interrupted: Any = None,
        claims: Sequence[Claim] = (),
        refused: Any = None,
        key: str = "",
    ) -> Any:
        """Return the journalled outcome, or carry the effect out now and journal it.

        Args:
            kind: `model`, `compact`, `code` or `tool`.
            agent: The agent whose effect it is.
            request: Hash of what is asked.
            do: Carries it out and returns JSON.
            interrupted: The outcome of an effect that began and whose end nobody knows. With it, the beginning
                is committed before anything runs, and it never runs twice. Without: it is made again.
            claims: The approvals that it begins by, taken with the commit of its beginning.
            refused: The outcome of an effect that they do not cover.
            key: Its key, where it has been taken before, or hangs on another effect's.
        """
        key = key or self.key(kind, agent)
        known = self.known(key, request)
        if known is not None and known.state is EffectState.DONE:
            await self.in_order(known)
            return known.value
        await self.caught_up()
        effect = known or self.begun(key, kind, request)
        if known is not None:
            return self.done(effect, interrupted)
        if interrupted is not None:
            self._effects[key] = effect
            self._claims += [replace(claim, effect=key) for claim in claims]
        if not self._told_already():
            await self.flush()
        if key in self._refused:
            return self.done(effect, refused)
        if kind in ASKING:
            await self.permitted()
        self.counts[kind] += 1
        return self.done(effect, await do())

    def begun(self, key: str, kind: str, request: str) -> Effect:
        """Return an effect that begins now."""
        return Effect(key=key, kind=kind, request=request, state=EffectState.STARTED, started_at=self._clock.now())

    def done(self, effect: Effect, value: Any) -> Any:
        """Journal the effect's outcome with the next commit, as the latest to complete; return the value."""
        self._last += 1
        self._replayed = self._last
        ended = replace(effect, state=EffectState.DONE, value=value, completed=self._last, ended_at=self._clock.now())
        self._effects[effect.key] = self._known[effect.key] = ended
        return value

    async def in_order(self, effect: Effect) -> None:
        """Return when every effect that completed before this one has been replayed.

        Parallel chats and tools so see each other's outcomes in the order in which they happened: with them it yields
        to the loop each time. A chat alone yields only now and then, so that a long replay does not stall others:
        each time the loop goes through all of its frames, which are as many as its messages.
        """
        self._passed += 1
        if self._passed % AT_ONCE == 0 or self._replayed + 1 < effect.completed or not self._alone():
            await self._until(lambda: self._replayed + 1 >= effect.completed)
        self._replayed = max(self._replayed, effect.completed)

    async def caught_up(self) -> None:
        """Return when everything the journal holds has been replayed: from here on things are made."""
        if self._replayed < self._last:
            await self._until(lambda: self._replayed >= self._last)

    async def until(self, reached: Callable[[], bool]) -> None:
        """Return when this holds, or else when everything the journal holds has been replayed."""
        if not reached() and self._replayed < self._last:
            await self._until(lambda: reached() or self._replayed >= self._last)

    async def _until(self, reached: Callable[[], bool]) -> None:
        await asyncio.sleep(0)
        progress, stalled = self._replayed, 0
        while not reached():
            await asyncio.sleep(0)
            stalled = stalled + 1 if self._replayed == progress else 0
            progress = self._replayed
            if stalled > STALLED_YIELDS:
                raise diverged("diverged_unasked")

    def turn(self, turn: Turn) -> None:
        """Record a turn with the next commit, unless it is recorded already."""
        if (turn.path, turn.n) not in self.recorded.turns:
            self._turns.append(turn)
            self.counts["turns"] += 1
            if turn.kind is TurnKind.NOTICE and turn.title:
                self.rescued([turn.title])

    def rescued(self, names: Iterable[str]) -> None:
        """Count what of models' mistakes was mended, for the run's log line, and log what tells of the model."""
        named = list(names)
        self.counts.update(f"rescued_{name}" for name in named)
        if telling := [name for name in named if name not in _USUAL]:
            log.info("model.mended", rescues=telling)
