"""What of a run is recorded next, and the commit that makes it durable.

What happens between two effects (a model's answer, the turn it became) is committed together just before the
next effect begins, a question opens or the run ends. Whatever a crash loses of it is made again by the replay.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from agents.durable.signals import Unwound
from bot.domain import Batch, Claim, Effect, InputRequest, Recorded, Turn
from bot.errors import NotApprovedError, StoreError
from bot.ports import RunJournal


class Commits:
    """What waits for the next commit of one run, and its commits during one step."""

    def __init__(self, journal: RunJournal, recorded: Recorded) -> None:
        """Begin with nothing that waits.

        Args:
            journal: Where it is recorded.
            recorded: What that holds already.
        """
        self._journal = journal
        self._keys = {effect.key for effect in recorded.effects}
        self._completed = max((effect.completed for effect in recorded.effects), default=0)
        self._effects: dict[str, Effect] = {}
        self._turns: list[Turn] = []
        self._requests: list[InputRequest] = []
        self._claims: list[Claim] = []
        self._tokens = 0
        self._refused: set[str] = set()
        """Keys of the effects that no approval covered."""
        self._lock = asyncio.Lock()
        self._broken: Exception | None = None
        self.answers = dict(recorded.answers)
        """Answers of people by effect key."""

    @property
    def committed(self) -> int:
        """How many effects of this run the journal holds, as far as is known here."""
        return len(self._keys)

    @property
    def completed(self) -> int:
        """How many of them the journal holds as completed, as far as is known here."""
        return self._completed

    def add(self, effect: Effect) -> None:
        """Record an effect with the next commit, outside the order of completion."""
        self._effects[effect.key] = effect

    def request(self, request: InputRequest, effect: Effect) -> None:
        """Record an input request with the next commit."""
        self._requests.append(request)
        self._effects[effect.key] = effect

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
