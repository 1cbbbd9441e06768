"""Where connections of ours may lead that an outside address asks for: public hosts, resolved once, and no others."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from yarl import URL

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 within IPv6, by a translator of the network (RFC 6052)."""


class PublicOnly(AbstractResolver):
    """Resolves names to public addresses; a name with any other address resolves to nothing.

    The connection is made to exactly what was resolved, so a name that changes its address between a check and the
    connection gains nothing. Addresses that stand in the place of a name are not resolved: who calls allows none.
    """

    def __init__(self, trusted: Collection[str] = (), *, inner: AbstractResolver | None = None) -> None:
        """Resolve names. Needs a running event loop.

        Args:
            trusted: Hosts that the operator has named, wherever they are: the platform's API and the proxy.
            inner: Does the resolving; None: the system.
        """
        self._trusted = frozenset(host.lower() for host in trusted)
        self._inner = inner or DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            OSError: There are none, or one of them is not public.
        """
        found = await self._inner.resolve(host, port, family)
        if host.lower() not in self._trusted and not all(is_public(each["host"]) for each in found):
            raise OSError(f"{host} leads into a private network")
        return found

    async def close(self) -> None:
        """Let the resolver go."""
        await self._inner.close()


def is_public(text: str) -> bool:
    """Whether an address is one of the Internet's: not of this machine, its networks, or in any way inside of others.

    IPv4 that is carried within IPv6 counts as what it carries. Pure.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast for each in (address, *_carried(address)))


def _carried(address: Address) -> list[Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return []
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in inside if each is not None]


def hosts_of(*addresses: str) -> set[str]:
    """Return the hosts that addresses name; an empty address names none."""
    return {host for address in addresses if address and (host := URL(address).host)}
