"""About how many tokens a request has, without the model's tokenizer: rather too many than too few.

The weights come from counting texts of many kinds with Qwen2.5's tokenizer, which splits numbers into digits, and from
leaving room for others. What a model really counts corrects them; see `agents.models.context.Ratio`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

Message = dict[str, Any]

PER_MESSAGE = 6
"""Tokens of a message's role and marks in the usual templates, rounded up."""
PER_IMAGE = 1200
"""More than the usual vision models need for one image."""

_REMEMBERED = 10_000
"""Messages that are remembered at a time."""

_LETTERS, _SPACES, _DIGITS, _SIGNS = b"a", b" ", b"0", b"!"
_EUROPEAN, _GREEK, _WIDE, _FAR = b"e", b"g", b"w", b"f"
_REST = b"."
_WEIGHTS = {
    _LETTERS: 1 / 3,
    _SPACES: 1 / 4,
    _DIGITS: 1.0,
    _SIGNS: 0.7,
    _EUROPEAN: 0.5,
    _GREEK: 0.9,
    _WIDE: 1.0,
    _FAR: 2.5,
}
"""Tokens of a character of each class."""
_DENSE = 0.7
"""Tokens of a letter in what is no words: base64, hashes, minified code."""
_WORDS = 15
"""So many letters to each other character are no words any more."""
_SURE = 40
"""So few letters say nothing about that."""


def _class_of(byte: int) -> bytes:
    """Return the class of the character that begins with this byte in UTF-8; those that go on one are none."""
    character = chr(byte)
    if byte < 0x80:
        if character.isalpha():
            return _LETTERS
        if character.isdigit():
            return _DIGITS
        return _SPACES if character.isspace() else _SIGNS
    if byte < 0xC0:
        return _REST
    if byte < 0xE0:
        return _GREEK if byte in (0xCD, 0xCE, 0xCF) else _EUROPEAN
    return _WIDE if byte < 0xF0 else _FAR


_CLASSES = b"".join(_class_of(byte) for byte in range(256))


def text_tokens(text: str) -> int:
    """Estimate the tokens of a text."""
    # Bytes are put into classes and counted without a line of Python for each: a history is counted with each call.
    classes = text.encode("utf-8", "surrogatepass").translate(_CLASSES)
    counts = {kind: classes.count(kind) for kind in _WEIGHTS}
    tokens = sum(counts[kind] * weight for kind, weight in _WEIGHTS.items())
    letters, digits = counts[_LETTERS], counts[_DIGITS]
    if digits > letters:
        # Between numbers what parts them is a token of its own.
        tokens += counts[_SPACES] * (1 - _WEIGHTS[_SPACES]) + counts[_SIGNS] * (1 - _WEIGHTS[_SIGNS])
    if letters > _SURE and letters > _WORDS * (sum(counts.values()) - letters - digits):
        tokens += letters * (_DENSE - _WEIGHTS[_LETTERS])
    return math.ceil(tokens)


def message_tokens(message: Message) -> int:
    """Estimate the tokens of a message with its parts and tool calls."""
    content = message.get("content")
    total = PER_MESSAGE + text_tokens(str(message.get("name") or ""))
    if isinstance(content, list):
        total += sum(_part_tokens(part) for part in content)
    else:
        total += text_tokens(str(content or ""))
    for called in (message.get("tool_calls"), message.get("function_call")):
        if called:
            total += text_tokens(json.dumps(called, ensure_ascii=False, default=str))
    return total


def _part_tokens(part: Any) -> int:
    if isinstance(part, dict) and part.get("type") == "image_url":
        return PER_IMAGE
    return text_tokens(str(part.get("text", "") if isinstance(part, dict) else part))


def tools_tokens(tools: Sequence[dict[str, Any]]) -> int:
    """Estimate the tokens of the tools that a request describes."""
    return text_tokens(json.dumps(list(tools), ensure_ascii=False)) if tools else 0


def estimate(messages: Sequence[Message], tools: Sequence[dict[str, Any]] = ()) -> int:
    """Estimate the tokens of a request."""
    return tools_tokens(tools) + sum(map(message_tokens, messages))


class Counts:
    """Estimates of messages, remembered by what they hold: a history is counted with each call."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, object, object, int]] = {}

    def of(self, message: Message) -> int:
        """Estimate a message's tokens; one that was given other content since is counted anew."""
        if "function_call" in message:
            return message_tokens(message)
        content, name = message.get("content"), message.get("name")
        # Not by the message: AutoGen copies whole histories, which would be held here, but not what they say.
        held = message.get("tool_calls") or content
        known = self._known.get(id(held))
        if known and known[0] is held and known[1] is content and known[2] == name:
            return known[3]
        tokens = message_tokens(message)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[id(held)] = (held, content, name, tokens)
        return tokens
