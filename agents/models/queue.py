"""The queue of one model: who waits for a host, in turn over persons and their conversations, and for how long.

A host works on few requests at a time and would queue the others as they come: whoever asks for two hundred first is
served two hundred times before the next person. So the queue is here. Nothing of it is recorded: a call that waits when
the process ends is made again by the replay.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.models.failures import QUEUE_FULL
from agents.models.fair import Caller
from agents.models.port import CallState, Watch, unwatched
from bot.errors import RetryLaterError
from bot.rota import Rota
from bot.texts import say

if TYPE_CHECKING:
    from agents.models.hosts.host import Host

Avoided = frozenset[tuple[str, str]]
"""Hosts with models, by their names."""
_CLOSE = 0.1
"""How much an estimate differs, as a part of itself, before it is told anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a call may go."""

    host: Host
    model: str


@dataclass(eq=False, slots=True, kw_only=True)
class Ticket:
    """A call that waits."""

    chain: tuple[str, ...]
    """The model that is wanted, and those that are next best."""
    caller: Caller
    since: float
    """By the loop's clock."""
    turn: asyncio.Future[Place]
    watch: Watch = unwatched
    avoid: Avoided = frozenset()
    """What has failed in this call; others are asked first."""
    told: tuple[int, float | None] = field(default=(0, None))
    """The place and the estimate that were told last."""

    def tell(self, place: int, seconds: float | None) -> None:
        """Tell whoever watches the place and the estimate, where they have changed."""
        if place != self.told[0] or not _close(seconds, self.told[1]):
            self.told = (place, seconds)
            self.watch(CallState(kind="queued", model=self.chain[0], place=place, seconds=seconds))


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= max(1.0, _CLOSE * other)


class Line:
    """What waits for one model."""

    def __init__(self, chain: tuple[str, ...], limit: int) -> None:
        self.chain = chain
        self._limit = limit
        self._rota: Rota[Ticket] = Rota()
        self._retried: set[Ticket] = set()
        """Calls that have failed somewhere."""
        self.since: float | None = None
        """Since when somebody waits without a break."""

    def __len__(self) -> int:
        return len(self._rota)

    def add(self, ticket: Ticket) -> None:
        """Have a call wait. Whoever has none waiting may have one: others' calls lock nobody out.

        Raises:
            RetryLaterError: As many wait as may.
        """
        if len(self) >= self._limit and self._rota.waits(ticket.caller.person):
            facts = {"model": self.chain[0], "count": len(self)}
            raise RetryLaterError(say(QUEUE_FULL, "en", **facts), text_id=QUEUE_FULL, facts=facts)
        self.since = ticket.since if self.since is None else self.since
        if ticket.avoid:
            self._retried.add(ticket)
        self._rota.add(ticket, person=ticket.caller.person, conversation=ticket.caller.conversation)

    def first(self) -> Ticket | None:
        """Return who is next, and let it wait on."""
        return self._rota.first()

    def heads(self) -> list[Ticket]:
        """Return who is next, and who is after them of those that may go elsewhere: each in its turn."""
        first = self.first()
        if first is None or not self._retried:
            return [] if first is None else [first]
        heads: dict[Avoided, Ticket] = {}
        for ticket in self.in_order():
            heads.setdefault(ticket.avoid, ticket)
        return list(heads.values())

    def take(self, ticket: Ticket) -> None:
        """Have a call, which is served, wait no more."""
        self._rota.serve(ticket, person=ticket.caller.person, conversation=ticket.caller.conversation)
        self._settle(ticket)

    def leave(self, ticket: Ticket) -> None:
        """Have a call wait no more; harmless when it does not."""
        self._rota.discard(ticket, person=ticket.caller.person, conversation=ticket.caller.conversation)
        self._settle(ticket)

    def in_order(self) -> list[Ticket]:
        """Return all that wait, in their order."""
        return self._rota.in_order()

    def _settle(self, gone: Ticket) -> None:
        self._retried.discard(gone)
        if not len(self._rota):
            self.since = None


def in_turn(lines: Sequence[list[Ticket]], served: Mapping[str, int], turn: int) -> list[Ticket]:
    """Return all that waits in several queues, in the order in which hosts serve them that are asked by all.

    Args:
        lines: Each queue in its own order.
        served: In which turn each person was served last.
        turn: The latest.
    """
    if len(lines) == 1:
        return list(lines[0])
    latest, left = dict(served), [deque(line) for line in lines if line]
    found: list[Ticket] = []
    while left:
        line = min(left, key=lambda line: (latest.get(line[0].caller.person, 0), line[0].since))
        found.append(line.popleft())
        latest[found[-1].caller.person] = turn + len(found)
        left = [line for line in left if line]
    return found
