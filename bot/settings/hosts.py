"""One model host as it is written under `hosts`: where it is, and what it needs."""

from __future__ import annotations

import math
import re
from typing import Any, ClassVar, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, field_validator

from bot.settings.values import NamedPart

_PORTS = {"ollama": 11434, "openai": 80}
"""Of addresses without a scheme and a port."""
_SAME: dict[str | None, str] = dict.fromkeys((None, "", "localhost", "0.0.0.0"), "127.0.0.1")  # noqa: S104 - compared
_ADDRESS = re.compile(r"(https?://)?([^\s/?#@]+@)?[\w.:\[\]-]+(/(?!/)[^\s?#]*)?")


class HostRule(NamedPart):
    """One model host as it is written."""

    example: ClassVar[str] = "{address: http://10.0.0.5:11434, slots: 2}"

    address: str = Field(repr=False)
    kind: Literal["ollama", "openai"] = "ollama"
    key: SecretStr | None = None
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    slots: int | None = Field(None, ge=0, le=10_000)
    weight: float = 1.0

    @field_validator("address", mode="before")
    @classmethod
    def _an_address(cls, value: Any) -> Any:
        if not isinstance(value, str) or not _ADDRESS.fullmatch(value) or not _port_fits(value):
            told = re.sub(r"//[^/?#]*@", "//", str(value))
            raise ValueError(f"{told!r} is no address of a model server, such as http://10.0.0.5:11434")
        return value

    @field_validator("key")
    @classmethod
    def _some_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _sendable(value.get_secret_value()):
            raise ValueError("this key is empty or has a blank or a line break in it; leave it out for none")
        return value

    @field_validator("headers")
    @classmethod
    def _some_headers(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, secret in value.items():
            if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
                raise ValueError(f"{name!r} is no header's name, such as X-Team")
            if not secret.get_secret_value().strip().isprintable() or not secret.get_secret_value().strip():
                raise ValueError(f"the header {name} is empty or has a line break in it")
        return value

    @field_validator("weight", mode="before")
    @classmethod
    def _a_weight(cls, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value <= 0:
            raise ValueError(f"{value!r} is no weight; write a number above 0, such as 2")
        return value

    @property
    def server(self) -> tuple[str | None, int, str]:
        """What tells it from others: name, port, and the path unless that only names a dialect."""
        schemed = "://" in self.address
        parts = urlsplit(self.address if schemed else f"http://{self.address}")
        port = parts.port or (443 if parts.scheme == "https" else 80 if schemed else _PORTS[self.kind])
        return _SAME.get(parts.hostname, parts.hostname), port, parts.path.rstrip("/").removesuffix("/v1")

    @property
    def secrets(self) -> list[str]:
        """What of it must never be shown: its key, its headers' values, and the password in its address."""
        kept = [self.key, *self.headers.values()]
        password = urlsplit(self.address).password
        values = [secret.get_secret_value() for secret in kept if secret is not None]
        # `Bearer abc`: a log may show the latter part alone.
        parts = [value.split(" ", 1)[1].strip() for value in values if " " in value.strip()]
        return [*values, *parts, *([unquote(password)] if password else [])]


def _sendable(key: str) -> bool:
    return bool(key) and key.isprintable() and " " not in key


def _port_fits(address: str) -> bool:
    try:
        urlsplit(address if "://" in address else f"http://{address}").port  # noqa: B018 - it raises
    except ValueError:
        return False
    return True
