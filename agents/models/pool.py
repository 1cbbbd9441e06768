"""The models of one installation: which server answers, and what an alias means there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.models.abilities import Abilities
from agents.models.connections import Patience, address_of
from agents.models.embedded.catalogue import MODELS, SMALL
from agents.models.embedded.client import EmbeddedClient, EmbeddedSettings, Stage, unseen
from agents.models.embedded.fetch import ModelFiles
from agents.models.fair import FairGate
from agents.models.ollama_host import DEFAULT_CONTEXT, OllamaHost, named
from agents.models.port import Delta, ModelAnswer, ModelCall, ModelClient
from bot.errors import ModelFailedError, RetryLaterError, SettingsError
from bot.texts import say

if TYPE_CHECKING:
    from agents.models.ollama import OllamaClient
    from agents.models.openai_compatible import OpenAICompatible

LOCAL_OLLAMA = "http://127.0.0.1:11434"
EMBEDDED_SLOTS = 1
"""Calls that the embedded model is asked at a time: it has this machine's processors only once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """What the settings say about models, as plain values."""

    cache: Path
    """The folder of fetched files."""
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
    aliases: Mapping[str, str] = field(default_factory=dict)
    """What team files call a model, and its name on the server."""
    embedded_model: str = SMALL.name
    """A name of the catalogue, or the path of a GGUF file."""
    slots: int = 0
    """Calls that a host is asked at a time, with the embedded model one; 0: any number."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One line of `threadfast check`."""

    ok: bool
    text: str
    remedy: str = ""
    """How to mend it."""
    missing: str = ""
    """The name of the model that the server lacks, where that is what is wrong."""


