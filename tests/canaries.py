"""Secrets that are planted in the settings of what tests start, and the search for them in all that comes out of it.

A test that starts the bot, as a process or within its own, plants what the bot is given as tokens, keys and passwords.
At its end they are looked for in what was logged and printed, in the files that were written, the database's among
them, and in every request that came to a server of the tests. They may stand where the bot logs in, and nowhere else.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from aiohttp.web_protocol import RequestHandler

from bot.redaction import SHORTEST, Redactor

FOLDER = "TRAFFIC_FOLDER"
"""Where a server of the tests that is a process of its own keeps what came to it; in the environment."""
MOST = 8 << 20
"""Bytes of each connection, and of each file, that are looked through."""
SECRET_NAMES = re.compile(r"TOKEN|SECRET|_KEY$|PASSWORD|(?<!no)_proxy$", re.IGNORECASE)
"""Variables of the environment that hold a secret."""
LOGINS = re.compile(
    rb"(?i)\r\n(?:proxy-)?authorization:[^\r\n]*"
    rb"|POST [^ \r\n]*/oauth\.v2\.access .*?\r\n\r\n[^\r\n]*?(?=POST |GET |\Z)",
    re.DOTALL,
)
"""Where secrets belong: headers, and the exchange of a code that needs the app's own secret."""


@dataclass(slots=True)
class Planted:
    """What this test has planted, and what came out since."""

    slots: dict[str, str] = field(default_factory=dict)
    """What each secret is, by its value."""
    traffic: dict[int, bytearray] = field(default_factory=dict)
    """What came over each connection."""
    said: list[tuple[str, str]] = field(default_factory=list)
    """What processes said, and which."""
    folders: list[Path] = field(default_factory=list)
    """Where files are written."""

    def clear(self) -> None:
        self.slots.clear()
        self.traffic.clear()
        self.said.clear()
        self.folders.clear()

    def escaped(self) -> list[str]:
        """Return where which secret was found."""
        if not self.slots:
            return []
        told = {form: slot for value, slot in self.slots.items() for form in _forms(value)}
        places = [*self._places()]
        return sorted({f"{slot} in {where}" for where, data in places for form, slot in told.items() if form in data})

    def _places(self) -> Iterator[tuple[str, bytes]]:
        for came in self.traffic.values():
            yield "a request to a server", LOGINS.sub(b"", bytes(came))
        for where, text in self.said:
            yield where, text.encode(errors="replace")
        for folder in self.folders:
            for file in _files(folder):
                data = file.read_bytes()[:MOST]
                yield str(file), LOGINS.sub(b"", data) if file.suffix == ".traffic" else data


PLANTED = Planted()
"""Those of the test that runs."""


def plant(slot: str, value: str) -> str:
    """Take note of a secret, and return it."""
    if len(value) >= SHORTEST:
        PLANTED.slots[value] = slot
    return value


def planted_in(settings: Any) -> Redactor:
    """Take note of what an adapter's settings keep to themselves; return what takes it out of what is sent."""
    for each in fields(settings):
        value = getattr(settings, each.name)
        if not each.repr and isinstance(value, str):
            plant(each.name, urlsplit(value).password or "" if "://" in value else value)
    return Redactor(PLANTED.slots)


def planted_around(environment: Mapping[str, str]) -> dict[str, str]:
    """Take note of the secrets that a process is given, and return those to give it where it has none of the kind."""
    more = {
        "OPENAI_API_KEY": f"key-{secrets.token_hex(16)}",
        "THREADFAST_SECRET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "ftp_proxy": f"http://somebody:{secrets.token_hex(16)}@127.0.0.1:9",
    }
    given = more | dict(environment)
    for name, value in given.items():
        if "://" in value:
            plant(name, urlsplit(value).password or "")
        elif SECRET_NAMES.search(name):
            plant(name, value)
    return {name: value for name, value in more.items() if name not in environment}


def with_login(address: str) -> str:
    """Return the address of a server as one with a name and a password, which is planted with its variable."""
    return address.replace("://", f"://somebody:{secrets.token_hex(12)}@", 1)


def _forms(value: str) -> Iterable[bytes]:
    plain = value.encode()
    addresses = {quote(value, safe="").encode(), quote(value).encode(), quote_plus(value).encode()}
    addresses |= {address.lower() for address in addresses if b"%" in address}
    return {plain, plain[::-1], plain.hex().encode(), base64.b64encode(plain).rstrip(b"="), *addresses}


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path


def _tapped(take_in: Any) -> Any:
    """Return what takes in the bytes of a connection, and keeps them."""
    kept = os.environ.get(FOLDER)

    def data_received(self: RequestHandler, data: bytes) -> None:
        if kept:
            with Path(kept, f"{os.getpid()}.traffic").open("ab") as file:
                file.write(data)
        elif PLANTED.slots:
            came = PLANTED.traffic.setdefault(id(self), bytearray())
            came += data[: max(0, MOST - len(came))]
        take_in(self, data)

    return data_received


RequestHandler.data_received = _tapped(RequestHandler.data_received)  # type: ignore[method-assign] # every server's
