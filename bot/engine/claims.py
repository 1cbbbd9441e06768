"""A conversation that the engine keeps for the transaction that may begin its step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from bot.domain import InputRequest, Run
from bot.engine.promise import Promise
from bot.engine.step import Stepper
from bot.engine.transactions import Begun
from bot.ports import PinnedTeams, Records


class StepClaim:
    """Keeps the promises of the port `bot.ports.Claim`."""

    def __init__(
        self,
        stepper: Stepper,
        *,
        go_ahead: Callable[[Begun, Promise], None],
        hand_over: Callable[[Begun], Awaitable[None]],
    ) -> None:
        """Take what begins steps.

        Args:
            stepper: Begins it in the transaction, and reaches the loop from there.
            go_ahead: Called on the loop while the transaction is made durable, where the step may compute meanwhile.
            hand_over: Called once the transaction is durable.
        """
        self._stepper = stepper
        self._go_ahead = go_ahead
        self._hand_over = hand_over
        self._begun: Begun | None = None

    def begin(self, records: Records, pins: PinnedTeams, run: Run, answered: InputRequest | None) -> None:
        """Begin the step of a run that works; see `bot.ports.Claim`."""
        begun = self._begun = self._stepper.begin(records, pins, run, answered)
        soon = self._stepper.soon
        # With an answer a run goes on that may be in memory; any other reads its journal first.
        if begun.settled.ahead is not None and soon is not None:
            promise = Promise()
            records.when_durable(promise.become_durable)
            soon(partial(self._go_ahead, begun, promise))

    async def go_on(self) -> None:
        """Hand the step over: its transaction is durable."""
        assert self._begun is not None, "the transaction has begun no step"
        await self._hand_over(self._begun)