class Models:
    """The ModelClient of the product: an Ollama, an OpenAI-compatible server, or the embedded model.

    A configured server is always used, the OpenAI-compatible one before Ollama; without one, an Ollama on this
    machine; without that, the embedded model.
    """

    def __init__(self, settings: ModelSettings, *, on_stage: Stage = unseen) -> None:
        """Take plain values; nothing is opened before the first call.

        Raises:
            SettingsError: There is no such embedded model, or an address is none.
        """
        if settings.gguf is None and settings.embedded_model not in MODELS:
            raise SettingsError(
                f"There is no embedded model {settings.embedded_model!r}; there are {', '.join(MODELS)}, "
                "or the path of a GGUF file."
            )
        if settings.ollama_host:
            _named("OLLAMA_HOST", settings.ollama_host, 11434)
        if settings.openai_base_url:
            _named("The OpenAI-compatible server", settings.openai_base_url, 443)
        self.settings = settings
        self._on_stage = on_stage
        self._patience = Patience(first=settings.first, stall=settings.stall)
        self._ollama: OllamaClient | None = None
        self._compatible: OpenAICompatible | None = None
        self._embedded: EmbeddedClient | None = None
        self._abilities: Abilities | None = None
        self._found: ModelClient | None = None
        """What the probe chose, where nothing is configured."""
        self._probing = asyncio.Lock()
        self._gates: dict[str, FairGate] = {}
        """By the address of the host; there are as many as team files name."""

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask the server that has the model; see ModelClient."""
        if call.base_url:
            async with self._gate(call.base_url).turn():
                return await (await self._openai()).complete(call, on_delta)
        named = replace(call, model=self.resolve(call.model), options=self._cooled(call.options))
        client = await self._client()
        try:
            async with self._gate(self._host_of(client)).turn():
                return await client.complete(named, on_delta)
        except RetryLaterError:
            self._found = None
            raise

    def _host_of(self, client: ModelClient) -> str:
        """Return the address of what a client asks; empty: the embedded model."""
        if client is self._embedded:
            return ""
        return (self.settings.openai_base_url if client is self._compatible else None) or LOCAL_OLLAMA

    def _gate(self, host: str) -> FairGate:
        host = host.rstrip("/")
        if host not in self._gates:
            self._gates[host] = FairGate(self.settings.slots if host else min(self.settings.slots, EMBEDDED_SLOTS))
        return self._gates[host]

    def resolve(self, name: str) -> str:
        """Return the name on the server for a team file's name; an unknown one stands for itself."""
        return self.settings.aliases.get(name, name)

    def abilities(self, name: str) -> frozenset[str] | None:
        """Return what the model of a team file's name can do, such as `vision`; None: its server does not say.

        It asks an Ollama, and blocks while it does: call it off the loop.
        """
        if self.settings.openai_base_url:
            return None
        if self._abilities is None:
            self._abilities = Abilities(self._host(self.settings.ollama_host or self.settings.probe_address))
        return self._abilities.of(self.resolve(name))

    def _cooled(self, options: dict[str, Any]) -> dict[str, Any]:
        highest, wanted = self.settings.max_temperature, options.get("temperature")
        if highest is None or wanted is None or wanted <= highest:
            return options
        return {**options, "temperature": highest}

    async def close(self) -> None:
        """Close every connection and stop the embedded model."""
        for client in (self._ollama, self._compatible, self._embedded):
            if client is not None:
                await client.close()
        self._ollama = self._compatible = self._embedded = self._found = None

    async def describe(self, wanted: tuple[str, ...] = (), *, language: str = "en") -> list[CheckLine]:
        """Say which server answers and what it lacks, one line each.

        Args:
            wanted: The model names of the teams; the aliases of the settings are looked for in any case.
            language: Of the lines; how to mend something is for operators, and in English.
        """
        names = dict.fromkeys(self.resolve(name) for name in (*self.settings.aliases, *wanted))
        if self.settings.openai_base_url:
            return await self._describe_openai(list(names), language)
        if self.settings.ollama_host:
            client = await self._ollama_client(self.settings.ollama_host)
            return await self._describe_ollama(client, list(names), language)
        found = await self._probe()
        if found is self._ollama and self._ollama is not None:
            return await self._describe_ollama(self._ollama, list(names), language)
        return [await asyncio.to_thread(self._describe_embedded, language)]

    async def _client(self) -> ModelClient:
        if self.settings.openai_base_url:
            return await self._openai()
        if self.settings.ollama_host:
            return await self._ollama_client(self.settings.ollama_host)
        async with self._probing:
            if self._found is None:
                self._found = await self._probe()
            return self._found

    async def _probe(self) -> ModelClient:
        """Return the Ollama of this machine where one answers, else the embedded model."""
        client = await self._ollama_client(self.settings.probe_address)
        try:
            await client.version(seconds=1.0)
        except (RetryLaterError, ModelFailedError):
            return self._embedded_client()
        return client

    async def _ollama_client(self, url: str) -> OllamaClient:
        if self._ollama is None:
            # Off the loop: it takes a while.
            await asyncio.to_thread(import_module, "agents.models.ollama")
        return self._ollama_now(url)

    def _ollama_now(self, url: str) -> OllamaClient:
        if self._ollama is None:
            # Here and not above: the library reads OLLAMA_HOST while it is imported; by now that is known to be good.
            from agents.models.ollama import OllamaClient  # noqa: PLC0415

            self._ollama = OllamaClient(self._host(url), patience=self._patience)
        return self._ollama

    def _host(self, url: str) -> OllamaHost:
        return OllamaHost(
            url=address_of(url, 11434),
            headers=self.settings.ollama_headers,
            context=self.settings.ollama_context,
            contexts=self.settings.ollama_contexts,
            keep_alive=self.settings.ollama_keep_alive,
            think=self.settings.ollama_think,
            cloud=self.settings.ollama_cloud,
        )

    async def _openai(self) -> OpenAICompatible:
        if self._compatible is None:
            await asyncio.to_thread(import_module, "agents.models.openai_compatible")
        return self._openai_now()

    def _openai_now(self) -> OpenAICompatible:
        if self._compatible is None:
            # Here and not above: the library takes a second and 40 MB, and a bot that waits needs neither.
            from agents.models.openai_compatible import OpenAICompatible  # noqa: PLC0415

            self._compatible = OpenAICompatible(
                self.settings.openai_base_url or "", self.settings.openai_api_key, patience=self._patience
            )
        return self._compatible

    def _embedded_client(self) -> EmbeddedClient:
        if self._embedded is None:
            embedded = EmbeddedSettings(
                cache=self.settings.cache,
                model=MODELS.get(self.settings.embedded_model, SMALL),
                gguf=self.settings.gguf,
            )
            self._embedded = EmbeddedClient(embedded, on_stage=self._on_stage, patience=self._patience)
        return self._embedded

    async def _describe_ollama(self, client: OllamaClient, names: list[str], language: str) -> list[CheckLine]:
        url = client.host.name
        try:
            version, there = await client.version(), await client.models()
        except (RetryLaterError, ModelFailedError) as error:
            return [_unreachable(error, language, "start Ollama there, or correct OLLAMA_HOST")]
        listed = ", ".join(sorted(there)) or say("models_none", language)
        lines = [CheckLine(ok=True, text=say("models_ollama", language, version=version, url=url, models=listed))]
        return lines + [_missing(name, url, language, f"ollama pull {name}") for name in names if not has(there, name)]

    async def _describe_openai(self, names: list[str], language: str) -> list[CheckLine]:
        url = named(self.settings.openai_base_url or "")
        try:
            there = await (await self._openai()).models()
        except (RetryLaterError, ModelFailedError) as error:
            return [_unreachable(error, language, "correct the server's address or key in the settings")]
        listed = ", ".join(sorted(there)) or say("models_none", language)
        lines = [CheckLine(ok=True, text=say("models_server", language, url=url, models=listed))]
        remedy = "map it to one that is (aliases)"
        return lines + [_missing(name, url, language, remedy) for name in names if name not in there]

    def _describe_embedded(self, language: str) -> CheckLine:
        gguf = self.settings.gguf
        if gguf is not None:
            there = gguf.is_file()
            text = say("models_file", language, path=gguf)
            return CheckLine(ok=there, text=text, remedy="" if there else "correct its path")
        files, model = ModelFiles(self.settings.cache), MODELS[self.settings.embedded_model]
        if files.has(model):
            return CheckLine(ok=True, text=say("models_embedded", language, model=model.name))
        remedy = f"threadfast model fetch ({model.size // 2**20} MiB)"
        return CheckLine(ok=True, text=say("models_embedded_first", language, model=model.name), remedy=remedy)


def _unreachable(error: RetryLaterError | ModelFailedError, language: str, remedy: str) -> CheckLine:
    text_id, facts = error.text_id or "models_unknown", error.facts or {"error": error}
    return CheckLine(ok=False, text=say(text_id, language, **facts), remedy=remedy)


def _missing(name: str, url: str, language: str, remedy: str) -> CheckLine:
    text = say("models_missing", language, model=name, url=url)
    return CheckLine(ok=False, text=text, remedy=remedy, missing=name)


def _named(setting: str, address: str, port: int) -> None:
    """Raise a SettingsError that names the setting when it holds no address."""
    try:
        address_of(address, port)
    except SettingsError as error:
        raise SettingsError(f"{setting}: {error}") from error


def has(there: Mapping[str, object] | list[str], name: str) -> bool:
    """Whether a host has a model; `x` and `x:latest` are the same."""
    return name in there or f"{name}:latest" in there
