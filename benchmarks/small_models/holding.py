"""Holds the chats of the tasks on one embedded model: first all plain programs, then all of Threadfast's runs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from agents.models.embedded.catalogue import MODELS, SMALL
from agents.models.embedded.client import EmbeddedSettings
from agents.models.embedded.fetch import ModelFiles
from agents.models.embedded.process import ServerProcess
from agents.teams.load import load_file
from benchmarks.small_models.ours import ours
from benchmarks.small_models.report import Result
from benchmarks.small_models.talk import Talk
from benchmarks.small_models.tasks import Task
from benchmarks.small_models.teams import write_teams


def cache() -> Path:
    """Return the folder in which the product keeps the models that it fetched."""
    return platformdirs.user_cache_path("threadfast", appauthor=False) / "models"


def is_there(model: str) -> bool:
    """Say whether a model can be asked: the small one is fetched when it is missing, others are not."""
    return model == SMALL.name or ModelFiles(cache()).has(MODELS[model])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is held."""

    model: str
    tasks: Sequence[Task]
    folder: Path
    keep: Path | None = None
    """Where the chats are written, one file for each task."""


async def hold(plan: Plan) -> list[Result]:
    """Return what both sides made of the tasks."""
    files = plan.folder / "teams"
    files.mkdir(parents=True)
    write_teams(files)
    # Outside of our runs the seams are the library's own functions; before ours they are not even installed.
    theirs = await _plain(plan, files)
    results = []
    async with ours(files, cache(), plan.model) as side:
        for number, task in enumerate(plan.tasks, 1):
            talk = await side.talk(task.team, task.words, f"{task.group}-{task.name}")
            team = load_file(files / f"{task.team}.yaml")
            offered = tuple(tool for agent in team.agents.values() for tool in agent.tools)
            result = Result(task=task, offered=offered, ours=talk, plain=theirs[number - 1])
            results.append(result)
            _tell(f"{number:3}/{len(plan.tasks)}{result.line()}")
            if plan.keep:
                result.keep(plan.keep / plan.model)
    return results


async def _plain(plan: Plan, files: Path) -> list[Talk]:
    from benchmarks.small_models.plain import Plain  # imports the agent library

    talks = []
    async with _server(plan.model) as base_url:
        side = Plain(base_url, plan.model, plan.folder / "plain")
        for number, task in enumerate(plan.tasks, 1):
            team = load_file(files / f"{task.team}.yaml")
            talk = await asyncio.to_thread(side.talk, team, task.words, f"{task.group}-{task.name}")
            talks.append(talk)
            _tell(
                f"{number:3}/{len(plan.tasks)}  {task.group:12} {task.name:15} plain: {talk.end} {talk.seconds:.0f} s"
            )
    return talks


@asynccontextmanager
async def _server(model: str) -> AsyncIterator[str]:
    """Run the embedded model's server as the product does, and yield its address."""
    path = await ModelFiles(cache()).fetch(MODELS[model], _fetched)
    settings = EmbeddedSettings(cache=cache(), model=MODELS[model])
    process = ServerProcess(
        path, settings.name, context=settings.context, parallel=settings.parallel, loading=settings.loading
    )
    try:
        yield f"{await process.address()}/v1"
    finally:
        await process.stop()


def _fetched(done: int, total: int) -> None:
    """Show nothing."""


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
