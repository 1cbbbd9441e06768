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
_INSIDE = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96", "fec0::/10", "168.63.129.16/32", "192.0.0.192/32"),
    )
)
"""What Python's library takes for public: a network's own translators (RFC 8215), forms of IPv4 that no host of the
Internet has any more, sites' own addresses, and where clouds tell their machines secrets (Azure, Oracle)."""


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
    return all(map(_is_outside, (address, *_carried(address))))


def _is_outside(address: Address) -> bool:
    if not address.is_global or address.is_multicast:
        return False
    return not any(address in network for network in _INSIDE)


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
