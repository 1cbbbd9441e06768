"""How the model hosts are, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.engine.reasons import reason_of
from bot.texts import say
from bot.texts.amounts import bytes_in_words

if TYPE_CHECKING:
    from agents.models.hosts.reports import HostReport, LoadedModel


def hosts_told(reports: Sequence[HostReport], missing: Sequence[str], language: str) -> Iterator[str]:
    """Return what people are told: some lines for each host, then what is on none."""
    for report in reports:
        yield _state(report, language)
        if not report.error:
            yield from _doing(report, language)
    if missing:
        yield say("hosts_missing", language, models=_joined([f"`{model}`" for model in missing], language))


def _state(report: HostReport, language: str) -> str:
    if report.error:
        why = reason_of(report.failure, language) if report.failure is not None else report.error
        return say("hosts_away", language, host=report.name, error=why)
    facts = {"host": report.name, "version": report.version, "count": len(report.models)}
    return say(f"hosts_{report.kind}", language, **facts)


def _doing(report: HostReport, language: str) -> Iterator[str]:
    under_way = "hosts_under_way" if report.slots else "hosts_under_way_any"
    yield say(under_way, language, busy=report.busy, slots=report.slots)
    if report.loaded:
        yield say("hosts_loaded", language, models=_joined([_loaded(one, language) for one in report.loaded], language))
    elif report.kind == "ollama":
        yield say("hosts_loaded_none", language)
    for model, count in report.waiting.items():
        yield say("hosts_waiting", language, model=model, count=count)


def _loaded(model: LoadedModel, language: str) -> str:
    text_id = "hosts_model_plain" if model.context is None else "hosts_model"
    facts = {"model": model.name, "size": bytes_in_words(model.size, language), "context": model.context}
    return say(text_id, language, **facts)


def _joined(parts: Sequence[str], language: str) -> str:
    return say("hosts_join", language).join(parts)
