"""Hashes of what AutoGen asked a model: how a replay notices that it asks something else.

A history only grows, so each message is hashed once and a request's hash is made of its messages' hashes.
Hashing every request whole would make the replay of n turns cost n squared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

Message = dict[str, Any]


def _plain(value: object) -> str:
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__name__)}"
    return repr(value)


def digest(value: object) -> str:
    """Return a short hash of a value that depends neither on the process nor on the order of keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


class MessageHashes:
    """Hashes of messages, remembered for as long as the messages live in a run's memory."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Message, object, int, bytes]] = {}

    def of(self, message: Message) -> bytes:
        """Return the message's hash; a message that was given other content since is hashed anew."""
        content = message.get("content")
        known = self._known.get(id(message))
        if known and known[0] is message and known[1] is content and known[2] == len(message):
            return known[3]
        value = digest(message).encode()
        self._known[id(message)] = (message, content, len(message), value)
        return value

    def of_request(self, system: Sequence[Message], messages: Sequence[Message], tools: object) -> str:
        """Return the hash of a request to a model: system message, history and the names of the tools."""
        whole = hashlib.sha256(digest([list(system), tools]).encode())
        whole.update(b"".join([self.of(message) for message in messages]))
        return whole.hexdigest()[:24]
