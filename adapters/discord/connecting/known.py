"""The places that are known, in memory: up to where each is recorded, and whether more may have been said there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class State(Enum):
    """What is known of a place."""

    UNSURE = auto()
    """A session began; whether something was said meanwhile is known when its server tells its newest message."""
    BEHIND = auto()
    """After its position something may have been said that is not recorded."""
    CLOSED = auto()
    """The same, and the bot may not read there now."""
    CAUGHT_UP = auto()
    """Everything that was said is recorded; what is said now comes live."""


@dataclass(slots=True)
class Place:
    """What is known of one place."""

    at: int
    state: State
    kept: bool = True
    doubts: int = 0
    """How often it fell behind; while it is caught up with, it may do so again."""


class Known:
    """The places that are known. Ids of messages are positions: Discord counts upwards."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._behind: set[str] = set()
        """Those that are unsure or behind."""

    def at(self, place: str) -> int:
        """Return up to where everything is recorded in a place."""
        known = self._places.get(place)
        return known.at if known is not None else 0

    def waiting(self) -> list[str]:
        """Return the known places that are to be caught up, first where something was said last."""
        return sorted(self._behind, key=self.at, reverse=True)

    def state(self, place: str) -> State | None:
        """Return what is known of a place; None: it is not known."""
        known = self._places.get(place)
        return known.state if known is not None else None

    def is_caught_up(self, place: str) -> bool:
        """Whether everything that was said in a place until now is recorded."""
        return self.state(place) is State.CAUGHT_UP

    def doubts(self, place: str) -> int:
        """Return how often a place fell behind."""
        known = self._places.get(place)
        return known.doubts if known is not None else 0

    def caught_up(self, place: str, doubts: int) -> bool:
        """Take note that everything in a place is recorded, unless it fell behind again since it had so many doubts."""
        if doubts != self.doubts(place):
            return False
        self._be(place, State.CAUGHT_UP)
        return True

    def doubt(self, place: str) -> None:
        """Take note that something may be said in a place that does not come live, until its server is told anew."""
        self._fall_behind(place, State.BEHIND if self.state(place) is State.BEHIND else State.UNSURE)

    def behind(self, place: str) -> None:
        """Take note that something of a place is not recorded."""
        self._fall_behind(place, State.BEHIND)

    def open(self, place: str) -> None:
        """Take note that a place that was closed can be read; nobody tells what was said there meanwhile."""
        if self.state(place) is State.CLOSED:
            self._be(place, State.BEHIND)

    def close(self, place: str) -> None:
        """Take note that a place cannot be read: its position stays until it can be."""
        self._be(place, State.CLOSED)

    def recorded(self, place: str, position: int) -> None:
        """Take note of what is recorded together with its position."""
        known = self._places.get(place)
        if known is not None:
            known.at = max(known.at, position)

    def passed(self, place: str, position: int) -> None:
        """Take note of what needs no record; its position is kept by and by."""
        known = self._places.get(place)
        if known is not None and position > known.at:
            known.at, known.kept = position, False

    def _know(self, place: str, at: int, *, kept: bool = False) -> Place:
        known = self._places[place] = Place(at, State.UNSURE, kept)
        self._behind.add(place)
        return known

    def _forget(self, place: str) -> bool:
        """Know a place no more; say whether it was known."""
        self._behind.discard(place)
        return self._places.pop(place, None) is not None

    def _newest(self) -> int:
        """Return the newest position of any place; 0: none is known."""
        return max((each.at for each in self._places.values()), default=0)

    def _fall_behind(self, place: str, state: State) -> None:
        known = self._places.get(place)
        if known is not None:
            known.doubts += 1
            self._be(place, state)

    def _be(self, place: str, state: State) -> None:
        known = self._places.get(place)
        if known is None:
            return
        known.state = state
        if state in (State.UNSURE, State.BEHIND):
            self._behind.add(place)
        else:
            self._behind.discard(place)
