"""What the settings say about an Ollama, without its client library."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_CONTEXT = 8192
"""Enough for a long talk, and small enough for a model of 16 B on an ordinary machine."""


def named(address: str) -> str:
    """Return an address as people are told it: without the name and password that one logs in with."""
    return re.sub(r"(?<=://)[^/?#]*@|^[^/?#]*@", "", address)


@dataclass(frozen=True, slots=True, kw_only=True)
class OllamaHost:
    """One Ollama and how it is to be used."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What a proxy before it wants, such as Authorization."""
    context: int = DEFAULT_CONTEXT
    """num_ctx of every model that has none of its own below. Constant, because another one loads the model again."""
    contexts: Mapping[str, int] = field(default_factory=dict)
    keep_alive: str | float | None = None
    """How long models stay in memory; None: as the host decides."""
    think: bool = False
    """Whether models that can think first may do so; a call's own `think` comes before it."""
    cloud: bool = False
    """Whether models that run at somebody else's are allowed."""

    @property
    def name(self) -> str:
        """What people are told it is."""
        return named(self.url)
