"""What `threadfast model` asks of the model hosts. An engine may run meanwhile."""

from __future__ import annotations

import asyncio
import difflib
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import typer

from bot.commands.table import show
from bot.errors import ModelFailedError, ThreadfastError
from bot.logs import clean
from bot.texts.amounts import bytes_in_words

if TYPE_CHECKING:
    from agents.models.hosts.reports import HostReport, LoadedModel, ModelReport
    from agents.models.pool import Models
    from bot.commands.progress import PullProgress
    from bot.config import Settings

EXIT_FAILED, EXIT_STOPPED = 1, 130
LONG = timedelta(days=365)
"""What stays in memory for longer is said to stay for ever."""
NOTHING = "-"


def list_all(settings: Settings, name: str | None) -> int:
    """Print the models of all hosts, or of one; return the exit status."""
    reports, missing = asyncio.run(_surveyed(settings, name))
    rows = [row for report in reports for row in _models_of(report)]
    if name is None:
        rows += [(model, NOTHING, "on no host", f"threadfast model pull {model}") for model in missing]
        rows += _embedded(settings)
    show(("model", "size", "state", "where"), rows)
    return _away(reports)


def list_loaded(settings: Settings, name: str | None) -> int:
    """Print how the hosts are and what is in their memory; return the exit status."""
    reports, _ = asyncio.run(_surveyed(settings, name))
    rows: list[tuple[str, ...]] = []
    for report in reports:
        state = "away" if report.error else _version(report)
        loaded = [_loaded(one) for one in report.loaded] or [(NOTHING,) * 5]
        rows += [(report.name, state, *cells) for cells in loaded]
    show(("host", "state", "model", "memory", "gpu", "context", "until"), rows)
    if not reports:
        typer.echo("No model host is set up or found; the embedded model answers.", err=True)
    return _away(reports)


def show_one(settings: Settings, model: str, name: str | None) -> int:
    """Print what the hosts tell of a model; return the exit status.

    Raises:
        ThreadfastError: No host has it.
    """
    found, known = asyncio.run(_shown(settings, model, name))
    if not found:
        where = f"The host {name} has no model" if name else "No host has the model"
        pull = f"`threadfast model pull {model}` fetches it."
        raise ThreadfastError(f"{where} {model!r}.{_nearest(model, known)} {pull}")
    heads = ("host", "model", "family", "parameters", "quantization", "size", "context", "asked for", "can", "runs")
    show(heads, [_told(report) for report in found], notes=("can",))
    return 0


def pull(settings: Settings, model: str, name: str | None) -> int:
    """Have a model pulled, and show how far that is; return the exit status.

    Raises:
        ThreadfastError: It was not pulled.
    """
    from bot.commands.progress import PullProgress
    from bot.errors import ThreadfastError
    from bot.operating.desk import is_name

    if not is_name(model):
        raise ThreadfastError(f"{model!r} is no model's name, such as qwen2:7b.")
    progress = PullProgress(model)
    try:
        hosts = asyncio.run(_pulled(settings, model, name, progress))
    except KeyboardInterrupt:
        progress.close()
        typer.echo(f"Stopped. `threadfast model pull {model}` goes on where it stopped.", err=True)
        return EXIT_STOPPED
    finally:
        progress.close()
    typer.echo(f"{model} is there: {', '.join(hosts)}")
    return 0


async def _surveyed(settings: Settings, name: str | None) -> tuple[list[HostReport], list[str]]:
    """Return the hosts, and what is on none; without any host, nothing."""
    from agents.teams import models_used

    used = await asyncio.to_thread(models_used, [settings.teams_folder])
    async with _opened(settings) as models:
        reports = [report for report in await models.survey() if report.kind != "embedded"]
        missing = await models.missing(tuple(used))
    return _of(reports, name), missing


async def _shown(settings: Settings, model: str, name: str | None) -> tuple[list[ModelReport], list[str]]:
    async with _opened(settings) as models:
        reports = [report for report in await models.survey() if report.kind != "embedded"]
        wanted = {report.name for report in _of(reports, name)}
        found = [report for report in await models.show(model) if report.host in wanted]
    _tell_away(reports)
    return found, _known(settings, reports)


