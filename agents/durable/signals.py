"""What travels with a run through AutoGen: context variables, and exceptions that nothing may swallow.

AutoGen, and tools, catch `Exception` in places; what must reach `advance` is therefore a BaseException.
"""

from __future__ import annotations

from contextvars import ContextVar

from bot.errors import RunFailedError

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


def refusal(sentence: str) -> Unwound:
    """Return what ends the run with a sentence for the thread."""
    return Unwound(RunFailedError(sentence))


def refuse_inside_effect(what: str) -> None:
    """Refuse what would be journalled inside something that is journalled as a whole."""
    if effect := EFFECT.get():
        raise refusal(
            f"{what} cannot run inside {effect}: it could not be resumed. "
            "Register nested chats with register_nested_chats(..., use_async=True) instead."
        )
