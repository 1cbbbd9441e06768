"""Which host a call goes to: pure, from how the hosts look to it now.

Bringing a model into memory takes as long as many calls, and may drive another one out that is wanted again a moment
later. So a call waits for a host that has its model rather than have another host load it, unless the waiting of
everybody behind it costs more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

SHORT = 2.0
"""Seconds that a queue may last before another host loads its model, however fast it does."""
QUIET = 10.0
"""Seconds without a call after which what is in memory counts as not wanted now."""
TRIAL = 30.0
"""Seconds that a queue lasts before it is tried whether a host has room for one more model."""
TURN = 5.0
"""Seconds at least that a model which fits nowhere beside others waits until one of them makes room."""


class Space(IntEnum):
    """Whether a host has room in memory for one more model; the better, the smaller."""

    EMPTY = 0
    """Nothing else is there."""
    FITS = 1
    """As much has been there together before."""
    UNKNOWN = 2
    FULL = 3
    """When as much was wanted there, something had to leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How one host looks to a call of one model."""

    host: str
    order: int = 0
    """Its place in the settings."""
    weight: float = 1.0
    free: bool = True
    """Whether it may be asked one more call."""
    share: float = 0.0
    """How busy it is: calls under way, as a part of those that it is asked at a time."""
    loaded: bool = False
    """Whether it has the model in memory with our context, or is bringing it there."""
    foreign: bool = False
    """Whether it has the model in memory with another context, so that a call of ours would load it again."""
    space: Space = Space.EMPTY
    held: int = 0
    """Bytes in its memory."""
    quiet: float = float("inf")
    """Seconds since another model that is there was used."""
    wanted: bool = False
    """Whether calls wait for another model that is there."""
    working: bool = False
    """Whether a call of another model is under way there."""
    promised: bool = False
    """Whether it makes room for another model."""
    load_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How much the model is wanted."""

    waited: float = 0.0
    """Seconds that the next call has waited."""
    pressed: float = 0.0
    """Seconds for which calls have waited without a break."""
    backlog: float = 0.0
    """Seconds that the hosts which have it loaded take for those that wait."""


def choose(views: Iterable[View], demand: Demand) -> View | None:
    """Return the host that the model's next call goes to now; None: it waits.

    Args:
        views: The hosts that can be used and have the model.
        demand: How much the model is wanted.
    """
    able = [view for view in views if not view.promised]
    here = [view for view in able if view.loaded]
    if ready := [view for view in here if view.free]:
        return min(ready, key=lambda view: (view.share / view.weight, -view.weight, view.order))
    other = [view for view in able if not view.loaded and view.free]
    spare = [view for view in other if _pays(view, demand)] if here else [v for v in other if _may_load(v, demand)]
    return min(spare, key=_burden, default=None)


def _burden(view: View) -> tuple[object, ...]:
    """Order the hosts that would have to load the model: first where that hurts least."""
    return (view.foreign, view.space, view.held, view.share / view.weight, -view.weight, view.order)


def _pays(view: View, demand: Demand) -> bool:
    """Whether loading the model there, too, is better than waiting for who has it."""
    load = view.load_seconds
    if demand.pressed <= SHORT or demand.backlog <= load:
        return False
    if view.space <= Space.FITS and not view.foreign:
        return True
    if view.wanted or demand.pressed <= load or demand.backlog <= 2 * load:
        return False
    if view.foreign or view.space is Space.FULL:
        return view.quiet > max(6 * QUIET, 6 * load)
    return view.quiet > max(QUIET, 3 * load) or (demand.pressed >= TRIAL and demand.backlog > 10 * load)


def _may_load(view: View, demand: Demand) -> bool:
    """Whether a model that no host has in memory may be loaded there."""
    if view.space is not Space.FULL:
        return True
    if view.working:
        return False
    if demand.waited >= turn(view.load_seconds):
        return True
    # Whoever has just used what is there often wants it again at once.
    return not view.wanted and view.quiet > min(SHORT, view.load_seconds / 2)


def turn(load_seconds: float) -> float:
    """Return how long a model that fits nowhere beside others waits until it takes the place of one of them."""
    return max(TURN, 3 * load_seconds)


def making_room(views: Iterable[View], demand: Demand) -> View | None:
    """Return the host that takes no more calls of other models, so that this one finds room; None: none needs to."""
    able = list(views)
    if any(view.loaded for view in able):
        return None
    full = [v for v in able if v.space is Space.FULL and not v.promised and demand.waited >= turn(v.load_seconds)]
    return min(full, key=_burden) if full and len(full) == len(able) else None
