"""What is in a host's memory, for all that is known: as it told last, and as our own calls have changed it since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from agents.models.hosts.choosing import Space
from agents.models.hosts.knowledge import Held, Knowledge, key_of

_TO_LEARN, _UNTOLD = 0, -1
"""In place of a context: it is not known yet what the host calls ours, and the host does not tell."""


class Capacity:
    """How much a host's memory has been seen to hold together, and what was too much."""

    def __init__(self) -> None:
        self._fits = 0
        self._too_much: int | None = None

    def saw(self, before: Mapping[str, Held], after: Mapping[str, Held], now: datetime) -> None:
        """Learn from two looks at a host, between which a model may have driven others out."""
        total = sum(held.size for held in after.values())
        self._fits = max(self._fits, total)
        if self._too_much is not None and self._too_much <= self._fits:
            self._too_much = None
        lost = [name for name, held in before.items() if key_of(after, name) is None and not _over(held, now)]
        if not lost or not any(held.size for held in after.values()):
            return
        wanted = total + sum(before[name].size for name in lost)
        if wanted > self._fits:
            self._too_much = min(wanted, self._too_much or wanted)

    def space(self, held: int, more: int) -> Space:
        """Return whether there is room for so many bytes more beside those that are there."""
        if not held:
            return Space.EMPTY
        if more and held + more <= self._fits:
            return Space.FITS
        if self._too_much is not None and held + more >= self._too_much:
            return Space.FULL
        return Space.UNKNOWN


def _over(held: Held, now: datetime) -> bool:
    return held.expires is not None and held.expires <= now


class Memory:
    """One host's memory. Times are seconds of the loop's clock."""

    def __init__(self) -> None:
        self.capacity = Capacity()
        self._held: dict[str, Held] = {}
        self._until: dict[str, float] = {}
        """When each model leaves, where that is known."""
        self._used: dict[str, float] = {}
        """When a call of ours was last begun or ended, by model."""
        self._ours: dict[str, int] = {}
        """The context that the host tells of a model which we had it load: the model may not take what we asked for."""

    @property
    def learns(self) -> bool:
        """Whether a look at the host would tell what a load has done."""
        return _TO_LEARN in self._ours.values()

    def has(self, model: str, context: int | None, now: float) -> bool:
        """Whether a call of the model with this context finds it there."""
        name = self._live(model, now)
        return name is not None and not self.differs(model, self._held[name].context, context)

    def foreign(self, model: str, context: int | None, now: float) -> bool:
        """Whether the model is there with another context, so that a call with this one would load it again."""
        name = self._live(model, now)
        return name is not None and self.differs(model, self._held[name].context, context)

    def differs(self, model: str, there: int | None, ours: int | None) -> bool:
        """Whether a model that is there with one context is loaded again by a call that wants ours."""
        return None not in (there, ours) and there not in (ours, self._ours.get(model))

    def others(self, model: str, now: float) -> list[str]:
        """Return the other models that are there."""
        return [name for name in self._held if key_of((name,), model) is None and self._live(name, now)]

    def size(self, model: str) -> int:
        """Return the bytes that a model takes there; 0: it is not there, or that is not told."""
        name = key_of(self._held, model)
        return self._held[name].size if name is not None else 0

    def unused(self, model: str, now: float) -> float:
        """Return the seconds since a call of ours used a model; without one, infinitely many."""
        return now - max((at for used, at in self._used.items() if key_of((used,), model)), default=float("-inf"))

    def used(self, model: str, now: float, seconds: float | None = None) -> None:
        """Note a call, and how long the model stays there from now on."""
        self._used[model] = now
        name = key_of(self._held, model)
        if name is not None and seconds is not None:
            self._until[name] = now + seconds

    def loaded(self, model: str, held: Held, until: float) -> None:
        """Note that a model is there because we wanted it."""
        name = key_of(self._held, model) or model
        self._held[name], self._until[name], self._ours[model] = held, until, _TO_LEARN

    def dropped(self, models: Iterable[str]) -> None:
        """Note that models are not there any more."""
        for name in [name for model in models if (name := key_of(self._held, model)) is not None]:
            del self._held[name]

    def look(self, found: Knowledge) -> None:
        """Take what the host tells."""
        if found.held is None:
            return
        utc = datetime.now(UTC)
        self.capacity.saw(self._held, found.held, utc)
        for model, told in list(self._ours.items()):
            name = key_of(found.held, model)
            if name is None:
                del self._ours[model]
            elif told == _TO_LEARN:
                self._ours[model] = found.held[name].context or _UNTOLD
        self._held = dict(found.held)
        left = {name: (held.expires - utc).total_seconds() for name, held in self._held.items() if held.expires}
        self._until = {name: found.at + seconds for name, seconds in left.items()}

    def _live(self, model: str, now: float) -> str | None:
        name = key_of(self._held, model)
        return name if name is not None and now < self._until.get(name, float("inf")) else None
