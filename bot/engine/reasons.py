"""Why a run could not go on, in its own language. Pure."""

from __future__ import annotations

from bot.errors import RetryLaterError, RunFailedError, ThreadGoneError
from bot.texts import say

MODEL_MISSING = "model_missing"
"""The sentence about a model that no host has."""
REASON_CHARS = 300
"""How much of an unexpected error's message a thread is shown."""


def reason_of(error: BaseException, language: str) -> str:
    """Return the sentence for the thread: of the catalogue where the error names one, else the error's own."""
    if not isinstance(error, RetryLaterError | RunFailedError | ThreadGoneError):
        return f"{type(error).__name__}: {error}".rstrip(": ")[:REASON_CHARS]
    if error.text_id is None:
        return str(error)
    try:
        return say(error.text_id, language, **error.facts)
    except (LookupError, ValueError):
        # A sentence that cannot be composed must not cost the reason itself.
        return str(error)


def missing_of(error: RunFailedError) -> str:
    """Return the model that a run lacks and that one of the hosts could pull; empty: that is not what is wrong."""
    return str(error.facts.get("pull", "")) if error.text_id == MODEL_MISSING else ""
