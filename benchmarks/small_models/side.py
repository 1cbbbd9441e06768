"""What is the same on both sides."""

from __future__ import annotations

from agents.models.embedded.client import tamed

SEED = 7
_TAMED = tamed({})
TEMPERATURE: float = _TAMED["temperature"]
"""What the product's client of the embedded model asks for where a team says nothing, and never exceeds."""
LONGEST: int = _TAMED["max_tokens"]
"""Tokens of an answer where a team says nothing: of the speaker selection, in these tasks."""
PATIENCE = 300.0
"""Seconds after which a chat counts as failed: without an end."""
