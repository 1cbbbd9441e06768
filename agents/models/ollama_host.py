"""What the settings say about an Ollama, without its client library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

DEFAULT_CONTEXT = 8192
"""Enough for a long talk, and small enough for a model of 16 B on an ordinary machine."""


def named(address: str) -> str:
    """Return an address as people are told it: without the name and password that one logs in with."""
    return re.sub(r"(?<=://)[^/?#]*@|^[^/?#]*@", "", address)


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaHost:
    """One Ollama and how it is to be used."""

    url: str = field(repr=False)
    title: str = ""
    """What the settings call it; empty: they give it no name."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What a proxy before it wants, such as Authorization."""
    context: int = DEFAULT_CONTEXT
    """num_ctx of every model that has none of its own below. Constant, because another one loads the model again."""
    contexts: Mapping[str, int] = field(default_factory=dict)
    keep_alive: str | float | None = None
    """How long models stay in memory; None: as the host decides."""
    keep_alives: Mapping[str, str | float] = field(default_factory=dict)
    """The same for models that have a time of their own."""
    think: bool = False
    """Whether models that can think first may do so; a call's own `think` comes before it."""
    cloud: bool = False
    """Whether models that run at somebody else's are allowed."""

    @property
    def name(self) -> str:
        """What people are told it is."""
        return self.title or named(self.url)

    def num_ctx(self, model: str) -> int:
        """Return the context that every call of a model asks for."""
        return _of(self.contexts, model, self.context)

    def kept(self, model: str) -> str | float | None:
        """Return how long a model stays in memory; None: as the host decides."""
        kept = _of(self.keep_alives, model, self.keep_alive)
        # Text without a unit is an error there, a number of seconds is none.
        return float(kept) if isinstance(kept, str) and re.fullmatch(r"-?\d+(\.\d+)?", kept) else kept


def _of(said: Mapping[str, T], model: str, otherwise: T) -> T:
    """Return what is said of a model; `x` and `x:latest` are the same."""
    short = model.removesuffix(":latest")
    return next((said[name] for name in (model, short, f"{short}:latest") if name in said), otherwise)
