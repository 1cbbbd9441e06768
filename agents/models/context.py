"""What of a history fits a model's context: pure, estimated upward, trimmed oldest first."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]

PER_MESSAGE = 6
"""Tokens of a message's role and marks in the usual templates, rounded up."""
PER_IMAGE = 1200
"""More than the usual vision models need for one image."""
_WIDE = 0x2E80
"""From here on (CJK, kana, Hangul, emoji) a character is about a token of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What is sent."""

    messages: list[Message]
    dropped: int = 0
    """How many messages were left out."""


class Ratio:
    """How a model's own count compares with our estimate, learnt from the usage it tells."""

    def __init__(self) -> None:
        self.value = 1.0

    def learn(self, estimated: int, counted: int) -> None:
        """Take a usage into account: at once when we estimated too little, slowly when too much."""
        # A server that counts only what its cache did not hold tells too little; below half it is not believed.
        if estimated <= 0 or counted * 2 < estimated:
            return
        seen = counted / estimated
        self.value = max(seen, 0.9 * self.value + 0.1 * seen)


def text_tokens(text: str) -> int:
    """Estimate the tokens of a text, rather too many than too few."""
    wide = sum(ord(character) >= _WIDE for character in text)
    return wide + math.ceil((len(text) - wide) / 3)


def message_tokens(message: Message) -> int:
    """Estimate the tokens of a message with its parts and tool calls."""
    content = message.get("content")
    total = PER_MESSAGE + text_tokens(str(message.get("name") or ""))
    if isinstance(content, list):
        total += sum(_part_tokens(part) for part in content)
    else:
        total += text_tokens(str(content or ""))
    if message.get("tool_calls"):
        total += text_tokens(json.dumps(message["tool_calls"], ensure_ascii=False))
    return total


def _part_tokens(part: Any) -> int:
    if isinstance(part, dict) and part.get("type") == "image_url":
        return PER_IMAGE
    return text_tokens(str(part.get("text", "") if isinstance(part, dict) else part))


def estimate(messages: Sequence[Message], tools: Sequence[dict[str, Any]] = ()) -> int:
    """Estimate the tokens of a request."""
    described = text_tokens(json.dumps(list(tools), ensure_ascii=False)) if tools else 0
    return described + sum(message_tokens(message) for message in messages)


def budget(context: int, answer: int | None) -> int:
    """Return how many tokens of a context the messages may take, leaving room for the answer."""
    reserved = answer if answer is not None and answer > 0 else 1024
    return max(1, context - min(reserved, context // 2 if answer else context // 4))


def trim(messages: Sequence[Message], allowed: float, tools: Sequence[dict[str, Any]] = ()) -> Fit:
    """Leave out the oldest messages until the estimate is within what is allowed.

    The system messages, the task (the first message that is not one) and the newest exchange stay, whatever
    they cost; a tool call and its responses stay or go together.
    """
    units = _units(messages)
    kept = [True] * len(units)
    total = estimate(messages, tools)
    for at in _droppable(units):
        if total <= allowed:
            break
        kept[at] = False
        total -= sum(message_tokens(message) for message in units[at])
    left = [message for unit, keep in zip(units, kept, strict=True) if keep for message in unit]
    return Fit(messages=left, dropped=len(messages) - len(left))


def _units(messages: Sequence[Message]) -> list[list[Message]]:
    """Group each message with the tool responses that follow it."""
    units: list[list[Message]] = []
    for message in messages:
        if message.get("role") in ("tool", "function") and units:
            units[-1].append(message)
        else:
            units.append([message])
    return units


def _droppable(units: list[list[Message]]) -> list[int]:
    """Return the places of what may go, oldest first."""
    said = [at for at, unit in enumerate(units) if unit[0].get("role") != "system"]
    return said[1:-1]
