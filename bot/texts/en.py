"""The English sentences."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "demo_model": "demo model",
    "speaker_fallback": "No agent was named as the next speaker; {agent} goes next, in turn.",
    "history_trimmed": "The history no longer fits the model's context: the oldest messages were left out.",
    "interrupted": "interrupted by a restart; it may have run partly",
}
