"""What a model server's refusal means: pure, from its status and body to our errors."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from agents.models.hosts.health import LONGEST
from agents.models.ollama_wire import is_cloud
from bot.errors import ModelFailedError, RetryLaterError, RunFailedError
from bot.texts import say

ModelError = RetryLaterError | ModelFailedError
UNREACHABLE = "model_unreachable"
"""The sentence about a server that was not reached."""
NO_HOST = "no_model_host"
"""The sentence about several servers of which none was reached."""
QUEUE_FULL = "call_queue_full"
"""The sentence about a queue that takes no more."""
NOT_ASKED = frozenset({UNREACHABLE, NO_HOST, QUEUE_FULL})
"""Sentences about calls of which no server has heard, or none has answered a word."""
MISSING = "model_missing"
"""The sentence about a model that no host has, and that could be pulled."""
MISSING_THERE = "model_missing_there"
"""The same of a server that cannot be asked to pull it."""


class HostAwayError(RetryLaterError):
    """A host cannot be reached, or broke the connection: no call can be answered there now."""

    reached = True
    """Whether it may have begun with the call."""


class NoHostError(HostAwayError):
    """No host that may have the model answers; the call may wait until one does."""

    reached = False


class HostBusyError(RetryLaterError):
    """A host is loading or overloaded, and wants to be left alone for a while."""


class HostRefusesError(ModelFailedError):
    """A host does not accept our key or address."""


class ModelMissingError(ModelFailedError):
    """A host does not have the model."""


class ModelBrokeError(ModelFailedError):
    """A model does not fit a host's memory, or ended there with an error."""


NOT_WORKED_ON = (NoHostError, HostBusyError, HostRefusesError, ModelMissingError)
"""Refusals of calls on which no model has worked."""


class ContextOverflowError(Exception):
    """The messages do not fit the model's context. Never leaves the clients: they trim and ask again."""

    def __init__(self, message: str, *, tokens: int | None = None, limit: int | None = None) -> None:
        super().__init__(message)
        self.tokens = tokens
        """How many tokens the server counted, where it tells."""
        self.limit = limit
        """How many it takes, where it tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer of a model server that is not the model's."""

    host: str
    model: str
    status: int
    """0 for an error inside a stream whose status was good."""
    text: str = ""
    """The body as it came."""
    headers: Mapping[str, str] = field(default_factory=dict)
    native: bool = False
    """Whether it is Ollama's own dialect."""

    @property
    def body(self) -> dict[str, Any]:
        """The body as an object; empty where it is none."""
        try:
            body = json.loads(self.text)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def details(self) -> dict[str, Any]:
        """The error's object of OpenAI's dialect, or the whole body."""
        inner = self.body.get("error")
        return inner if isinstance(inner, dict) else self.body

    @property
    def sentence(self) -> str:
        """What the server says, short and on one line; a page of HTML is not repeated."""
        said = self.details.get("message") or self.details.get("error") or ("" if self.body else self.text)
        said = "" if "<" in str(said) and ">" in str(said) else str(said)
        return re.sub(r"\s+", " ", said).strip()[:300]


_OVERFLOW = re.compile(
    r"exceeds? the (available )?context|maximum context length|input length exceeds"
    r"|context_length_exceeded|exceed_context_size",
    re.IGNORECASE,
)
_MEMORY = re.compile(r"memory|\boom\b|signal: killed|cudamalloc", re.IGNORECASE)
_KINDS: dict[int, type[RetryLaterError]] = {
    429: HostBusyError,
    503: HostBusyError,
    502: HostAwayError,
}
"""What a status says about the host; others only about the call."""
_NUMBERS = re.compile(r"(?:maximum context length is|context size \()\s*(\d+)", re.IGNORECASE)


def overflow_of(refusal: Refusal) -> ContextOverflowError | None:
    """Return the overflow that a refusal tells of, or None."""
    details = refusal.details
    kind = f"{details.get('type')} {details.get('code')} {refusal.sentence}"
    if refusal.status not in (0, 400, 413, 500) or not _OVERFLOW.search(kind):
        return None
    found = _NUMBERS.search(refusal.sentence)
    limit = details.get("n_ctx") or (int(found.group(1)) if found else None)
    tokens = details.get("n_prompt_tokens")
    return ContextOverflowError(refusal.sentence, tokens=tokens, limit=limit)


