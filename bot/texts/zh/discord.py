"""The Chinese sentences of Discord."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
