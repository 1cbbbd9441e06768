"""How far a model's pulling is, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable

from adapters.chat.content.names import one_line
from bot.domain import ModelsTold, PullStep
from bot.texts import say
from bot.texts.amounts import bytes_in_words

CELLS = 20
"""Of the bar."""
MOST_BUTTONS = 5
"""Models that a list has buttons for."""
LONGEST_NAMED = 60
"""Characters of a model's name that a button has room for."""
FULL, EMPTY = "█", "░"


def pulling(model: str, step: PullStep | None, language: str) -> str:
    """Return a sentence with a bar, and what a restart would mean; no step: the host was only asked."""
    return f"{_how_far(model, step, language)}\n{say('pull_restart', language)}"


def bar(percent: int) -> str:
    """Return a bar of characters."""
    full = max(0, min(CELLS, CELLS * percent // 100))
    return FULL * full + EMPTY * (CELLS - full)


def _how_far(model: str, step: PullStep | None, language: str) -> str:
    if step is None:
        return say("pull_starts", language, model=model)
    if step.percent is None:
        return say("pull_starts_at", language, model=model, host=step.host)
    facts = {"host": step.host, "percent": step.percent, "size": bytes_in_words(step.total, language)}
    return say("pull_at", language, model=model, bar=bar(step.percent), **facts)


def buttons(told: ModelsTold, language: str, fits: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Return the label and the model of each button below a list; names that do not fit are only listed."""
    models = [model for model in told.missing if fits(model)][:MOST_BUTTONS]
    return [(label_of(model, language), model) for model in models]


def label_of(model: str, language: str) -> str:
    """Return what stands on the button that has a model pulled."""
    return say("pull_button", language, model=one_line(model, LONGEST_NAMED))
