"""The summaries of one run: which messages each stands for, found again by what these say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from agents.durable.history.wording import message_of
from agents.models.counting import Counts, Message
from agents.models.keeping import Kept

HistoryMode = Literal["compact", "trim"]
PATIENCE = 3
"""Summaries in a row that may fail in a run before no more are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What stands for messages of a history."""

    text: str
    gone: frozenset[int]
    """The places of these messages, counted without system messages."""
    hash: str
    """Of all messages up to the last of them: it stands for nothing in another history."""

    @property
    def through(self) -> int:
        """How many messages of a history its hash covers."""
        return max(self.gone) + 1


class History:
    """What a run knows about its histories during one step."""

    def __init__(self, mode: HistoryMode = "compact") -> None:
        """Begin.

        Args:
            mode: Whether old turns are summed up, or left out.
        """
        self._mode = mode
        self._summaries: list[Summary] = []
        self._failures = 0
        self.counts = Counts()
        """How long each message is."""
        self.task = ""
        """What the run was begun with, as its agents read it."""
        self.words: set[str] = set()
        """What people said, as the agents read it."""

    @property
    def compacts(self) -> bool:
        """Whether a summary may be asked for."""
        return self._mode == "compact" and self._failures < PATIENCE

    @property
    def kept(self) -> Kept:
        """What of a history is known to matter."""
        return Kept(task=self.task, words=self.words)

    @property
    def loss(self) -> str:
        """The sentence that tells the thread that old messages were left out."""
        return "history_not_compacted" if self._failures else "history_trimmed"

    def say(self, text: str) -> None:
        """Keep in mind that a person said this."""
        if text.strip():
            self.words.add(text)

    def take(self, value: dict[str, Any]) -> Summary | None:
        """Take the outcome of a `compact` effect, made now or journalled; None: there is no summary in it."""
        if "summary" not in value:
            self._failures += 1
            return None
        summary = Summary(text=value["summary"], gone=frozenset(_places(value["gone"])), hash=value["hash"])
        self._summaries.append(summary)
        self._failures = 0
        return summary

    def summary_of(self, messages: Sequence[Message]) -> Summary | None:
        """Return the summary that stands for most of these messages."""
        said = [message for message in messages if message.get("role") != "system"]
        known = [summary for summary in self._summaries if summary.through <= len(said)]
        hashes = prefix_hashes(said, {summary.through for summary in known})
        fitting = [summary for summary in known if hashes[summary.through] == summary.hash]
        return max(fitting, key=lambda summary: len(summary.gone), default=None)


def value_of(text: str, messages: Sequence[Message], gone: Collection[int]) -> dict[str, Any]:
    """Return what the journal keeps of a summary that stands for the messages at these places."""
    said = said_places(messages)
    numbers = {at: number for number, at in enumerate(said)}
    places = sorted(numbers[at] for at in gone)
    through = places[-1] + 1
    hashes = prefix_hashes([messages[at] for at in said], {through})
    return {"summary": text, "gone": _ranges(places), "hash": hashes[through]}


def said_places(messages: Sequence[Message]) -> list[int]:
    """Return the places of all messages that are no system messages: each agent has its own of those."""
    return [at for at, message in enumerate(messages) if message.get("role") != "system"]


def gone_with(messages: Sequence[Message], summary: Summary) -> set[int]:
    """Return the places of what a summary stands for."""
    said = said_places(messages)
    return {said[at] for at in summary.gone}


def summed_up(messages: Sequence[Message], summary: Summary) -> list[Message]:
    """Return a history with the summary in the place of what it stands for."""
    gone = gone_with(messages, summary)
    first = min(gone)
    made = [message for at, message in enumerate(messages) if at not in gone]
    made.insert(first, message_of(summary.text, len(gone)))
    return made


def text_of(summary: Summary) -> str:
    """Return what the message says that stands for a summary's messages."""
    return str(message_of(summary.text, len(summary.gone))["content"])


def prefix_hashes(messages: Sequence[Message], lengths: Collection[int]) -> dict[int, str]:
    """Return the hashes of a history's first so many messages.

    Who is `user` and who `assistant` does not count: agents of a group have the same messages, each its own as the
    assistant's, and one summary does for all.
    """
    whole = hashlib.sha256()
    hashes: dict[int, str] = {}
    for count, message in enumerate(messages[: max(lengths, default=0)], 1):
        whole.update(_bytes_of(message))
        if count in lengths:
            hashes[count] = whole.hexdigest()[:24]
    return hashes


def _bytes_of(message: Message) -> bytes:
    content = message.get("content")
    text = content if isinstance(content, str) else json.dumps(content, sort_keys=True, default=str)
    calls = json.dumps(message["tool_calls"], sort_keys=True, default=str) if message.get("tool_calls") else ""
    parts = (message.get("name") or "", message.get("tool_call_id") or "", calls, text)
    return "\0".join([*map(str, parts), "\0"]).encode("utf-8", "surrogatepass")


def _ranges(places: Sequence[int]) -> list[list[int]]:
    """Return places as ranges, each its first and its last."""
    runs = groupby(enumerate(places), key=lambda one: one[1] - one[0])
    spans = ([at for _, at in run] for _, run in runs)
    return [[span[0], span[-1]] for span in spans]


def _places(ranges: Iterable[Sequence[int]]) -> list[int]:
    return [at for first, last in ranges for at in range(first, last + 1)]
