"""`threadfast runs`: what ran, and one run's transcript with its effects and timings. Only reads."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.domain import Answer, Effect, OutboxRow, Run
    from bot.ports import Redact, Store

LISTED = 100
"""Runs that are listed, the newest ones."""


def runs(
    run: Annotated[str | None, typer.Argument(metavar="[ID]", help="A run, or a thread for its latest run.")] = None,
    files: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Save the files of the run's turns here; none is overwritten.")
    ] = None,
) -> None:
    """List the runs, newest first, or show one run's transcript with its effects and timings, or save its files."""
    if files is not None and run is None:
        raise typer.BadParameter("--files needs the run whose files are to be saved.", param_hint="--files")
    from bot.commands.begin import begin
    from bot.redaction import Redactor

    settings = begin()
    if run is None:
        asyncio.run(_list(settings.database_path, Redactor(settings.secrets)))
    elif files is None:
        asyncio.run(_transcript(settings.database_path, run, Redactor(settings.secrets)))
    else:
        asyncio.run(_files(settings.database_path, run, files, Redactor(settings.secrets)))


async def _list(database: Path, redact: Redact) -> None:
    from bot.app import reading
    from bot.commands.table import show

    async with reading(database) as store:
        found, count = await store.read(lambda records: (records.runs.of(limit=LISTED), len(records.runs)))
    if not found:
        typer.echo(f"There are no runs in {database} yet.", err=True)
        return
    heads = ("run", "thread", "team", "status", "started", "seconds", "about")
    show(heads, [_row(run, redact) for run in found])
    if count > len(found):
        typer.echo(f"These are the newest {len(found)} of {count}; `threadfast runs ID` shows any of them.", err=True)


def _row(run: Run, redact: Redact) -> tuple[str, ...]:
    from bot.commands.threads import name_of
    from bot.domain import ThreadRef

    thread = name_of(ThreadRef.parse(run.conversation))
    seconds = _seconds(run.started_at, run.ended_at)
    # What is cut before would hide a secret's end, and so its beginning would not be known.
    text = redact.text(run.opening.text)
    about = text if len(text) <= 60 else f"{text[:59]}…"
    return run.id[:8], thread, run.team, run.status.value, _moment(run.started_at), seconds, about


async def _transcript(database: Path, wanted: str, redact: Redact) -> None:
    from bot.app import reading

    async with reading(database) as store:
        run = await _found(store, wanted)
        posts, effects = await store.read(lambda records: (records.outbox.of(run.id), records.journal.effects(run.id)))
    for line in [*_head(run), "", *_turns(run, posts), "", *_effects(effects), *_mended(effects, posts)]:
        typer.echo(redact.text(line))


async def _files(database: Path, wanted: str, folder: Path, redact: Redact) -> None:
    from bot.app import reading
    from bot.commands.saving import files_of, save
    from bot.outbox.redacting import cleaned

    async with reading(database) as store:
        run = await _found(store, wanted)
        posts = await store.read(lambda records: records.outbox.of(run.id))
    files = cleaned(tuple(files_of(row.post for row in posts)), redact)
    if not files:
        typer.echo(f"The run {run.id[:8]} has no files.", err=True)
        return
    for path in await asyncio.to_thread(save, files, folder):
        typer.echo(str(path))


async def _found(store: Store, name: str) -> Run:
    from bot.commands.threads import run_named
    from bot.errors import ThreadfastError

    run = await store.read(lambda records: run_named(records, name))
    if run is None:
        raise ThreadfastError(f"There is no run or thread {name!r}. `threadfast runs` lists them.")
    return run


def _head(run: Run) -> list[str]:
    why = f": {run.stop_reason}" if run.stop_reason else ""
    took = _seconds(run.started_at, run.ended_at)
    return [
        f"run {run.id}",
        f"conversation {run.conversation}, team {run.team}, {run.status.value}{why}",
        f"started {_moment(run.started_at)}, {f'{took} s' if took else 'not ended'}",
    ]


def _turns(run: Run, posts: list[OutboxRow]) -> list[str]:
    from adapters.console.render import plain_card, plain_turn
    from adapters.text import harmless
    from bot.domain import PostKind

    lines = [harmless(f"{run.started_by.name}: {run.opening.text}")]
    for row in posts:
        post = row.post
        if post.turn is not None:
            lines.append(plain_turn(post.turn, post.language, unfolded=True))
        elif post.request is not None and post.kind is PostKind.REQUEST:
            lines += [*plain_card(post.request, post.language), f"? {post.text}"]
        elif post.request is not None and post.request.answer is not None and post.request.answer.by is not None:
            lines.append(harmless(f"{post.request.answer.by.name}: {_said(post.request.answer)}".rstrip()))
            lines[-1] += f" ({post.text})"
        else:
            lines.append(f"({post.text})")
    return lines


def _said(answer: Answer) -> str:
    """Return an answer's words, or its decisions with their reasons, numbered where there are several."""
    told = [f"{decision.verdict.value} {decision.reason}".rstrip() for decision in answer.decisions]
    if len(told) > 1:
        told = [f"{number}. {words}" for number, words in enumerate(told, 1)]
    return ", ".join([*told, answer.text] if answer.text else told)


def _effects(effects: list[Effect]) -> list[str]:
    from bot.commands.mended import of_effect

    lines = [f"{len(effects)} effects:"]
    for effect in effects:
        seconds = _seconds(effect.started_at, effect.ended_at)
        took = f"{seconds:>8} s" if seconds else f"{'open':>10}"
        mended = f"  mended: {', '.join(names)}" if (names := of_effect(effect)) else ""
        lines.append(f"{effect.kind:8} {took}  {effect.state.value:7}  {effect.key}{mended}")
    return lines


def _mended(effects: list[Effect], posts: list[OutboxRow]) -> list[str]:
    """Say what of models' mistakes was mended, and how often."""
    from bot.commands.mended import in_words, of_run

    counts = of_run(effects, posts)
    return ["", f"mended: {in_words(counts)}"] if counts else []


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _seconds(begin: datetime, end: datetime | None) -> str:
    return "" if end is None else f"{(end - begin).total_seconds():.2f}"
