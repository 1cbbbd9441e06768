"""What the queue in front of a model host costs, and whom it lets wait: a scripted host of fixed speed and slots."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx

from agents.models.pool import Models, ModelSettings
from benchmarks.bot import Bot, bot, talking, thread, write_team
from benchmarks.figures import Figure, median, percentile, ratio
from benchmarks.server import Server, model_server
from bot.domain import Person
from bot.engine import Limits

CONVERSATIONS = 100
SLOTS = 4
ROUNDS = 2
DELAY, TOKEN = 0.1, 0.01
"""Seconds before the first token, and between two; an answer has twenty."""
FIRST = 1.0
"""Seconds until the first token where that is what is measured."""
HEARD, AT_A_TIME = 40, 4
QUEUED, LATECOMERS = 50, 40
"""Runs of one person that wait, and others whose first run comes then, one after the other."""
CALL = 0.3
"""Seconds of a call while those wait."""
MALLORY = Person(id="mallory", name="Mallory", language="en")
_NUMBER = re.compile(r"#(\d+)#")

Bodies = dict[str, list[dict[str, Any]]]


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    ours, direct = asyncio.run(_total(folder))
    heard, there = asyncio.run(_first(folder))
    waits = asyncio.run(_waits(folder))
    return [
        ratio(
            "queue_total",
            ours=median(ours),
            theirs=median(direct),
            goal="<= 1.03",
            yardstick=f"the same requests of {CONVERSATIONS} conversations on {SLOTS} slots sent directly, in ms",
        ),
        ratio(
            "queue_first_delta_p95",
            ours=percentile(heard, 0.95),
            theirs=percentile(there, 0.95),
            goal="<= 1.1",
            yardstick="p95 of the first delta asked from the server directly, in ms",
        ),
        ratio(
            "queue_first_run_wait_p95",
            ours=percentile(waits, 0.95),
            theirs=CALL,
            goal="<= 2.0",
            yardstick=f"one call, in ms; from word to end, p95 of {LATECOMERS} persons; {QUEUED} runs of another wait",
        ),
    ]


async def _total(folder: Path) -> tuple[list[float], list[float]]:
    """Return the seconds that all conversations took, and those that their requests take without us."""
    # The answers are all the same, and nobody is to ask about that.
    write_team(folder, talking(2, model="twenty") + "rescues: {loops: false}\n")
    ours, direct = [], []
    with model_server(delay=DELAY, token_delay=TOKEN) as server:
        server.control(num_parallel=SLOTS)
        async with bot(folder, _models(folder, server)) as subject:
            await _converse(subject, "warming")
            for number in range(ROUNDS):
                server.forget()
                ours.append(await _converse(subject, f"round-{number}"))
                direct.append(await _directly(server, _asked(server.log())))
    return ours, direct


async def _converse(subject: Bot, name: str) -> float:
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(CONVERSATIONS):
            group.create_task(subject.until_ended(thread(f"{name}-{number}"), f"Begin #{number}#.", "talking"))
    return time.perf_counter() - begun


def _asked(log: list[dict[str, Any]]) -> Bodies:
    """Return the requests of each conversation in their order."""
    bodies: Bodies = defaultdict(list)
    for logged in log:
        found = _NUMBER.search(json.dumps(logged["body"]["messages"]))
        assert found is not None, "every request tells its conversation"
        bodies[found[1]].append(logged["body"])
    assert {len(asked) for asked in bodies.values()} == {2}, "every conversation has asked twice"
    return bodies


async def _directly(server: Server, bodies: Bodies) -> float:
    """Send the requests of all conversations at once, each conversation's one after the other."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=server.url, timeout=None, limits=limits) as http:

        async def converse(asked: list[dict[str, Any]]) -> None:
            for body in asked:
                (await http.post("/v1/chat/completions", json=body)).raise_for_status()

        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for asked in bodies.values():
                group.create_task(converse(asked))
        return time.perf_counter() - begun


async def _first(folder: Path) -> tuple[list[float], list[float]]:
    """Return the seconds from a person's words to the preview's first, and from a request to the server's first."""
    write_team(folder, talking(1, model="twenty"))
    heard: list[float] = []
    with model_server(delay=FIRST) as server:
        async with bot(folder, _models(folder, server, slots=AT_A_TIME)) as subject:
            await subject.until_ended(thread("warming"), "Begin.", "talking")
            server.forget()
            for number in range(HEARD // AT_A_TIME):
                async with asyncio.TaskGroup() as group:
                    found = [
                        group.create_task(_until_heard(subject, f"first-{number}-{at}")) for at in range(AT_A_TIME)
                    ]
                heard += [task.result() for task in found]
            body = server.log()[0]["body"]
            there = await _first_directly(server, body)
    return heard, there


async def _until_heard(subject: Bot, name: str) -> float:
    begun = time.perf_counter()
    await subject.until_ended(thread(name), "Begin.", "talking")
    return subject.adapter.heard[str(thread(name))] - begun


async def _first_directly(server: Server, body: dict[str, Any]) -> list[float]:
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:

        async def first() -> float:
            begun = time.perf_counter()
            async with http.stream("POST", "/v1/chat/completions", json=body) as answer:
                async for line in answer.aiter_lines():
                    if '"content": "w' in line:
                        return time.perf_counter() - begun
            raise AssertionError("the server says a word")

        found: list[float] = []
        for _ in range(HEARD // AT_A_TIME):
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(first()) for _ in range(AT_A_TIME)]
            found += [task.result() for task in tasks]
    return found


async def _waits(folder: Path) -> list[float]:
    """Return the seconds that each latecomer's first run took while another person's runs were in the queue."""
    write_team(folder, talking(1, model="twenty"))
    write_team(folder, talking(20, model="turns").replace("name: talking", "name: endless"))
    chance, waits = random.Random(6), list[float]()
    with model_server(delay=CALL) as server:
        server.control(num_parallel=1)
        limits = Limits(per_person=Limits().concurrency // 2)
        async with bot(folder, _models(folder, server, slots=1), drain_seconds=0.0, limits=limits) as subject:
            await subject.until_ended(thread("warming"), "Begin.", "talking")
            for number in range(QUEUED + 1):
                await subject.say(thread(f"mallory-{number}"), "Begin.", "endless", MALLORY)
            for number in range(LATECOMERS):
                # Wherever the call under way is by then.
                await asyncio.sleep(chance.uniform(0, CALL))
                by = Person(id=f"late-{number}", name="Late", language="en")
                begun = time.perf_counter()
                await subject.until_ended(thread(f"late-{number}"), "Begin.", "talking", by)
                waits.append(time.perf_counter() - begun)
    return waits


def _models(folder: Path, server: Server, *, slots: int = SLOTS) -> Models:
    return Models(ModelSettings(cache=folder, openai_base_url=server.base_url, slots=slots))
