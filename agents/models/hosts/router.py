"""Who is served where: hands the hosts' slots to the calls that wait, one model's next call after the other's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

from agents.models.fair import CALLER, not_counted
from agents.models.hosts.beside import Beside
from agents.models.hosts.choosing import Demand
from agents.models.hosts.host import Host
from agents.models.hosts.looking import Looking
from agents.models.hosts.outlook import Outlook, Served
from agents.models.hosts.viewing import Promises, in_a_cloud
from agents.models.ollama_wire import is_cloud
from agents.models.port import Watch
from agents.models.queue import Avoided, Line, Place, Ticket
from bot.errors import ModelFailedError, RetryLaterError

TICK = 1.0
"""Seconds between two looks at what waits."""


class Router:
    """The hosts that share the calls of one installation, or the one host that an agent names."""

    def __init__(self, hosts: Sequence[Host], *, limit: int, beside: Beside, cloud: bool = True) -> None:
        """Take the hosts in the settings' order.

        Args:
            hosts: Those that calls may go to.
            limit: How many calls may wait for one model.
            beside: Does what no call waits for.
            cloud: Whether models that run at somebody else's are allowed.
        """
        self.hosts = list(hosts)
        self._limit = limit
        self._cloud = cloud
        self._lines: dict[tuple[str, ...], Line] = {}
        self._served = Served()
        self._outlook = Outlook(self.hosts, self._lines, self._served)
        self._looking = Looking(self.hosts, self._outlook, beside)
        self._timer: asyncio.TimerHandle | None = None
        self._new: dict[Line, set[Ticket]] = {}
        """Who was not told a place yet."""
        self._sleepers: dict[asyncio.Future[None], tuple[str, ...]] = {}
        for host in self.hosts:
            host.changed.append(self.dispatch)

    @asynccontextmanager
    async def turn(self, chain: tuple[str, ...], watch: Watch, avoid: Avoided = frozenset()) -> AsyncIterator[Place]:
        """Wait for a place of this task's caller, and have it for the block.

        Raises:
            NoHostError: No host that may have it answers.
            RetryLaterError: Too many wait already.
            ModelFailedError: No host has it, or it runs in a cloud and the settings allow no such models.
        """
        chain = self._permitted(chain)
        await self._looking.before(chain)
        place = await self._place(chain, watch, avoid)
        try:
            yield place
        finally:
            place.host.end(place.model, self._now())

    def another(self, chain: tuple[str, ...], avoid: Avoided) -> bool:
        """Whether there is a host to ask besides those that have failed."""
        return self._outlook.another(self._kept_here(chain), avoid, self._now())

    def up(self, chain: tuple[str, ...]) -> bool:
        """Whether a host that may have it answers, for all that is known."""
        return self._outlook.up(self._kept_here(chain))

    def meant(self, chain: tuple[str, ...]) -> tuple[str, list[Host]]:
        """Return the model that a call would be asked now, and the hosts that may be.

        Raises:
            NoHostError, ModelFailedError: There are none.
        """
        return self._outlook.wanted(self._permitted(chain), frozenset(), self._now())

    def waiting(self) -> dict[tuple[str, ...], int]:
        """Return how many calls wait for each model."""
        return {chain: len(line) for chain, line in self._lines.items() if len(line)}

    async def until_up(self, chain: tuple[str, ...], seconds: float) -> None:
        """Wait until a host that may have it answers again, or for so long."""
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers[sleeper] = chain
        self._tick_soon()
        try:
            async with asyncio.timeout(seconds):
                await sleeper
        except TimeoutError:
            pass
        finally:
            del self._sleepers[sleeper]

    def close(self) -> None:
        """Stop looking at what waits."""
        if self._timer is not None:
            self._timer.cancel()
        for host in self.hosts:
            host.changed.remove(self.dispatch)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    # -- which models -----------------------------------------------------------------------------------------------

    def _kept_here(self, chain: tuple[str, ...]) -> tuple[str, ...]:
        """Return the models of a chain that do not run at somebody else's; where that is allowed, all."""
        if self._cloud or self.hosts[0].kind == "embedded":
            return chain
        return tuple(model for model in chain if not is_cloud(model))

    def _permitted(self, chain: tuple[str, ...]) -> tuple[str, ...]:
        """Return the models of a chain that may be asked.

        Raises:
            ModelFailedError: There are none.
        """
        kept = self._kept_here(chain)
        if not kept:
            raise in_a_cloud(chain[0], ", ".join(host.name for host in self.hosts))
        return kept

    # -- for a call -------------------------------------------------------------------------------------------------

    async def _place(self, chain: tuple[str, ...], watch: Watch, avoid: Avoided) -> Place:
        loop = asyncio.get_running_loop()
        caller, line, now = CALLER.get(), self._line(chain), loop.time()
        ticket = Ticket(chain=chain, caller=caller, since=now, turn=loop.create_future(), watch=watch, avoid=avoid)
        place = self._outlook.place(ticket, Demand(), self._outlook.promises(now), now) if not line else None
        if place is not None:
            self._give(ticket, place)
            return place
        line.add(ticket)
        self.dispatch()
        if ticket.turn.done():
            return ticket.turn.result()
        self._tell_soon(line, ticket)
        self._tick_soon()
        return await self._wait(line, ticket)

    async def _wait(self, line: Line, ticket: Ticket) -> Place:
        with not_counted():
            try:
                return await ticket.turn
            except asyncio.CancelledError:
                line.leave(ticket)
                if ticket.turn.done() and not ticket.turn.cancelled() and ticket.turn.exception() is None:
                    # It was given the turn just before: that is for somebody else.
                    place = ticket.turn.result()
                    place.host.end(place.model, self._now())
                else:
                    self.dispatch()
                raise

    def _line(self, chain: tuple[str, ...]) -> Line:
        line = self._lines.get(chain)
        if line is None:
            for known in [known for known, line in self._lines.items() if not line]:
                del self._lines[known]
            line = self._lines[chain] = Line(chain, self._limit)
        return line

    # -- deciding ---------------------------------------------------------------------------------------------------

    def dispatch(self) -> None:
        """Give every place that is free to whoever is next; whoever can't be served any more is told."""
        for sleeper, chain in self._sleepers.items():
            if not sleeper.done() and self.up(chain):
                sleeper.set_result(None)
        self._looking.at_loads()
        promised = self._outlook.promises(self._now())
        while any(self._serve(line, promised) for line in self._outlook.in_turn()):
            pass

    def _serve(self, line: Line, promised: Promises) -> bool:
        """Give a place to the next who can have one: a call that may not go where it failed holds nobody else up."""
        demand = self._outlook.demand(line, self._now())
        return any(self._served_now(line, ticket, demand, promised) for ticket in line.heads())

    def _served_now(self, line: Line, ticket: Ticket, demand: Demand, promised: Promises) -> bool:
        """Whether a call waits no more."""
        try:
            place = self._outlook.place(ticket, demand, promised, self._now())
        except (RetryLaterError, ModelFailedError) as error:
            line.take(ticket)
            if not ticket.turn.done():
                ticket.turn.set_exception(error)
            return True
        if place is None:
            return False
        line.take(ticket)
        if not ticket.turn.done():
            self._give(ticket, place)
            ticket.turn.set_result(place)
        return True

    def _give(self, ticket: Ticket, place: Place) -> None:
        place.host.begin(place.model, self._now())
        self._served.note(ticket.caller.person)

    # -- while calls wait -------------------------------------------------------------------------------------------

    def _tick_soon(self) -> None:
        if self._timer is None and (self._sleepers or any(self._lines.values())):
            self._timer = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._looking.while_waiting(self._now())
        self.dispatch()
        for line in self._lines.values():
            if line:
                self._tell(line)
        self._tick_soon()

    def _tell_soon(self, line: Line, ticket: Ticket) -> None:
        """Tell who has just come its place, together with all that come at the same time."""
        if not self._new:
            asyncio.get_running_loop().call_soon(self._tell_new)
        self._new.setdefault(line, set()).add(ticket)

    def _tell_new(self) -> None:
        new, self._new = self._new, {}
        for line, tickets in new.items():
            self._tell(line, tickets)

    def _tell(self, line: Line, wanted: Collection[Ticket] | None = None) -> None:
        """Tell those that wait, or some of them, their place and about how long that takes."""
        now = self._now()
        rate = self._outlook.rate(line.chain, now, guess=None)
        before = self._outlook.before(line, now) if rate else {}
        for place, ticket in enumerate(line.in_order(), 1):
            if wanted is None or ticket in wanted:
                ticket.tell(place, before[ticket] / rate if rate else None)
