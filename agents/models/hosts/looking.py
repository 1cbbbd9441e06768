"""When hosts are asked what they have: before a call as far as that has to be known, else beside the calls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from agents.models.hosts.beside import Beside
from agents.models.hosts.host import Host
from agents.models.hosts.outlook import Outlook

PROBE = 5.0
"""Seconds at most until a host that is away is looked for again while a call waits."""
_ASKED_NOW = 1.0
"""Seconds for which a host's word that it has no such model stands."""


class Looking:
    """Keeps what is known of the hosts as new as calls need it."""

    def __init__(self, hosts: Sequence[Host], outlook: Outlook, beside: Beside) -> None:
        """Take whom to ask.

        Args:
            hosts: Those that calls may go to.
            outlook: Reads what is known of them.
            beside: Does what no call waits for.
        """
        self._hosts = hosts
        self._outlook = outlook
        self._beside = beside

    async def before(self, chain: tuple[str, ...]) -> None:
        """See to it that enough is known for a call; what is only old is looked at beside it."""
        now = asyncio.get_running_loop().time()
        unknown = [host for host in self._hosts if host.known is None and self._asks(host) and not host.health.away]
        back = [host for host in self._hosts if host.health.due(now)]
        for host in self._hosts:
            if host.stale(now) and self._asks(host):
                self._beside.learn(host)
        wanted = back if not self._outlook.usable(chain, now) else []
        await self._learn([*unknown, *wanted])
        for host in back:
            self._beside.learn(host)
        if self._outlook.lacking(chain):
            now = asyncio.get_running_loop().time()
            old = [host for host in self._hosts if host.known and now - host.known.at > _ASKED_NOW]
            await self._learn([host for host in old if not host.health.away])

    def at_loads(self) -> None:
        """Ask the hosts where something was loaded, beside the calls."""
        for host in self._hosts:
            if host.memory.learns and self._asks(host):
                self._beside.learn(host)

    def while_waiting(self, now: float) -> None:
        """Ask the hosts that are away, or were asked long ago, beside the calls."""
        for host in self._hosts:
            looked_for = host.health.away and (host.health.due(now) or now - host.health.since >= PROBE)
            if looked_for or (host.stale(now) and self._asks(host)):
                self._beside.learn(host)

    async def _learn(self, hosts: Iterable[Host]) -> None:
        for task in [self._beside.learn(host) for host in hosts]:
            await asyncio.shield(task)

    def _asks(self, host: Host) -> bool:
        """Whether a host is asked what it has: a single one that loads nothing would tell nothing of use."""
        return host.kind == "ollama" or (host.kind == "openai" and len(self._hosts) > 1)
