"""The recorder of one run: replays effects that are known, journals those that are made now.

What happens between two effects (a model's answer, the turn it became) is committed together just before the
next effect begins, a question opens or the run ends. Whatever a crash loses of it is made again by the replay.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog

from agents.durable.signals import PATH, Unwound, diverged
from bot.domain import Batch, Claim, Effect, EffectState, InputRequest, Recorded, Turn, TurnKind
from bot.errors import NotApprovedError, StoreError
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


class Recorder:
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
        self._journal = journal
        self._alone = alone
        self._passed = 0
        self._clock = clock
        self._known = {effect.key: effect for effect in recorded.effects}
        self._keys = set(self._known)
        self._ordinals: Counter[Hashable] = Counter()
        self._last = max((effect.completed for effect in recorded.effects), default=0)
        self._completed = self._last
        self._replayed = 0
        self._effects: dict[str, Effect] = {}
        self._turns: list[Turn] = []
        self._requests: list[InputRequest] = []
        self._claims: list[Claim] = []
        self._tokens = 0
        self._refused: set[str] = set()
        """Keys of the effects that no approval covered."""
        self._lock = asyncio.Lock()
        self._broken: Exception | None = None
        self.recorded = recorded
        self.answers = dict(recorded.answers)
        """Answers of people by effect key."""
        self.counts: Counter[str] = Counter()
        """Effects made now, by kind, and numbers for the run's log line."""

    @property
    def committed(self) -> int:
        """How many effects of this run the journal holds, as far as this recorder knows."""
        return len(self._keys)

    @property
    def completed(self) -> int:
        """How many of them the journal holds as completed, as far as this recorder knows."""
        return self._completed

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

    async def permitted(self) -> None:
        """Return if a model may be asked now: all that was used so far is counted.

        Raises:
            Unwound: With an OverBudgetError.
        """
        try:
            await self._journal.permit()
        except Exception as error:
            raise Unwound(error) from error

    def use(self, tokens: int) -> None:
        """Count tokens with the commit of the effect that has just used them."""
        self._tokens += tokens

    async def settle(self) -> None:
        """Count at once what was used and no commit has counted: the step ends, or its call has no outcome.

        A budget that missed it is not worth another error: the run ends with its own.
        """
        tokens, self._tokens = self._tokens, 0
        if tokens:
            with suppress(StoreError):
                await self._journal.use(tokens)

    def begun(self, key: str, kind: str, request: str) -> Effect:
        """Return an effect that begins now."""
        return Effect(key=key, kind=kind, request=request, state=EffectState.STARTED, started_at=self._clock.now())

    def add(self, effect: Effect) -> None:
        """Record an effect with the next commit, outside the order of completion."""
        self._effects[effect.key] = effect

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

    def request(self, request: InputRequest, effect: Effect) -> None:
        """Record an input request with the next commit."""
        self._requests.append(request)
        self._effects[effect.key] = effect

    def _told_already(self) -> bool:
        """Whether all that is pending is durable in another place: a person's answer is, in its input request."""
        answered = all(effect.key in self.answers for effect in self._effects.values())
        return answered and not (self._turns or self._requests or self._claims) and not self._lock.locked()

    async def flush(self) -> None:
        """Commit what is pending; return once it is durable, also what another task is committing right now.

        Raises:
            Unwound: With the store's error: nothing of it was recorded, and the step ends.
        """
        async with self._lock:
            if self._broken is not None:
                raise Unwound(self._broken)
            while (self._effects or self._turns or self._requests) and not await self._committed():
                pass

    async def _committed(self) -> bool:
        """Commit what is pending now; False: no approval covers something of it, and that was taken out."""
        batch = Batch(
            effects=tuple(self._effects.values()),
            turns=tuple(self._turns),
            requests=tuple(self._requests),
            claims=tuple(self._claims),
            tokens=self._tokens,
        )
        self._effects, self._turns, self._requests, self._claims, self._tokens = {}, [], [], [], 0
        try:
            self.answers.update(await self._journal.commit(batch))
        except Exception as error:
            if isinstance(error, NotApprovedError) and any(claim.effect == error.effect for claim in batch.claims):
                self._take_back(batch, error.effect)
                return False
            self._broken = error
            raise Unwound(error) from error
        self._keys.update(effect.key for effect in batch.effects)
        self._completed = max([self._completed, *(effect.completed for effect in batch.effects)])
        return True

    def _take_back(self, batch: Batch, refused: str) -> None:
        """Have a batch committed without an effect that may not begin."""
        self._refused.add(refused)
        before = {effect.key: effect for effect in batch.effects if effect.key != refused}
        self._effects = {**before, **self._effects}
        self._turns = [*batch.turns, *self._turns]
        self._requests = [*batch.requests, *self._requests]
        self._tokens += batch.tokens
        self._claims = [*(claim for claim in batch.claims if claim.effect != refused), *self._claims]
