"""What the names that teams give models may not say about one model at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Meant(Protocol):
    """What a name stands for."""

    @property
    def model(self) -> str:
        """The model's own name."""
        ...

    @property
    def num_ctx(self) -> int | None:
        """Its context, where this name says one."""
        ...

    @property
    def keep_alive(self) -> str | float | None:
        """How long it stays in memory, where this name says so."""
        ...


_WHY = {
    "num_ctx": "a model is in memory once, and another context loads it again with every call",
    "keep_alive": "a model is in memory once, and only one of them can count",
}


def contradicting(names: Mapping[str, Meant]) -> str:
    """Say which two names give one model different contexts or times in memory; empty: none do.

    `x` and `x:latest` are one model.
    """
    for what, why in _WHY.items():
        said: dict[str, tuple[str, object]] = {}
        for name, meant in names.items():
            value = getattr(meant, what)
            if value is None:
                continue
            first, before = said.setdefault(meant.model.removesuffix(":latest"), (name, value))
            if before != value:
                return (
                    f"{first} and {name} both mean {meant.model}, with a {what} of {before} and of {value}. "
                    f"Give both the same: {why}"
                )
    return ""
