"""Asks a model with what fits its context, and asks again when that was still too much or nothing came back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from agents.models.context import Fit, Ratio, estimate, trim
from agents.models.failures import ContextOverflowError
from agents.models.port import ModelAnswer, ModelCall
from bot.errors import ModelFailedError

Ask = Callable[[list[dict[str, Any]]], Awaitable[ModelAnswer]]
_HARDER = 0.7
"""How much of a refused request's size is tried next, where the server does not tell its limit."""


async def ask_fitting(ask: Ask, call: ModelCall, *, allowed: int | None, ratio: Ratio) -> ModelAnswer:
    """Ask with a history that fits; trim harder while the server says it is too long.

    Args:
        ask: Issues one request with these messages; raises ContextOverflowError.
        call: The request as it was meant.
        allowed: Tokens that the messages may take; None: unknown until the server refuses.
        ratio: What was learnt of this model's way of counting.

    Raises:
        ModelFailedError: Not even the system message, the task and the newest message fit.
    """
    fit = Fit(messages=list(call.messages))
    if allowed is not None:
        fit = trim(call.messages, allowed / ratio.value, call.tools)
    while True:
        try:
            answer = await ask(fit.messages)
        except ContextOverflowError as overflow:
            fit = _harder(call, fit, overflow)
            continue
        ratio.learn(estimate(fit.messages, call.tools), answer.prompt_tokens)
        return replace(answer, notes=(*answer.notes, "history_trimmed")) if fit.dropped else answer


def _harder(call: ModelCall, fit: Fit, overflow: ContextOverflowError) -> Fit:
    size = estimate(fit.messages, call.tools)
    share = _HARDER
    if overflow.tokens and overflow.limit:
        share = min(0.95, 0.9 * overflow.limit / overflow.tokens)
    smaller = trim(call.messages, size * share, call.tools)
    if smaller.dropped <= fit.dropped:
        raise ModelFailedError(
            f"The task and the last message alone are too long for the context of {call.model!r} ({overflow}). "
            "A model with a larger context, or a shorter message, helps."
        ) from overflow
    return smaller
