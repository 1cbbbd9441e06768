"""A hundred thousand runs that wait for people: what they cost in memory, and whether resuming one notices them."""

from __future__ import annotations

import asyncio
import gc
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks.bot import ALICE, ASKING, Instant, bot, thread, write_team
from benchmarks.figures import Figure, percentile
from bot.app import SystemClock
from bot.domain import (
    Conversation,
    Effect,
    EffectState,
    InputRequest,
    Opening,
    RequestId,
    RequestKind,
    Run,
    RunId,
    RunStatus,
)
from bot.ports import Records
from bot.store import open_store

RUNS = 100_000
EFFECTS = 6
EFFECT_BYTES = 4_096
TOGETHER = 500
"""Runs that are written in one transaction while filling."""
RESUMED = 60
ROOT = Path(__file__).parent.parent


def measure(folder: Path) -> list[Figure]:
    """Return the figures; the two stores are measured in a process each."""
    empty = _measured(folder / "empty", 0)
    full = _measured(folder / "full", RUNS)
    return [
        Figure(
            name="waiting_100000_memory",
            value=round((full["resident"] - empty["resident"]) / 2**20, 1),
            unit="MB",
            goal="<= 20",
            yardstick="resident over an empty store, in MB",
            yardstick_value=round(empty["resident"] / 2**20, 1),
        ),
        Figure(
            name="waiting_100000_resume_p95",
            value=round(full["p95"] / empty["p95"], 3),
            unit="ratio",
            goal="<= 2.0",
            yardstick="p95 beside an empty store, in ms",
            yardstick_value=round(empty["p95"] * 1e3, 2),
        ),
    ]


def _measured(folder: Path, runs: int) -> dict[str, float]:
    folder.mkdir()
    write_team(folder, ASKING)
    _process("fill", folder, runs)
    with closing(sqlite3.connect(folder / "bench.db")) as database:
        assert database.execute("select count(*) from runs").fetchone() == (runs + RESUMED,)
    result: dict[str, float] = json.loads(_process("resume", folder, runs))
    return result


def _process(stage: str, folder: Path, runs: int) -> str:
    command = [sys.executable, "-m", "benchmarks.waiting", stage, str(folder), str(runs)]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


async def _fill(folder: Path, runs: int) -> None:
    """Let real runs wait, to be resumed later, and put the crowd beside them."""
    async with bot(folder, Instant()) as subject:
        for number in range(RESUMED):
            await subject.until_asked(thread(f"real-{number}"), "Begin. " + "x" * EFFECT_BYTES)
            for _ in range(EFFECTS // 2 - 1):
                await subject.until_asked(thread(f"real-{number}"), "y" * EFFECT_BYTES)
    store = open_store(folder / "bench.db")
    for first in range(0, runs, TOGETHER):
        await store.write(lambda records, first=first: _crowd(records, range(first, first + TOGETHER)))  # type: ignore[misc] # bound at once
    await store.close()


def _crowd(records: Records, numbers: range) -> None:
    now = SystemClock().now()
    for number in numbers:
        place = thread(f"crowd-{number}").conversation
        run = Run(
            id=RunId(f"crowd-{number}"),
            conversation=place,
            team="asking",
            pinned={},
            opening=Opening(text="Begin."),
            started_by=ALICE,
            language="en",
            status=RunStatus.INPUT_REQUIRED,
            started_at=now,
        )
        records.conversations.put(Conversation(id=place, team="asking", language="en", run=run.id))
        records.runs.add(run)
        records.journal.record(run.id, list(_effects(now)))
        request = InputRequest(
            id=RequestId(f"request-{number}"),
            run=run.id,
            conversation=place,
            key="human>colleague.0/human/human/3",
            kind=RequestKind.TEXT,
            agent="human",
            prompt="?",
            opened_at=now,
            expires_at=now + timedelta(days=30),
        )
        records.requests.open(request)
        records.inbox.schedule(place, kind="expiry", ref=request.id, due_at=request.expires_at)


def _effects(now: object) -> Iterator[Effect]:
    for number in range(EFFECTS):
        yield Effect(
            key=f"human>colleague.0/model/colleague/{number}",
            kind="model",
            request="0" * 24,
            state=EffectState.DONE,
            value={"reply": "z" * EFFECT_BYTES, "usage": []},
            completed=number + 1,
            started_at=now,  # type: ignore[arg-type] # an aware datetime
            ended_at=now,  # type: ignore[arg-type] # the same
        )


async def _resume(folder: Path) -> dict[str, float]:
    """Begin anew and answer the real runs one by one: the first answers warm the code up."""
    seconds = []
    async with bot(folder, Instant()) as subject:
        for number in range(RESUMED):
            begun = time.perf_counter()
            await subject.until_asked(thread(f"real-{number}"), "Go on.")
            seconds.append(time.perf_counter() - begun)
        gc.collect()
        resident = _resident()
    return {"resident": resident, "p95": percentile(seconds[RESUMED // 6 :], 0.95)}


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096


if __name__ == "__main__":
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    stage, where, count = sys.argv[1:]
    if stage == "fill":
        asyncio.run(_fill(Path(where), int(count)))
    else:
        print(json.dumps(asyncio.run(_resume(Path(where)))))
