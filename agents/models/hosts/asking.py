"""One call, from the queue to its answer: what fails on one host is asked of another, and never heard twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import structlog

from agents.models.failures import (
    HostAwayError,
    HostBusyError,
    HostRefusesError,
    ModelBrokeError,
    ModelMissingError,
)
from agents.models.fair import CALLER, not_counted
from agents.models.hosts.health import FIRST
from agents.models.hosts.router import Router
from agents.models.port import CallState, Delta, ModelAnswer, ModelCall
from agents.models.queue import Avoided, Place
from bot.errors import ModelFailedError, RetryLaterError

UNABLE = 60.0
"""Seconds for which another host is asked rather than one where the model failed."""
_UNTOLD = 2
"""How often a run is sent away while no host answers: by then the thread was told, and the run may wait here."""
_WAIT, _SOON, _LATER = 45.0, 2.0, 10.0
"""Seconds that a run waits here, that it is away from here then, and where as many wait here as may."""
AT_ONCE = 32
"""Runs that wait here: each keeps one of the engine's places from those whose hosts answer."""

log = structlog.get_logger()


class Outage:
    """Which runs have met that no host answers, and how often."""

    def __init__(self) -> None:
        self._met: dict[str, int] = {}
        self._here = 0

    async def over(self, router: Router, chain: tuple[str, ...], error: HostAwayError) -> bool:
        """Wait for a host to come back, once the thread was told that its run does; False: it did not.

        A run that waits here goes on as soon as a host is back, without being replayed for it.
        """
        conversation = CALLER.get().conversation
        if router.up(chain):
            self._met.clear()
            return False
        if error.reached:
            # The call itself may be what breaks the host: it is not made for ever.
            error.patient = False
            return False
        error.patient = True
        met = self._met[conversation] = self._met.get(conversation, 0) + 1
        if not conversation or met <= _UNTOLD:
            return False
        if self._here >= AT_ONCE:
            error.retry_after = _LATER
            return False
        self._here += 1
        try:
            with not_counted():
                await router.until_up(chain, _WAIT)
        finally:
            self._here -= 1
        if router.up(chain):
            self._met.clear()
            return True
        error.retry_after = _SOON
        return False


class _Failure(NamedTuple):
    avoid: Avoided
    """What is not asked in this call any more."""
    again: bool
    """Whether another host may be asked at all."""
    counts: bool
    """Whether the host may have worked on the call: that is repeated once and no more."""


class Asking:
    """One call on its way."""

    def __init__(self, router: Router, chain: tuple[str, ...], outage: Outage | None) -> None:
        """Take where it may go.

        Args:
            router: Hands out the hosts' places.
            chain: The model that is wanted, and those that are next best.
            outage: Lets the call wait where no host answers; None: it fails then.
        """
        self._router = router
        self._chain = chain
        self._outage = outage
        self._avoid: Avoided = frozenset()
        self._repeated = False
        self._heard = False

    async def ask(self, call: ModelCall, on_delta: Delta, fit: Callable[[ModelCall, Place], ModelCall]) -> ModelAnswer:
        """Return the answer; see ModelClient.

        Args:
            call: The call.
            on_delta: Told what is said.
            fit: Makes the call of it that a place is asked.
        """

        def hear(text: str) -> None:
            self._heard = True
            on_delta(text)

        while True:
            try:
                async with self._router.turn(self._chain, call.watch, self._avoid) as place:
                    return await self._there(place, fit(call, place), hear)
            except _AskAgainError as failed:
                log.info("model.asked_elsewhere", error=type(failed.__cause__).__name__)
            except HostAwayError as error:
                if self._outage is None or not await self._outage.over(self._router, self._chain, error):
                    raise
            if self._heard:
                self._heard = False
                call.watch(CallState(kind="again", model=self._chain[0]))

    async def _there(self, place: Place, call: ModelCall, hear: Delta) -> ModelAnswer:
        try:
            return await place.host.complete(call, hear)
        except (RetryLaterError, ModelFailedError) as error:
            failure = self._judge(place, error)
            avoid = self._avoid | failure.avoid
            if not failure.again or (failure.counts and self._repeated) or not self._router.another(self._chain, avoid):
                raise
            self._avoid, self._repeated = avoid, self._repeated or failure.counts
            raise _AskAgainError from error

    def _judge(self, place: Place, error: RetryLaterError | ModelFailedError) -> _Failure:
        """Note what an error says about the host."""
        host, now = place.host, asyncio.get_running_loop().time()
        here = frozenset({(host.name, place.model)})
        all_here = frozenset((host.name, model) for model in self._chain)
        if isinstance(error, HostAwayError):
            # Where only the call broke off, the host is looked for soon: that shows whether it is away.
            host.fails(error, FIRST if error.reached else None)
            return _Failure(all_here, again=True, counts=error.reached)
        if isinstance(error, HostBusyError):
            host.health.busy(error, now, error.retry_after)
            return _Failure(all_here, again=True, counts=False)
        if isinstance(error, ModelMissingError):
            host.lacks(place.model)
            return _Failure(here, again=True, counts=False)
        if isinstance(error, ModelBrokeError | HostRefusesError):
            host.health.unable(place.model, error, now, UNABLE)
            return _Failure(here, again=True, counts=isinstance(error, ModelBrokeError))
        return _Failure(all_here, again=isinstance(error, RetryLaterError), counts=True)


class _AskAgainError(Exception):
    """The call failed at one host, and there is another."""


def fitting(call: ModelCall, place: Place, *, think: bool | None, temperature: float | None) -> ModelCall:
    """Return the call as a place is asked: by the model's name there, with what the settings say where it says nothing.

    Args:
        call: The call as the team makes it.
        place: Where it goes.
        think: Whether a model that can think first may do so; None: as its host's settings say.
        temperature: For a team that says none; None: as the host decides.
    """
    options = dict(call.options)
    if temperature is not None and options.get("temperature") is None:
        options["temperature"] = temperature
    if think is not None and place.host.kind == "ollama":
        options["may_think"] = think
    return replace(call, model=place.model, options=options)
