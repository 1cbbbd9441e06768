"""One live preview: what an agent is saying in one chat path, and the message that shows it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.domain import ThreadRef

KEPT = 8_000
"""Characters of an answer that are kept to draw its end from."""


@dataclass(slots=True, kw_only=True, eq=False)
class Live:
    """What one agent is saying in one chat path, and how it is shown."""

    thread: ThreadRef
    path: str
    agent: str
    id: str
    """Which preview it is: stands in the message's mark."""
    message: str | None = None
    """The platform's id of the message that shows it."""
    name: str | None = None
    """The name that the message stands under: no change of it changes that."""
    language: str = "en"
    demo: bool = False
    """Whether the agent's name says that the embedded demo model speaks."""
    over: bool = False
    """Whether nothing more is written: its turn is recorded, or given up."""
    unsure: bool = False
    """Whether an edit is under way of which nobody knows when it arrives: the message can become nothing else."""
    tail: str = ""
    drawn_from: str | None = None
    """What the message was drawn from, where it is edited."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add to what the agent is saying."""
        if not self.over:
            self._said.append(text)
            self.news.set()

    def end(self) -> None:
        """Let nothing more be written."""
        self.over = True
        self.news.set()

    @property
    def behind(self) -> bool:
        """Whether the message lacks something that was said."""
        return self.tail != self.drawn_from

    def collect(self) -> str:
        """Take in what was said since the last time, and return it."""
        said = "".join(self._said)
        self._said.clear()
        self.news.clear()
        self.tail = (self.tail + said)[-KEPT:]
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """A live preview that stands in a thread and that nobody may write any more."""

    message: str
    path: str
    """What its mark says of its chat path; empty: nothing."""
    id: str
    """Which preview of which process it is."""
    name: str | None = None
    """The name that it stands under, where that is not the bot's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a thread shows of previews."""

    previews: tuple[LeftOver, ...] = ()
    newest: str = ""
    """The platform's id of the newest post in it; empty: none was seen."""
    whole: bool = True
    """Whether everything was seen that an earlier process may have left."""
