"""What operators are told of hosts and models, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agents.models.settings import Kind
from bot.errors import RetryLaterError, RunFailedError


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One line of `threadfast check`."""

    ok: bool
    text: str
    remedy: str = ""
    """How to mend it."""
    missing: str = ""
    """The name of the model that the hosts lack, where that is what is wrong."""
    needed: bool = True
    """Whether Threadfast cannot work without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model in a host's memory."""

    name: str
    size: int = 0
    """Bytes in memory; 0: not told."""
    vram: int = 0
    """How many of them are in the graphics card's memory."""
    context: int | None = None
    """The context that it was loaded with; None: not told."""
    wanted: int | None = None
    """The context that is asked for here; another one than the above loads the model again."""
    expires: datetime | None = None
    """When it leaves the memory unless it is used; None: not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReport:
    """How a host is, and what it has."""

    name: str
    address: str
    """Without the name and password that one logs in with."""
    kind: Kind
    version: str = ""
    error: str = ""
    """Why it cannot be used; empty: it can."""
    failure: RetryLaterError | RunFailedError | None = None
    """The same as an error, whose sentence may stand in the catalogue."""
    models: Mapping[str, int] = field(default_factory=dict)
    """What it has, with the bytes of each on disk; 0: not told."""
    loaded: tuple[LoadedModel, ...] = ()
    slots: int = 0
    """Calls that it is asked at a time; 0: any number."""
    busy: int = 0
    """Calls of this process that are under way there."""
    waiting: Mapping[str, int] = field(default_factory=dict)
    """Calls of this process that wait for a model which this host has, by model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """What a host tells of one model."""

    host: str
    name: str
    family: str = ""
    parameters: str = ""
    """Such as `7.6B`."""
    quantization: str = ""
    context: int | None = None
    """The longest context that it was made for; None: not told."""
    num_ctx: int | None = None
    """The context that is asked for here; None: the host decides."""
    abilities: tuple[str, ...] = ()
    """Such as `tools` and `vision`; empty: not told."""
    size: int = 0
    """Bytes on disk; 0: not told."""
    cloud: bool = False
    """Whether it runs at somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullProgress:
    """How far the pulling of a model is."""

    host: str
    status: str
    """In the host's own words; the last one is `success`."""
    done: int = 0
    """Bytes that are there."""
    total: int = 0
    """Bytes that are known of so far; 0: none yet."""
