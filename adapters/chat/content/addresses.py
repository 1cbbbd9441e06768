"""Addresses in text: found, shown as what they are, or robbed of their form. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from adapters.text import harmless

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{0,30}://|mailto:|www\.)[^\s<>|\"`]+", re.IGNORECASE)
_FORM = re.compile(r"(?<=\bmailto):|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_HINT = re.compile(r"://|to:|www\.", re.IGNORECASE)
"""What every address holds, at most `_BEFORE_HINT` characters after its start."""
_BEFORE_HINT = 31
_TRAILING = ".,;:!?)]}'*_~"


def may_hold_address(text: str) -> bool:
    """Return False for a text that surely holds no address: far faster than looking for one."""
    if "://" in text:
        return True
    small = text.lower()
    return "to:" in small or "www." in small


def unformed(text: str) -> str:
    """Take the form of an address from whatever has it: `https[:]//`."""
    return text if not may_hold_address(text) else _FORM.sub(lambda found: f"[{found.group()}]", text)


def with_addresses(text: str) -> list[tuple[str, bool]]:
    """Part a text into its pieces and whether each is an address."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for found in _addresses(text):
        address = found.group().rstrip(_TRAILING)
        pieces += [(text[at : found.start()], False), (address, True)]
        at = found.start() + len(address)
    pieces.append((text[at:], False))
    return [piece for piece in pieces if piece[0]]


def _addresses(text: str) -> Iterator[re.Match[str]]:
    """Yield every address; looked for only near what it must hold, since most letters could begin one."""
    at = 0
    while hint := _HINT.search(text, at):
        found = _ADDRESS.search(text, max(at, hint.start() - _BEFORE_HINT))
        if found is None:
            return
        yield found
        at = found.end()


def address(text: str) -> str:
    """Return an address as it is shown: a host with letters that look like others is followed by its real name."""
    shown = harmless(text)
    host = _host(text)
    if host.isascii():
        return shown
    try:
        real = host.encode("idna").decode("ascii")
    except UnicodeError:
        real = "".join(char if char.isascii() else f"⟦U+{ord(char):04X}⟧" for char in host)
    return f"{shown} [{real}]"


def _host(text: str) -> str:
    try:
        return urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        # An address that cannot be parsed is shown whole, hidden letters by number.
        return text