def error_of(refusal: Refusal) -> ModelError:
    """Return what the caller is to do about a refusal, with a sentence that says what happened and what helps."""
    said = f": {refusal.sentence}" if refusal.sentence else ""
    if refusal.status == 404:
        return _not_found(refusal)
    if refusal.status in (401, 403):
        return HostRefusesError(_not_allowed(refusal))
    if refusal.status == 400:
        return ModelFailedError(f"The model server at {refusal.host} refused the request for {refusal.model!r}{said}.")
    if refusal.status in (0, 500) and (refusal.native or _MEMORY.search(refusal.sentence)):
        return ModelBrokeError(_broke(refusal))
    if refusal.status == 0 or refusal.status in (408, 409, 425, 429) or refusal.status >= 500:
        kind = _KINDS.get(refusal.status, RetryLaterError)
        return kind(_later(refusal), retry_after=_retry_after(refusal.headers))
    return ModelFailedError(f"The model server at {refusal.host} answered with status {refusal.status}{said}.")


def unreachable(host: str, error: BaseException) -> HostAwayError:
    """Return the error for a server that cannot be reached, or that broke the connection."""
    reason = str(error) or type(error).__name__
    facts = {"host": host, "reason": reason}
    away = HostAwayError(say(UNREACHABLE, "en", **facts), text_id=UNREACHABLE, facts=facts)
    away.reached = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError)
    return away


def redirected(host: str, target: str) -> HostRefusesError:
    """Return the error for a server that sends us elsewhere, where our key and the conversation are not taken."""
    return HostRefusesError(
        f"The model server at {host} redirects to {target}, which is another server; a login page? Nothing was sent "
        "there. Set the address to where the models answer, or give the proxy the key or header that it wants."
    )


def no_host(why: Mapping[str, RetryLaterError | RunFailedError]) -> NoHostError:
    """Return the error for a call that none of these hosts can take now, each for its own reason."""
    if len(why) == 1:
        (error,) = why.values()
        return NoHostError(str(error), text_id=error.text_id, facts=error.facts)
    facts = {"hosts": ", ".join(f"{name} ({error})" for name, error in why.items())}
    return NoHostError(say(NO_HOST, "en", **facts), text_id=NO_HOST, facts=facts)


def missing(model: str, host: str, *, able: bool) -> ModelMissingError:
    """Return the error for a model that is not there; `able`: a host could pull it, which the facts then say."""
    facts = {"model": model, "host": host}
    if not able or is_cloud(model):
        return ModelMissingError(say(MISSING_THERE, "en", **facts), text_id=MISSING_THERE, facts=facts)
    return ModelMissingError(say(MISSING, "en", **facts), text_id=MISSING, facts={**facts, "pull": model})


def cut_short(host: str, model: str) -> RetryLaterError:
    """Return the error for an answer that ended without its end mark."""
    return RetryLaterError(f"The answer of {model!r} at {host} broke off before its end, so it is not used.")


def _not_found(refusal: Refusal) -> ModelMissingError:
    if refusal.native or "pull" in refusal.sentence or f"'{refusal.model}' not found" in refusal.sentence:
        return missing(refusal.model, refusal.host, able=refusal.native)
    said = f" ({refusal.sentence})" if refusal.sentence else ""
    return ModelMissingError(
        f"The model server at {refusal.host} knows no model {refusal.model!r}, or its address is wrong{said}. "
        "An OpenAI-compatible address usually ends in /v1."
    )


def _not_allowed(refusal: Refusal) -> str:
    url = refusal.body.get("signin_url")
    if url:
        return f"The host {refusal.host} must be signed in before it runs {refusal.model!r}: {url}"
    said = f": {refusal.sentence}" if refusal.sentence else ""
    if refusal.status == 403 and not said:
        return (
            f"The host {refusal.host} refuses requests under this name (403 without a reason). "
            "An Ollama bound to loopback does so: use 127.0.0.1, or set OLLAMA_HOST on that machine to 0.0.0.0."
        )
    return f"The model server at {refusal.host} does not accept our key or address ({refusal.status}{said})."


def _broke(refusal: Refusal) -> str:
    what = refusal.sentence or "no reason given"
    if _MEMORY.search(what):
        return (
            f"The model {refusal.model!r} does not fit the memory of {refusal.host} ({what}). "
            "A smaller model, a smaller context (num_ctx) or unloading other models helps."
        )
    return f"The model {refusal.model!r} failed on {refusal.host} ({what}). The log of the model server tells why."


def _later(refusal: Refusal) -> str:
    said = f": {refusal.sentence}" if refusal.sentence else ""
    if refusal.status == 503:
        return f"The model server at {refusal.host} is busy or loading{said}."
    if refusal.status == 429:
        return f"The model server at {refusal.host} asks us to slow down{said}."
    if refusal.status == 0:
        return f"The model server at {refusal.host} failed in the middle of an answer{said}."
    return f"The model server at {refusal.host}, or a proxy before it, failed with status {refusal.status}{said}."


def _retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(max(0.0, seconds), LONGEST) if math.isfinite(seconds) else None
