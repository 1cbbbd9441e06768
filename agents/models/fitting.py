"""Asks a model with what fits its context, and asks again with less when the server says that it was still too much.

The durable run has a history summed up before a call would overflow. What is done here is for what it could not know:
that a server counts more than we do, or has a smaller context than anybody told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from agents.models.context import HARDER, Fit, Ratio, Room, fitted
from agents.models.counting import estimate
from agents.models.failures import ContextOverflowError
from agents.models.port import ModelAnswer, ModelCall, Shaped
from bot.errors import ModelFailedError

Ask = Callable[[list[dict[str, Any]]], Awaitable[ModelAnswer]]
_TRIES = 4
"""Histories that are tried until one fits as it is sent: names and turns make it longer."""


async def ask_fitting(ask: Ask, call: ModelCall, *, room: Room | None, ratio: Ratio) -> ModelAnswer:
    """Ask with a history that fits; send less while the server says it is too long.

    Args:
        ask: Issues one request with these messages; raises ContextOverflowError.
        call: The request as it was meant.
        room: What the messages may take; None: unknown until the server refuses.
        ratio: What was learnt of this model's way of counting.

    Raises:
        ModelFailedError: Not even the system message, the task and the newest exchange fit.
    """
    fit = Fit(messages=list(call.messages)) if room is None else _fitted(call, room.allowed)
    while True:
        size = estimate(fit.messages, call.tools)
        try:
            answer = await ask(fit.messages)
        except ContextOverflowError as overflow:
            ratio.refuse(size, counted=overflow.tokens, limit=overflow.limit)
            fit = _harder(call, size, overflow)
            continue
        ratio.learn(size, answer.prompt_tokens)
        told = {"history_trimmed": fit.dropped > 0, "history_cut": fit.cut}
        return replace(answer, notes=(*answer.notes, *(note for note, holds in told.items() if holds)))


def _fitted(call: ModelCall, allowed: float) -> Fit:
    """Leave out what may go, and shape what is left as the call was shaped."""
    fit = Fit(messages=list(call.messages))
    if (over := estimate(call.messages, call.tools) - allowed) <= 0:
        return fit
    shaped, space = _shaping(call), allowed
    for _ in range(_TRIES):
        fit = fitted(shaped.origin, space, call.tools, call.kept)
        fit = replace(fit, messages=shaped.make(fit.messages))
        over = estimate(fit.messages, call.tools) - allowed
        if over <= 0:
            break
        space -= over
    return fit


def _shaping(call: ModelCall) -> Shaped:
    """Return how the messages came to be; what was asked after they were shaped is their end."""
    shaped = call.shaped
    if shaped is None or call.messages[: len(shaped.made)] != shaped.made:
        return Shaped(origin=call.messages, made=call.messages, make=list)
    return replace(shaped, origin=[*shaped.origin, *call.messages[len(shaped.made) :]])


def _harder(call: ModelCall, size: int, overflow: ContextOverflowError) -> Fit:
    share = HARDER
    if overflow.tokens and overflow.limit:
        share = min(0.95, 0.9 * overflow.limit / overflow.tokens)
    smaller = _fitted(call, size * share)
    if estimate(smaller.messages, call.tools) >= size:
        raise ModelFailedError(
            f"The task and the last message alone are too long for the context of {call.model!r} ({overflow}). "
            "A model with a larger context, or a shorter message, helps."
        ) from overflow
    return smaller
