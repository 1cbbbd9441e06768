"""One live preview: what an agent is saying in one chat path, or waits for, and the message that shows it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.domain import ThreadRef

KEPT = 8_000
"""Characters of an answer that are kept to draw its end from."""


Look = tuple[str, str]
"""What an agent waits for, and else the end of what it has said."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a preview took in."""

    said: str
    anew: bool
    """Whether it takes the place of all that was taken in before."""


@dataclass(slots=True, kw_only=True, eq=False)
class Live:
    """What one agent is saying in one chat path, or waits for before it says anything, and how it is shown."""

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
    status: str = ""
    """What the agent waits for; empty: it speaks."""
    drawn_from: Look | None = None
    """What the message was drawn from, where it is edited."""
    turn: float | None = None
    """When it may say next what the agent waits for, in seconds of the epoch; None: it has not asked for that."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _said: list[str] = field(default_factory=list)
    _waits: str | None = None
    """What it waits for in place of what was taken in; None: nothing has taken the place of that."""

    def say(self, text: str) -> None:
        """Add to what the agent is saying; it waits no more."""
        if not self.over:
            self._said.append(text)
            self.news.set()

    def wait(self, status: str) -> None:
        """Take back what the agent has said, and say what it waits for."""
        if not self.over:
            self._said.clear()
            self._waits = status
            self.news.set()

    def end(self) -> None:
        """Let nothing more be written."""
        self.over = True
        self.news.set()

    @property
    def waiting(self) -> bool:
        """Whether what is to be shown is what the agent waits for: no word of it counts."""
        return not self._said and bool(self.status if self._waits is None else self._waits)

    @property
    def tells(self) -> bool:
        """Whether its message tells what is waited for, as far as is known."""
        return self.drawn_from is not None and bool(self.drawn_from[0])

    @property
    def look(self) -> Look:
        """What the message is to show, as far as it is taken in."""
        return self.status, self.tail

    @property
    def behind(self) -> bool:
        """Whether the message lacks something that was said."""
        return self.look != self.drawn_from

    def collect(self) -> Taken:
        """Take in what was said since the last time, and return it."""
        taken = Taken("".join(self._said), anew=self._waits is not None)
        if self._waits is not None:
            self.tail, self.status, self._waits = "", self._waits, None
        if taken.said:
            self.status = ""
        self._said.clear()
        self.news.clear()
        self.tail = (self.tail + taken.said)[-KEPT:]
        return taken


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
