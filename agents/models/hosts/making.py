"""The hosts and their clients, made of the settings."""

from __future__ import annotations

from functools import partial

from agents.models.connections import Patience, address_of
from agents.models.embedded.catalogue import MODELS, SMALL
from agents.models.embedded.client import EmbeddedClient, EmbeddedSettings, Stage
from agents.models.hosts.host import Host
from agents.models.hosts.servers import EmbeddedServer, OllamaServer, OpenAIServer, Server
from agents.models.ollama_host import OllamaHost, named
from agents.models.settings import HostSettings, ModelSettings, port_of

EMBEDDED_SLOTS = 1
"""Calls that the embedded model is asked at a time: it has this machine's processors only once."""
EMBEDDED = "embedded"


def host_of(settings: ModelSettings, one: HostSettings, order: int = 0) -> Host:
    """Return one host; nothing is opened yet."""
    url = address_of(one.address, port_of(one.kind))
    make = partial(_ollama, settings, one) if one.kind == "ollama" else partial(_openai, settings, one)
    return Host(
        one.name or named(url),
        kind=one.kind,
        address=url,
        make=make,
        slots=settings.slots if one.slots is None else one.slots,
        weight=one.weight,
        order=order,
    )


def embedded_of(settings: ModelSettings, on_stage: Stage) -> Host:
    """Return the embedded model as a host; nothing is fetched or started yet."""
    slots = min(settings.slots, EMBEDDED_SLOTS)
    return Host(EMBEDDED, kind="embedded", address="", make=partial(_embedded, settings, on_stage), slots=slots)


def ollama_host(settings: ModelSettings, one: HostSettings) -> OllamaHost:
    """Return how an Ollama is to be used."""
    key = {"Authorization": f"Bearer {one.key}"} if one.key else {}
    return OllamaHost(
        url=address_of(one.address, port_of(one.kind)),
        title=one.name,
        headers={**key, **one.headers},
        context=settings.ollama_context,
        contexts=settings.contexts,
        keep_alive=settings.ollama_keep_alive,
        keep_alives=settings.keep_alives,
        think=settings.ollama_think,
        cloud=settings.ollama_cloud,
    )


def _patience(settings: ModelSettings) -> Patience:
    return Patience(first=settings.first, stall=settings.stall)


def _ollama(settings: ModelSettings, one: HostSettings) -> Server:
    # Here and not above: the library reads OLLAMA_HOST while it is imported; by now that is known to be good.
    from agents.models.ollama import OllamaClient  # noqa: PLC0415

    return OllamaServer(OllamaClient(ollama_host(settings, one), patience=_patience(settings)))


def _openai(settings: ModelSettings, one: HostSettings) -> Server:
    # Here and not above: the library takes a second and 40 MB, and a bot that waits needs neither.
    from agents.models.openai_compatible import OpenAICompatible  # noqa: PLC0415

    client = OpenAICompatible(
        address_of(one.address, port_of(one.kind)),
        one.key,
        patience=_patience(settings),
        contexts=settings.contexts,
        headers=one.headers,
        title=one.name,
    )
    return OpenAIServer(client)


def _embedded(settings: ModelSettings, on_stage: Stage) -> Server:
    embedded = EmbeddedSettings(
        cache=settings.cache,
        # With a GGUF of one's own no model of the catalogue is used.
        model=MODELS.get(settings.embedded_model, SMALL),
        gguf=settings.gguf,
    )
    return EmbeddedServer(EmbeddedClient(embedded, on_stage=on_stage, patience=_patience(settings)))
