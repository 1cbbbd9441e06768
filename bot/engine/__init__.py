"""The engine: wakes conversations and steps them, one step at a time each, many at once."""

from __future__ import annotations

from bot.engine.embedded import EmbeddedEngine
from bot.engine.limits import Limits

__all__ = ["EmbeddedEngine", "Limits"]
