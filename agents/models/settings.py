"""What the settings say about models, as plain values: hosts, and what the names in team files stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

from agents.models.connections import address_of
from agents.models.embedded.catalogue import MODELS, SMALL
from agents.models.ollama_host import DEFAULT_CONTEXT
from bot.domain.model_names import contradicting
from bot.errors import SettingsError

LOCAL_OLLAMA = "http://127.0.0.1:11434"
QUEUE = 1000
"""Calls that may wait for one model where the settings say nothing else."""
Kind = Literal["ollama", "openai", "embedded"]
PORTS: Mapping[Kind, int] = {"ollama": 11434, "openai": 80, "embedded": 80}
"""The ports of addresses that name none and no scheme."""
_SAME = {"localhost": "127.0.0.1"}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_NO_TIME = "{!r} is no time; 30m, 1h or -1 (for ever) are"
_KEPT = 300.0
"""Seconds that an Ollama keeps a model where nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """One model host."""

    name: str
    """What people are told it is called."""
    address: str = field(repr=False)
    kind: Kind = "ollama"
    """What it speaks."""
    key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What a proxy before it wants, such as Authorization."""
    slots: int | None = None
    """Calls that it is asked at a time; 0: any number; None: as the settings say for all."""
    weight: float = 1.0
    """Of hosts that would do equally well the one with the most is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """What a name in team files stands for."""

    model: str
    fallbacks: tuple[str, ...] = ()
    """Models that are asked in this order where no host that answers has it."""
    num_ctx: int | None = None
    keep_alive: str | float | None = None
    think: bool | None = None
    temperature: float | None = None
    """Where the team says none."""

    @property
    def chain(self) -> tuple[str, ...]:
        """The models in the order in which they are wanted."""
        return tuple(dict.fromkeys((self.model, *self.fallbacks)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """What the settings say about models, as plain values."""

    cache: Path
    """The folder of fetched files."""
    hosts: tuple[HostSettings, ...] = ()
    """The hosts; with some here, those of the short settings below must not be set."""
    ollama_host: str | None = None
    """OLLAMA_HOST where it is set; None: one at its default address is used where it answers."""
    ollama_headers: Mapping[str, str] = field(default_factory=dict)
    ollama_context: int = DEFAULT_CONTEXT
    """num_ctx of models without one of their own."""
    ollama_contexts: Mapping[str, int] = field(default_factory=dict)
    ollama_keep_alive: str | float | None = None
    ollama_think: bool = False
    """Whether models that can think first may do so."""
    ollama_cloud: bool = False
    openai_base_url: str | None = None
    openai_api_key: str = field(default="", repr=False)
    max_temperature: float | None = None
    """Higher temperatures of agents are lowered to this."""
    aliases: Mapping[str, str | Alias] = field(default_factory=dict)
    """What team files call a model, and what is meant."""
    embedded_model: str = SMALL.name
    """A name of the catalogue, or the path of a GGUF file."""
    slots: int = 0
    """Calls that a host is asked at a time, with the embedded model one; 0: any number."""
    queue: int = QUEUE
    """Calls that may wait for one model."""
    first: float = 600.0
    """Seconds until the first word of an answer."""
    stall: float = 120.0
    """Seconds between two words."""
    probe_address: str = LOCAL_OLLAMA
    """Where an Ollama that nobody configured is looked for."""

    @property
    def gguf(self) -> Path | None:
        """The embedded model's file, where the setting is a path."""
        named = self.embedded_model
        return Path(named) if named not in MODELS and (named.endswith(".gguf") or "/" in named) else None

    @property
    def configured(self) -> tuple[HostSettings, ...]:
        """The hosts that are named, however; empty: none is, and what this machine has is used."""
        if self.hosts:
            return self.hosts
        if self.openai_base_url:
            return (HostSettings(name="", address=self.openai_base_url, kind="openai", key=self.openai_api_key),)
        if self.ollama_host:
            return (HostSettings(name="", address=self.ollama_host, headers=self.ollama_headers),)
        return ()

    def alias(self, name: str) -> Alias:
        """Return what a team file's name stands for; an unknown one stands for itself."""
        meant = self.aliases.get(name, name)
        return Alias(model=meant) if isinstance(meant, str) else meant

    @property
    def contexts(self) -> dict[str, int]:
        """The num_ctx of each model that has one of its own."""
        meant = [self.alias(name) for name in self.aliases]
        found: dict[str, int] = {}
        for alias in meant:
            if alias.num_ctx is not None:
                found |= {model: alias.num_ctx for model in alias.fallbacks if model not in found}
        found |= {alias.model: alias.num_ctx for alias in meant if alias.num_ctx is not None}
        return {**found, **self.ollama_contexts}

    @property
    def keep_alives(self) -> dict[str, str | float]:
        """How long each model stays that has a time of its own."""
        meant = [self.alias(name) for name in self.aliases]
        return {model: alias.keep_alive for alias in meant if alias.keep_alive is not None for model in alias.chain}

    def check(self) -> None:
        """Refuse what can't be meant.

        Raises:
            SettingsError: There is no such embedded model, an address is none, or two settings contradict each other.
        """
        if self.gguf is None and self.embedded_model not in MODELS:
            raise SettingsError(
                f"There is no embedded model {self.embedded_model!r}; there are {', '.join(MODELS)}, "
                "or the path of a GGUF file."
            )
        if self.hosts and (self.ollama_host or self.openai_base_url):
            short = "OLLAMA_HOST" if self.ollama_host else "THREADFAST_OPENAI_BASE_URL"
            raise SettingsError(f"There are hosts in the settings and {short} beside them. Make it one of the hosts.")
        for host in self.hosts:
            _checked(f"The address of the host {host.name}", host.address, host.kind)
        if self.ollama_host:
            _checked("OLLAMA_HOST", self.ollama_host, "ollama")
        if self.openai_base_url:
            _checked("The OpenAI-compatible server", self.openai_base_url, "openai")
        contradiction = contradicting({name: self.alias(name) for name in self.aliases})
        if contradiction:
            raise SettingsError(contradiction)


def duration_of(keep_alive: str | float | None) -> float:
    """Return how many seconds a model is kept; negative ones mean for ever.

    Raises:
        ValueError: It is no time.
    """
    if keep_alive is None:
        return _KEPT
    try:
        seconds = float(keep_alive)
    except ValueError:
        seconds = _seconds(str(keep_alive))
    if not math.isfinite(seconds):
        raise ValueError(_NO_TIME.format(keep_alive))
    return float("inf") if seconds < 0 else seconds


def _seconds(text: str) -> float:
    """Read a time as Go writes it, such as `1h30m`."""
    found = _DURATION.findall(text.removeprefix("-"))
    if not found or "".join(map("".join, found)) != text.removeprefix("-"):
        raise ValueError(_NO_TIME.format(text))
    return sum(float(number) * _UNITS[unit] for number, unit in found) * (-1 if text.startswith("-") else 1)


def _checked(setting: str, address: str, kind: Kind) -> None:
    """Raise a SettingsError that names the setting when it holds no address."""
    try:
        address_of(address, port_of(kind))
    except SettingsError as error:
        raise SettingsError(f"{setting}: {error}") from error


def port_of(kind: Kind) -> int:
    """Return the port of an address that names none and no scheme."""
    return PORTS[kind]


def server_at(address: str) -> tuple[str, int, str]:
    """Return what tells a server from others, whichever dialect its address means: its name, port and path."""
    url = httpx.URL(address)
    port = url.port or (443 if url.scheme == "https" else 80)
    return _SAME.get(url.host, url.host), port, url.path.rstrip("/").removesuffix("/v1")
