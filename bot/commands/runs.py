"""`threadfast runs`: what ran, and one run's transcript with its effects and timings. Only reads."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.domain import Effect, OutboxRow, Run

MOST = 1000
"""Runs that are looked through for an id."""


def runs(
    run: Annotated[str | None, typer.Argument(metavar="[ID]", help="A run, or a thread for its latest run.")] = None,
) -> None:
    """List the runs, newest first, or show one run's transcript with its effects and timings."""
    from bot.commands.begin import begin

    settings = begin()
    asyncio.run(_list(settings.database_path) if run is None else _transcript(settings.database_path, run))


async def _list(database: Path) -> None:
    from bot.app import reading
    from bot.commands.table import show

    async with reading(database) as store:
        found = await store.read(lambda records: records.runs.of())
    if not found:
        typer.echo(f"There are no runs in {database} yet.", err=True)
        return
    heads = ("run", "thread", "team", "status", "started", "seconds", "about")
    show(heads, [_row(run) for run in found])


def _row(run: Run) -> tuple[str, ...]:
    from bot.domain import ThreadRef

    thread = ThreadRef.parse(run.conversation).thread
    seconds = _seconds(run.started_at, run.ended_at)
    about = run.opening.text if len(run.opening.text) <= 60 else f"{run.opening.text[:59]}…"
    return run.id[:8], thread, run.team, run.status.value, _moment(run.started_at), seconds, about


async def _transcript(database: Path, wanted: str) -> None:
    from bot.app import reading
    from bot.domain import RunId
    from bot.errors import ThreadfastError

    async with reading(database) as store:
        run = _chosen(await store.read(lambda records: records.runs.of(limit=MOST)), wanted)
        if run is None:
            raise ThreadfastError(f"There is no run or thread {wanted!r}. `threadfast runs` lists them.")
        of = RunId(run.id)
        posts, effects = await store.read(lambda records: (records.outbox.of(of), records.journal.effects(of)))
    for line in [*_head(run), "", *_turns(run, posts), "", *_effects(effects)]:
        typer.echo(line)


def _chosen(found: list[Run], wanted: str) -> Run | None:
    """Return the newest run that an id, the beginning of one, or a thread means."""
    from bot.domain import ThreadRef

    for run in found:
        if wanted in (run.id, run.conversation, ThreadRef.parse(run.conversation).thread):
            return run
    return next((run for run in found if len(wanted) >= 4 and run.id.startswith(wanted)), None)


def _head(run: Run) -> list[str]:
    why = f": {run.stop_reason}" if run.stop_reason else ""
    return [
        f"run {run.id}",
        f"conversation {run.conversation}, team {run.team}, {run.status.value}{why}",
        f"started {_moment(run.started_at)}, {_seconds(run.started_at, run.ended_at) or 'not ended'} s",
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
            answer = post.request.answer
            lines.append(harmless(f"{post.request.answer.by.name}: {answer.text}".rstrip()) + f" ({post.text})")
        else:
            lines.append(f"({post.text})")
    return lines


def _effects(effects: list[Effect]) -> list[str]:
    lines = [f"{len(effects)} effects:"]
    for effect in effects:
        seconds = _seconds(effect.started_at, effect.ended_at)
        lines.append(f"{effect.kind:8} {seconds:>8} s  {effect.state.value:7}  {effect.key}")
    return lines


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _seconds(begin: datetime, end: datetime | None) -> str:
    return "" if end is None else f"{(end - begin).total_seconds():.2f}"
