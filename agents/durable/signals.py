"""What travels with a run through AutoGen: context variables, and exceptions that nothing may swallow.

AutoGen, and tools, catch `Exception` in places; what must reach `advance` is therefore a BaseException.
"""

from __future__ import annotations

from contextvars import ContextVar

from bot.errors import DivergedError, RunFailedError
from bot.texts import say

PATH: ContextVar[str] = ContextVar("threadfast_path", default="")
"""The chat path: which nested, sequential or parallel chat this task is in."""

EFFECT: ContextVar[str] = ContextVar("threadfast_effect", default="")
"""The effect that is being carried out: inside one, no other may begin."""


class NeedHuman(BaseException):
    """The chat unwinds: an input request is recorded, and nothing of the run stays in memory."""


class Unwound(BaseException):
    """Carries an error of ours out of AutoGen, past everything that catches `Exception`."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error
        """What `advance` raises."""


def refusal(text_id: str, **facts: object) -> Unwound:
    """Return what ends the run with a sentence of the catalogue."""
    return Unwound(RunFailedError(say(text_id, "en", **facts), text_id=text_id, facts=facts))


def diverged(text_id: str, **facts: object) -> Unwound:
    """Return what ends a run whose replay asks something other than what its journal holds."""
    return Unwound(DivergedError(say(text_id, "en", **facts), text_id=text_id, facts=facts))


def refuse_inside_effect(agent: str) -> None:
    """Refuse what would be journalled inside something that is journalled as a whole."""
    if effect := EFFECT.get():
        raise refusal("inside_effect", agent=agent, effect=effect)
