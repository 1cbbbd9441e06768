"""What the hosts can do for the calls that wait, and in which turn: read off the hosts and the queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agents.models.failures import missing, no_host
from agents.models.hosts.choosing import Demand, View, choose, making_room
from agents.models.hosts.host import Host
from agents.models.hosts.viewing import Promises, Seen, load_seconds
from agents.models.queue import Avoided, Line, Place, Ticket, in_turn
from bot.errors import ModelFailedError, RetryLaterError
from bot.rota import REMEMBERED

GUESS = 5.0
"""Seconds that a call is thought to take before one has ended."""


class Served:
    """In which turn each person was served last, over all models."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self.turn = 0
        """The latest."""

    def note(self, person: str) -> None:
        """Have a person be served in a new turn."""
        self.turn += 1
        self.last.pop(person, None)
        self.last[person] = self.turn
        if len(self.last) > REMEMBERED:
            del self.last[next(iter(self.last))]


class Outlook:
    """Reads which hosts a call can go to, where it goes now, and how the queues move.

    Every `now` is by the loop's clock.
    """

    def __init__(self, hosts: Sequence[Host], lines: Mapping[tuple[str, ...], Line], served: Served) -> None:
        """Take what is read, each time as it is then.

        Args:
            hosts: Those that calls may go to, in the settings' order.
            lines: The queues by their models.
            served: Who was served when.
        """
        self._hosts = hosts
        self._lines = lines
        self._served = served

    # -- which hosts ------------------------------------------------------------------------------------------------

    def usable(self, chain: tuple[str, ...], now: float) -> list[Host]:
        """Return the hosts that can be asked and may have one of the models."""
        usable = [host for host in self._hosts if host.health.usable(now)]
        return [host for host in usable if any(self._may_have(host, model, chain) for model in chain)]

    def another(self, chain: tuple[str, ...], avoid: Avoided, now: float) -> bool:
        """Whether there is a host to ask besides those that have failed."""
        pairs = ((host, model) for host in self.usable(chain, now) for model in chain)
        return any((host.name, model) not in avoid and self._may_have(host, model, chain) for host, model in pairs)

    def up(self, chain: tuple[str, ...]) -> bool:
        """Whether a host that may have one of the models answers, for all that is known."""
        pairs = ((host, model) for host in self._hosts for model in chain if not host.health.away)
        return any(self._may_have(host, model, chain) for host, model in pairs)

    def lacking(self, chain: tuple[str, ...]) -> bool:
        """Whether no host has any of the models, for all that is known."""
        return not self._single(chain) and all(host.has(model) is False for host in self._hosts for model in chain)

    def wanted(self, chain: tuple[str, ...], avoid: Avoided, now: float) -> tuple[str, list[Host]]:
        """Return the model that is asked, and the hosts that can be; without any, one that rests is waited for.

        Raises:
            NoHostError: No host that may have the model answers.
            ModelFailedError: No host has it.
        """
        usable = [host for host in self._hosts if host.health.usable(now)]
        pairs = [(model, host) for model in chain for host in usable if self._may_have(host, model, chain)]
        pairs = [(model, host) for model, host in pairs if (host.name, model) not in avoid] or pairs
        pairs = [(model, host) for model, host in pairs if host.health.why_not(model, now) is None] or pairs
        if pairs:
            wanted = pairs[0][0]
            return wanted, [host for model, host in pairs if model == wanted]
        resting = [host for host in self._hosts if not host.health.usable(now)]
        able = [host for host in resting if any(self._may_have(host, model, chain) for model in chain)]
        if any(not host.health.away for host in able):
            return chain[0], []
        if able:
            raise no_host({host.name: host.health.error for host in able if host.health.error is not None})
        pulls = any(host.kind == "ollama" for host in self._hosts)
        raise missing(chain[0], ", ".join(host.name for host in self._hosts), able=pulls)

    def _may_have(self, host: Host, model: str, chain: tuple[str, ...]) -> bool:
        # Where there is nothing to choose, a host's own refusal says more than what it listed a while ago.
        return self._single(chain) or host.has(model) is not False

    def _single(self, chain: tuple[str, ...]) -> bool:
        """Whether one host can be asked one model."""
        return len(self._hosts) == len(chain) == 1

    # -- where a call goes ------------------------------------------------------------------------------------------

    def place(self, ticket: Ticket, demand: Demand, promised: Promises, now: float) -> Place | None:
        """Return where a call goes now; None: it waits.

        Raises:
            NoHostError: No host that may have the model answers.
            ModelFailedError: No host has it.
        """
        model, able = self.wanted(ticket.chain, ticket.avoid, now)
        if self._plain:
            return Place(host=able[0], model=model) if able and able[0].free else None
        chosen = choose(self._views(able, model, promised, now), demand)
        if chosen is None:
            return None
        return Place(host=next(host for host in able if host.name == chosen.host), model=model)

    def promises(self, now: float) -> Promises:
        """Return the hosts that take no more calls but those of one model, which found room nowhere."""
        promised: dict[str, tuple[str, ...]] = {}
        if self._plain or len(self._lines) < 2:
            return promised
        for line in self.in_turn():
            model, hosts = self._aim(line.chain, now)
            found = making_room(self._views(hosts, model, promised, now), self.demand(line, now))
            if found is not None:
                promised[found.host] = line.chain
        return promised

    @property
    def _plain(self) -> bool:
        """Whether there is nothing to choose: one host, which has its models in memory or has only one."""
        return len(self._hosts) == 1 and self._hosts[0].kind != "ollama"

    def _views(self, hosts: Iterable[Host], model: str, promised: Promises, now: float) -> list[View]:
        awaited = [chain[0] for chain, line in self._lines.items() if line]
        seen = Seen(now=now, awaited=awaited, promised=promised)
        return [seen.view(host, model, load_seconds(host, self._hosts, model)) for host in hosts]

    # -- how the queues move ----------------------------------------------------------------------------------------

    def in_turn(self) -> list[Line]:
        """Return the models' queues, first that whose next person was served longest ago."""
        heads = [(line, line.first()) for line in self._lines.values()]
        waiting = [(line, head) for line, head in heads if head is not None]
        waiting.sort(key=lambda pair: (self._served.last.get(pair[1].caller.person, 0), pair[1].since))
        return [line for line, _ in waiting]

    def demand(self, line: Line, now: float) -> Demand:
        """Return how much a queue's model is wanted."""
        head = line.first()
        waited = now - head.since if head is not None else 0.0
        pressed = now - line.since if line.since is not None else 0.0
        rate = self.rate(line.chain, now)
        return Demand(waited=waited, pressed=pressed, backlog=len(line) / rate if rate else float("inf"))

    def rate(self, chain: tuple[str, ...], now: float, guess: float | None = GUESS) -> float:
        """Return how many of a model's calls are answered in a second; 0: nothing is known."""
        model, hosts = self._servers(chain, now)
        rates = [(host.slots or 1) / seconds for host in hosts if (seconds := host.pace.call_seconds(model) or guess)]
        return sum(rates)

    def before(self, line: Line, now: float) -> dict[Ticket, int]:
        """Return how many calls are served before each that waits, and it, by the hosts that one queue waits for."""
        hosts = set(self._servers(line.chain, now)[1])
        others = [other for other in self._lines.values() if other and other is not line]
        sharing = [other for other in others if not hosts.isdisjoint(self._servers(other.chain, now)[1])]
        order = in_turn([one.in_order() for one in (line, *sharing)], self._served.last, self._served.turn)
        return {ticket: place for place, ticket in enumerate(order, 1)}

    def _aim(self, chain: tuple[str, ...], now: float) -> tuple[str, list[Host]]:
        """Return the model that a queue's next call would be asked, and the hosts that can be; without any, no host."""
        try:
            return self.wanted(chain, frozenset(), now)
        except (RetryLaterError, ModelFailedError):
            return chain[0], []

    def _servers(self, chain: tuple[str, ...], now: float) -> tuple[str, list[Host]]:
        """Return the same with the hosts alone that have the model in memory, where some have."""
        model, hosts = self._aim(chain, now)
        return model, [host for host in hosts if host.loaded(model, now)] or hosts
