"""The English sentences of all chat platforms."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