async def _pulled(settings: Settings, model: str, name: str | None, progress: PullProgress) -> list[str]:
    hosts: dict[str, None] = {}
    async with _opened(settings) as models:
        reports = [report for report in await models.survey() if report.kind != "embedded"]
        _refuse_embedded(model, reports)
        try:
            async with aclosing(models.pull(model, name)) as steps:
                async for step in steps:
                    hosts[step.host] = None
                    progress(step.host, step.status, step.done, step.total)
        except ModelFailedError as error:
            raise ThreadfastError(f"{error}{_nearest(model, _known(settings, reports))}") from error
    _tell_away(reports)
    return list(hosts)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Models]:
    from bot.model_hosts import models_of

    models = models_of(settings, lambda _stage, _done, _total: None)
    try:
        yield models
    finally:
        await models.close()


def _of(reports: Sequence[HostReport], name: str | None) -> list[HostReport]:
    """Return all of them, or the one of this name.

    Raises:
        ThreadfastError: There is none.
    """
    found = [report for report in reports if name in (None, report.name)]
    if name is not None and not found:
        there = ", ".join(report.name for report in reports) or "none"
        raise ThreadfastError(f"There is no model host {name!r}. Hosts: {there}.")
    return found


def _refuse_embedded(model: str, reports: Sequence[HostReport]) -> None:
    from agents.models.embedded.catalogue import MODELS

    if model in MODELS and not reports:
        raise ThreadfastError(f"{model} is an embedded model: `threadfast model fetch {model}` fetches its file.")


def _known(settings: Settings, reports: Iterable[HostReport]) -> list[str]:
    return [*settings.models, *(model for report in reports for model in report.models)]


def _nearest(model: str, known: Sequence[str]) -> str:
    """Return a sentence about the name that is most like it; empty: none is, or it is that."""
    others = [name for name in known if name.removesuffix(":latest") != model.removesuffix(":latest")]
    near = difflib.get_close_matches(model, others, n=1, cutoff=0.5)
    return f" Did you mean {near[0]}?" if near else ""


def _away(reports: Sequence[HostReport]) -> int:
    return EXIT_FAILED if _tell_away(reports) else 0


def _tell_away(reports: Sequence[HostReport]) -> bool:
    """Say on standard error which hosts cannot be used, and whether there are any."""
    away = [report for report in reports if report.error]
    for report in away:
        typer.echo(clean(f"{report.name}: {' '.join(report.error.split())}"), err=True)
    sys.stderr.flush()
    return bool(away)


def _models_of(report: HostReport) -> Iterator[tuple[str, ...]]:
    loaded = {one.name for one in report.loaded}
    if report.error:
        yield (NOTHING, NOTHING, "away", report.name)
        return
    for model, size in sorted(report.models.items()):
        yield (model, bytes_in_words(size, "en"), "in memory" if model in loaded else "there", report.name)
    if not report.models:
        yield (NOTHING, NOTHING, "no models", report.name)


def _embedded(settings: Settings) -> Iterator[tuple[str, ...]]:
    from agents.models.embedded.fetch import ModelFiles

    for cached in ModelFiles(settings.models_folder).list():
        part = f"{bytes_in_words(cached.partial, 'en')} fetched" if cached.partial else "not there"
        state = "there" if cached.present else part
        yield (cached.model.name, bytes_in_words(cached.model.size, "en"), state, str(cached.path))


def _loaded(model: LoadedModel) -> tuple[str, ...]:
    gpu = f"{100 * model.vram // model.size} %" if model.size else NOTHING
    context = NOTHING if model.context is None else str(model.context)
    if None not in (model.context, model.wanted) and model.context != model.wanted:
        context += f" (asked for: {model.wanted})"
    return (model.name, bytes_in_words(model.size, "en"), gpu, context, _until(model.expires))


def _until(moment: datetime | None) -> str:
    if moment is None:
        return NOTHING
    if moment - datetime.now(UTC) > LONG:
        return "for ever"
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _version(report: HostReport) -> str:
    return f"Ollama {report.version}" if report.kind == "ollama" else "answers"


def _told(report: ModelReport) -> tuple[str, ...]:
    return (
        report.host,
        report.name,
        report.family or NOTHING,
        report.parameters or NOTHING,
        report.quantization or NOTHING,
        bytes_in_words(report.size, "en"),
        NOTHING if report.context is None else str(report.context),
        NOTHING if report.num_ctx is None else str(report.num_ctx),
        ", ".join(report.abilities) or NOTHING,
        "in a cloud" if report.cloud else "there",
    )
