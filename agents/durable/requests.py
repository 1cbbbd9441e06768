"""Hashes of what AutoGen asked a model: how a replay notices that it asks something else.

A history only grows, so each message is hashed once, a request's hash is made of its messages' hashes, and goes on from
that of the request before. Hashing every request whole would make the replay of n turns cost n squared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

Message = dict[str, Any]

HISTORIES = 32
"""Histories that are remembered with their hash: each agent has one with each that it talks to."""

_content = itemgetter("content")


def _plain(value: object) -> str:
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__name__)}"
    return repr(value)


_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=_plain).encode


def digest(value: object) -> str:
    """Return a short hash of a value that depends neither on the process nor on the order of keys."""
    return hashlib.sha256(_canonical(value).encode("utf-8", "surrogatepass")).hexdigest()[:24]


class MessageHashes:
    """Hashes of messages, remembered for as long as the messages live in a run's memory."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Message, object, int, bytes]] = {}
        self._histories: dict[int, _History] = {}

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
        history = self._history(digest([list(system), tools]).encode(), messages)
        for message in messages[len(history.messages) :]:
            history.add(message, self.of(message))
        return history.hash.hexdigest()[:24]

    def _history(self, head: bytes, messages: Sequence[Message]) -> _History:
        """Return the history that these messages go on with, or one that begins with them."""
        # By its first message, which is an agent's own; held, so that no other has its id.
        first = id(messages[0]) if messages else 0
        history = self._histories.pop(first, None)
        if history is None or not history.leads_to(head, messages):
            history = _History(head)
        if len(self._histories) >= HISTORIES:
            del self._histories[next(iter(self._histories))]
        self._histories[first] = history
        return history


class _History:
    """The messages of a request that were hashed, and their hash so far."""

    def __init__(self, head: bytes) -> None:
        self._head = head
        self.messages: list[Message] = []
        self._contents: list[object] = []
        self._sizes: list[int] = []
        self.hash = hashlib.sha256(head)

    def add(self, message: Message, hashed: bytes) -> None:
        """Go on with a message and its hash."""
        self.messages.append(message)
        self._contents.append(message.get("content"))
        self._sizes.append(len(message))
        self.hash.update(hashed)

    def leads_to(self, head: bytes, messages: Sequence[Message]) -> bool:
        """Say whether a request begins with these very messages, none of which was given other content since."""
        before = [*messages[: len(self.messages)]]
        return (
            head == self._head
            and before == self.messages
            and _contents(before) == self._contents
            and [*map(len, before)] == self._sizes
        )


def _contents(messages: Sequence[Message]) -> list[object]:
    # Without a line of Python for each message: this is done for a whole history with each request.
    try:
        return [*map(_content, messages)]
    except KeyError:
        return [message.get("content") for message in messages]
