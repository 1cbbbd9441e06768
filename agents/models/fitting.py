"""Asks a model with what fits its context, and asks again with less when the server says that it was still too much.

The durable run has a history summed up before a call would overflow. What is done here is for what it could not know:
that a server counts more than we do, or has a smaller context than anybody told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from agents.models.context import Fit, Ratio, trim
from agents.models.counting import estimate
from agents.models.failures import ContextOverflowError
from agents.models.keeping import Rank, shortened, units_of
from agents.models.port import ModelAnswer, ModelCall
from bot.errors import ModelFailedError

Ask = Callable[[list[dict[str, Any]]], Awaitable[ModelAnswer]]
_HARDER = 0.7
"""How much of a refused request's size is tried next, where the server does not tell its limit."""


async def ask_fitting(ask: Ask, call: ModelCall, *, allowed: int | None, ratio: Ratio) -> ModelAnswer:
    """Ask with a history that fits; send less while the server says it is too long.

    Args:
        ask: Issues one request with these messages; raises ContextOverflowError.
        call: The request as it was meant.
        allowed: Tokens that the messages may take; None: unknown until the server refuses.
        ratio: What was learnt of this model's way of counting.

    Raises:
        ModelFailedError: Not even the system message, the task and the newest exchange fit.
    """
    fit = Fit(messages=list(call.messages))
    if allowed is not None:
        fit = _fitted(call, allowed / ratio.value)
    while True:
        size = estimate(fit.messages, call.tools)
        try:
            answer = await ask(fit.messages)
        except ContextOverflowError as overflow:
            ratio.limit = overflow.limit or ratio.limit
            ratio.learn(size, overflow.tokens or 0)
            fit = _harder(call, size, overflow)
            continue
        ratio.learn(size, answer.prompt_tokens)
        return replace(answer, notes=(*answer.notes, "history_trimmed")) if fit.dropped else answer


def _fitted(call: ModelCall, allowed: float) -> Fit:
    """Leave out what is oldest, then cut the middle out of what is longest."""
    fit = trim(call.messages, allowed, call.tools)
    over = estimate(fit.messages, call.tools) - allowed
    if over <= 0:
        return fit
    messages, left = shortened(fit.messages, over, but=_task_of(fit.messages))
    cut = sum(new is not old for new, old in zip(messages, fit.messages, strict=True))
    return Fit(messages=messages, dropped=fit.dropped + cut) if left < over else fit


def _task_of(messages: list[dict[str, Any]]) -> set[int]:
    """Return the place of the task; the newest of the messages is cut only where it is another."""
    said = (unit.start for unit in units_of(messages) if unit.rank is Rank.STAYS)
    return {next((at for at in said if messages[at].get("role") != "system"), 0)}


def _harder(call: ModelCall, size: int, overflow: ContextOverflowError) -> Fit:
    share = _HARDER
    if overflow.tokens and overflow.limit:
        share = min(0.95, 0.9 * overflow.limit / overflow.tokens)
    smaller = _fitted(call, size * share)
    if estimate(smaller.messages, call.tools) >= size:
        raise ModelFailedError(
            f"The task and the last message alone are too long for the context of {call.model!r} ({overflow}). "
            "A model with a larger context, or a shorter message, helps."
        ) from overflow
    return smaller
