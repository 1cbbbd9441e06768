"""Several model hosts: how often models are loaded, and what becomes of runs when a host dies; scripted hosts."""

from __future__ import annotations

import asyncio
import random
from contextlib import ExitStack
from pathlib import Path

from agents.models.pool import Models
from agents.models.settings import HostSettings, ModelSettings
from benchmarks.bot import Bot, bot, talking, thread, write_team
from benchmarks.figures import Figure, ratio
from benchmarks.server import Server, model_server

CONVERSATIONS = 60
TURNS = 3
SLOTS = 2
DELAY, TOKEN = 0.1, 0.01
LOADING = 1.0
"""Seconds that a host needs to load a model; it has room for one."""
SPREAD = 6.0
"""Seconds in which the conversations begin, at random."""
TEAMS = {"talking": "twenty", "counting": "turns"}
"""The teams, each with a model of its own."""


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    loads = asyncio.run(_loads(folder / "loads"))
    failed = asyncio.run(_dying(folder / "dying"))
    return [
        ratio(
            "hosts_model_loads",
            ours=loads,
            theirs=len(TEAMS),
            goal="<= 1.1",
            yardstick="loads at least, for two models on two hosts that have room for one each",
            scale=1,
        ),
        Figure(
            name="hosts_one_dies_runs_failed",
            value=failed,
            unit="runs",
            goal="<= 0",
            yardstick=f"runs of {TURNS} calls, while one host of three is killed",
            yardstick_value=CONVERSATIONS,
        ),
    ]


async def _loads(folder: Path) -> int:
    """Return how many loads two hosts needed."""
    with ExitStack() as stack:
        servers = [_server(stack) for _ in range(2)]
        for server in servers:
            server.control(num_parallel=SLOTS, memory=1, load_delay=LOADING)
        async with bot(_teams(folder), _models(folder, servers)) as subject:
            await _converse(subject, seed=1)
            assert not subject.adapter.failed, subject.adapter.failed
        return sum(server.loads() for server in servers)


async def _dying(folder: Path) -> int:
    """Return how many runs failed while a host died under load."""
    with ExitStack() as stack:
        servers = [_server(stack) for _ in range(3)]
        for server in servers:
            server.control(num_parallel=SLOTS)
        async with bot(_teams(folder), _models(folder, servers)) as subject:
            async with asyncio.TaskGroup() as group:
                group.create_task(_converse(subject, seed=2))
                await asyncio.sleep(SPREAD / 2)
                assert servers[0].in_flight(), "the host is at work when it is killed"
                servers[0].kill()
            return len(subject.adapter.failed)


def _server(stack: ExitStack) -> Server:
    return stack.enter_context(model_server(delay=DELAY, token_delay=TOKEN))


def _teams(folder: Path) -> Path:
    folder.mkdir()
    for name, model in TEAMS.items():
        write_team(folder, talking(TURNS, model=model).replace("name: talking", f"name: {name}"))
    return folder


def _models(folder: Path, servers: list[Server]) -> Models:
    hosts = [
        HostSettings(name=f"host-{number}", address=server.url, kind="ollama", slots=SLOTS)
        for number, server in enumerate(servers, 1)
    ]
    return Models(ModelSettings(cache=folder, hosts=tuple(hosts)))


async def _converse(subject: Bot, *, seed: int) -> None:
    """Hold all conversations, half of them with each team, beginning at random moments."""
    chance = random.Random(seed)

    async def one(number: int, team: str) -> None:
        await asyncio.sleep(chance.uniform(0, SPREAD))
        await subject.until_ended(thread(f"{team}-{number}"), "Begin.", team)

    async with asyncio.TaskGroup() as group:
        for number in range(CONVERSATIONS):
            group.create_task(one(number, [*TEAMS][number % len(TEAMS)]))
