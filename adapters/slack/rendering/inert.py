"""Text that does nothing in Slack: it pings nobody, links nowhere, and looks like what it is. Pure.

Blocks are built of `rich_text`, where text is data: Slack reads no markup in it, and only elements of their own ping
or link. This module is for the places that are read for markup (a message's `text`, streamed Markdown), for names,
and for showing addresses as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from adapters.text import harmless, visible

TEXT_LIMIT = 3_000
"""Of a message's `text`: chat.update refuses more than 4,000."""
_WORD_JOINER = "\u2060"
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{0,30}://|mailto:|www\.)[^\s<>|\"`]+", re.IGNORECASE)
_FORM = re.compile(r"(?<=\bmailto):|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_HINT = re.compile(r"://|to:|www\.", re.IGNORECASE)
"""What every address holds, at most `_BEFORE_HINT` characters after its start."""
_BEFORE_HINT = 31
_AT = re.compile(r"@(?=\w)")
_TRAILING = ".,;:!?)]}'*_~"
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "&": "＆", "@": "＠", "`": "'"})
_BREAKS = str.maketrans({char: char + _WORD_JOINER for char in "<@&]:./!#"})
_NAME_READ = 400
_NO_NAME = re.compile(r'[/\\:*?"<>|&@`]+')


def inert(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return a text for a field that Slack reads for markup: the same words, and nothing in them pings or links.

    Characters that Slack escapes are escaped, addresses lose their form (`https[:]//`), an at sign before a word is
    parted from it. What is longer than the limit ends in an ellipsis: this is for notifications, never for cards.
    """
    safe = _unformed(_AT.sub("@" + _WORD_JOINER, harmless(text)))
    whole = _escaped(safe)
    return whole if len(whole) <= limit else _cut_escaped(safe, limit)


def _cut_escaped(safe: str, limit: int) -> str:
    size, kept = 1, 0
    while kept < len(safe) and size + len(_ESCAPES.get(safe[kept], "x")) <= limit:
        size += len(_ESCAPES.get(safe[kept], "x"))
        kept += 1
    return _escaped(safe[:kept]) + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unformed(text: str) -> str:
    """Take the form of an address from whatever has it."""
    return text if not may_hold_address(text) else _FORM.sub(lambda found: f"[{found.group()}]", text)


def streamed(text: str) -> str:
    """Return Markdown for a stream, where Slack parses it: every sign that could begin a mention or link is broken.

    Each character is treated alone, so what was streamed stays a prefix of what is streamed later. The breaks are
    invisible, which is right for a preview only; the turn that replaces it is made of blocks.
    """
    return harmless(text).translate(_BREAKS)


def one_line(text: str, limit: int) -> str:
    """Return a text on one line, hidden characters shown by number; a longer one ends in an ellipsis."""
    line = " ".join(harmless(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def shown_name(text: str, limit: int = 80) -> str:
    """Return an agent's or a team's name for a place where a name stands: no sign in it means anything to Slack."""
    plain = _unformed(visible(unicodedata.normalize("NFC", " ".join(text[:_NAME_READ].split()))))
    return one_line(plain, limit).translate(_LOOKALIKES) or "-"


def file_name(text: str) -> str:
    """Return a file's name for display: no folders, no hidden characters, at most 80 characters with its ending."""
    name = visible(_NO_NAME.sub("_", unicodedata.normalize("NFC", text).replace("\\", "/").rsplit("/", 1)[-1]))
    name = " ".join(name.split()).lstrip(".") or "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= 80 or not dot or len(ending) > 12:
        return name[:80]
    return f"{stem[: 79 - len(ending)]}.{ending}"


def may_hold_address(text: str) -> bool:
    """Return False for a text that surely holds no address: far faster than looking for one."""
    if "://" in text:
        return True
    small = text.lower()
    return "to:" in small or "www." in small


def with_addresses(text: str) -> list[tuple[str, bool]]:
    """Part a text into its pieces and whether each is an address, which is then shown as code."""
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
