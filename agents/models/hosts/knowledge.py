"""What a host has and what is in its memory, as it tells it itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A model in a host's memory."""

    size: int = 0
    vram: int = 0
    context: int | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What a host told, and when."""

    at: float
    """Seconds of the loop's clock."""
    version: str = ""
    there: Mapping[str, int] | None = None
    """What it has, with the bytes of each on disk; None: it does not tell."""
    held: Mapping[str, Held] | None = None
    """What is in its memory; None: it does not tell."""
    contexts: Mapping[str, int] = field(default_factory=dict)
    """The longest request that it takes for a model, where it tells."""

    def has(self, model: str) -> bool | None:
        """Whether it has a model; None: it does not tell."""
        return None if self.there is None else key_of(self.there, model) is not None

    def size(self, model: str) -> int:
        """Return about how much memory a model takes; 0: nothing is known."""
        if self.there is None:
            return 0
        return self.there.get(key_of(self.there, model) or "", 0)

    def without(self, model: str) -> Knowledge:
        """Return the same where it does not have a model after all."""
        if self.there is None:
            return self
        gone = key_of(self.there, model)
        return replace(self, there={name: size for name, size in self.there.items() if name != gone})


def key_of(names: Iterable[str], model: str) -> str | None:
    """Return a model's own name among a host's; `x` and `x:latest` are the same."""
    short = model.removesuffix(":latest")
    return next((name for name in names if name.removesuffix(":latest") == short), None)


def tags_of(body: Mapping[str, Any]) -> dict[str, int]:
    """Read what `/api/tags` lists: names with their bytes."""
    return {str(model["name"]): int(model.get("size") or 0) for model in body.get("models") or [] if "name" in model}


def digests_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Read which version of each model `/api/tags` lists."""
    return {str(model["name"]): str(model.get("digest") or "") for model in body.get("models") or [] if "name" in model}


def held_of(body: Mapping[str, Any]) -> dict[str, Held]:
    """Read what `/api/ps` lists."""
    return {
        str(model["name"]): Held(
            size=int(model.get("size") or 0),
            vram=int(model.get("size_vram") or 0),
            context=model.get("context_length") or None,
            expires=moment_of(model.get("expires_at")),
        )
        for model in body.get("models") or []
        if "name" in model
    }


def moment_of(text: Any) -> datetime | None:
    """Read a moment as Go writes it, with nine digits after the second; None: it is none."""
    try:
        found = datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", str(text or "")))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
