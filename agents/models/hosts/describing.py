"""The lines of `threadfast check` about models, made of what the hosts told just now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.models.embedded.catalogue import MODELS
from agents.models.embedded.fetch import ModelFiles
from agents.models.hosts.host import Host
from agents.models.hosts.operating import lacked
from agents.models.hosts.reports import CheckLine
from agents.models.ollama_host import named
from agents.models.ollama_wire import is_cloud
from agents.models.settings import ModelSettings
from bot.texts import say


async def described(
    hosts: Sequence[Host], chains: Sequence[tuple[str, ...]], settings: ModelSettings, language: str
) -> list[CheckLine]:
    """Say how each host is, which models are wanted and not there, and what would load a model again and again.

    Args:
        hosts: The hosts, asked just now.
        chains: The models that are wanted, each with those that are next best.
        settings: Of the models.
        language: Of the lines.
    """
    up = [host for host in hosts if host.trouble is None]
    lines = [_state(host, language, needed=not up) for host in hosts]
    if up:
        for chain in chains:
            lines.extend(_wanted(up, chain, settings, language))
    lines.extend(line for host in up for line in _contexts(host, language))
    return lines


def described_embedded(settings: ModelSettings, language: str) -> CheckLine:
    """Say that the embedded model answers, and whether its file is there. It reads the disk."""
    gguf = settings.gguf
    if gguf is not None:
        there = gguf.is_file()
        text = say("models_file", language, path=gguf)
        return CheckLine(ok=there, text=text, remedy="" if there else "correct its path")
    files, model = ModelFiles(settings.cache), MODELS[settings.embedded_model]
    if files.has(model):
        return CheckLine(ok=True, text=say("models_embedded", language, model=model.name))
    remedy = f"threadfast model fetch ({model.size // 2**20} MiB)"
    return CheckLine(ok=True, text=say("models_embedded_first", language, model=model.name), remedy=remedy)


def place_of(host: Host, language: str) -> str:
    """Return a host's name in the settings with its address, or its address alone."""
    url = named(host.address)
    return url if host.name == url else say("models_named", language, name=host.name, url=url)


def _state(host: Host, language: str, *, needed: bool) -> CheckLine:
    error = host.trouble
    if error is not None:
        text_id, facts = error.text_id or "models_unknown", error.facts or {"error": error}
        remedy = (
            "start Ollama there, or correct OLLAMA_HOST"
            if host.kind == "ollama" and host.name == named(host.address)
            else "correct the server's address or key in the settings"
        )
        return CheckLine(ok=False, text=say(text_id, language, **facts), remedy=remedy, needed=needed)
    known = host.known
    there = (known.there if known else None) or {}
    listed = ", ".join(sorted(there)) or say("models_none", language)
    facts = {"url": place_of(host, language), "models": listed}
    if host.kind == "ollama":
        text = say("models_ollama", language, version=known.version if known else "", **facts)
    else:
        text = say("models_server", language, **facts)
    return CheckLine(ok=True, text=text)


def _wanted(up: Sequence[Host], chain: tuple[str, ...], settings: ModelSettings, language: str) -> Iterator[CheckLine]:
    """Say what a model lacks: a host, or the permission to run elsewhere."""
    places = ", ".join(place_of(host, language) for host in up)
    refused = [] if settings.ollama_cloud else [model for model in chain if is_cloud(model)]
    for model in refused:
        text = say("models_cloud", language, model=model, url=places)
        remedy = "name another model, or allow it: allow_cloud"
        yield CheckLine(ok=False, text=text, remedy=remedy, missing=model)
    left = tuple(model for model in chain if model not in refused)
    if not left:
        return
    found = next((model for model in left if not lacked(up, model)), None)
    ollama = next((host for host in up if host.kind == "ollama"), None)
    remedy = f"threadfast model pull {left[0]}" if ollama is not None else "map it to one that is (aliases)"
    if found is None:
        text = say("models_missing", language, model=left[0], url=places)
        yield CheckLine(ok=False, text=text, remedy=remedy, missing=left[0])
    elif found != left[0]:
        text = say("models_fallback", language, model=left[0], other=found)
        yield CheckLine(ok=False, text=text, remedy=remedy, needed=False)


def _contexts(host: Host, language: str) -> Iterator[CheckLine]:
    """Name what is in memory with another context than ours."""
    for name, held in ((host.known.held if host.known else None) or {}).items():
        ours = host.wants(name, held.context)
        if ours is not None:
            facts = {"url": place_of(host, language), "model": name, "there": held.context, "ours": ours}
            remedy = f"have whoever else uses it ask for {ours}, too, or set num_ctx to {held.context}"
            yield CheckLine(ok=False, text=say("models_context", language, **facts), remedy=remedy, needed=False)
