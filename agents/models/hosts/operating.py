"""What operators ask of the hosts: how they are, what they have, and to fetch a model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from agents.models.failures import HostAwayError
from agents.models.hosts.host import Host
from agents.models.hosts.knowledge import Held, key_of
from agents.models.hosts.reports import HostReport, LoadedModel, ModelReport, PullProgress
from agents.models.hosts.servers import OllamaServer
from agents.models.ollama_host import named
from agents.models.ollama_wire import is_cloud
from bot.errors import ModelFailedError, RetryLaterError


def reported(host: Host, waiting: Sequence[Mapping[tuple[str, ...], int]]) -> HostReport:
    """Return how a host is, from what it told last and what this process does there."""
    known = host.known
    lines = {chain[0]: count for line in waiting for chain, count in line.items()}
    return HostReport(
        name=host.name,
        address=named(host.address),
        kind=host.kind,
        version=known.version if known else "",
        error=str(host.trouble or ""),
        failure=host.trouble,
        models=dict((known.there if known else None) or {}),
        loaded=tuple(_loaded(host, name, held) for name, held in ((known.held if known else None) or {}).items()),
        slots=host.slots,
        busy=host.busy,
        waiting={model: count for model, count in lines.items() if host.has(model) is not False},
    )


def _loaded(host: Host, name: str, held: Held) -> LoadedModel:
    return LoadedModel(
        name=name,
        size=held.size,
        vram=held.vram,
        context=held.context,
        wanted=host.context(name),
        expires=held.expires,
    )


def lacked(hosts: Sequence[Host], model: str) -> bool:
    """Whether none of the hosts that answer has a model; one that does not tell may have it."""
    return all(host.has(model) is False for host in hosts if host.trouble is None)


def missing_at(hosts: Sequence[Host], chains: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the first model of each chain of which no host has any; nothing is missing where no host answers."""
    if all(host.trouble is not None for host in hosts):
        return []
    return [chain[0] for chain in chains if all(lacked(hosts, model) for model in chain)]


async def shown(hosts: Sequence[Host], model: str) -> list[ModelReport]:
    """Return what each host that has a model tells of it."""
    reports = []
    for host in hosts:
        if host.trouble is not None or host.known is None or host.known.there is None:
            continue
        name = key_of(host.known.there, model)
        if name is not None:
            reports.append(await _shown(host, name, host.known.there[name]))
    return reports


async def _shown(host: Host, name: str, size: int) -> ModelReport:
    server = await host.server()
    if not isinstance(server, OllamaServer):
        return ModelReport(host=host.name, name=name, num_ctx=server.context(name))
    server.client.forget(name)
    try:
        told = await server.client.show(name)
    except (RetryLaterError, ModelFailedError):
        told = {}
    details: dict[str, Any] = told.get("details") or {}
    info: dict[str, Any] = told.get("model_info") or {}
    return ModelReport(
        host=host.name,
        name=name,
        family=str(details.get("family") or ""),
        parameters=str(details.get("parameter_size") or ""),
        quantization=str(details.get("quantization_level") or ""),
        context=next((int(value) for key, value in info.items() if key.endswith(".context_length")), None),
        num_ctx=server.context(name),
        abilities=tuple(map(str, told.get("capabilities") or ())),
        size=size,
        cloud=is_cloud(name, told),
    )


async def pulled(
    hosts: Sequence[Host], model: str, name: str | None, *, cloud: bool = False
) -> AsyncGenerator[PullProgress, None]:
    """Have a model fetched and tell how far that is; `cloud`: one that runs elsewhere, too. See `Models.pull`."""
    if is_cloud(model) and not cloud:
        sentence = f"The model {model!r} runs in a cloud, and the settings allow no such models (allow_cloud)."
        raise ModelFailedError(sentence, text_id="pull_cloud", facts={"model": model})
    for host in _pullers(hosts, model, name):
        async with aclosing(_pulled_by(host, model)) as steps:
            async for step in steps:
                yield step
        await host.learn()


def _pullers(hosts: Sequence[Host], model: str, name: str | None) -> list[Host]:
    """Return the hosts that are to fetch a model.

    Raises:
        ModelFailedError: There is no such host, or it cannot fetch anything.
        RetryLaterError: None answers.
    """
    if name is not None and name not in [host.name for host in hosts]:
        there = ", ".join(host.name for host in hosts) or "none"
        raise ModelFailedError(f"There is no model host {name!r}. Hosts: {there}.")
    able = [host for host in hosts if host.kind == "ollama" and name in (None, host.name)]
    if not able:
        raise ModelFailedError("Only an Ollama can pull a model, and no such host is set up or found.")
    up = [host for host in able if host.trouble is None]
    if not up:
        raise HostAwayError(str(able[0].trouble))
    return [host for host in up if host.has(model) is False or name is not None] or up


async def _pulled_by(host: Host, model: str) -> AsyncGenerator[PullProgress, None]:
    server = await host.server()
    assert isinstance(server, OllamaServer), "only an Ollama is asked to pull"
    layers: dict[str, tuple[int, int]] = {}
    status = ""
    async with aclosing(server.client.pull(model)) as steps:
        async for step in steps:
            status = str(step.get("status") or "")
            if step.get("digest"):
                layers[str(step["digest"])] = (int(step.get("completed") or 0), int(step.get("total") or 0))
            done, total = (sum(part) for part in zip(*layers.values(), strict=True)) if layers else (0, 0)
            yield PullProgress(host=host.name, status=status, done=done, total=total)
    if status != "success":
        raise ModelFailedError(
            f"The host {host.name} broke off pulling {model!r} after: {status or 'nothing'}. Pulling again goes on "
            "where it stopped."
        )
    server.client.forget(model)
