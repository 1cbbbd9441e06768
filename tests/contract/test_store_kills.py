"""SIGKILL at every commit point of a real process: what was acknowledged is there, and nothing is half there."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain import RunId
from bot.ports import Records
from bot.store import open_store
from tests.contract.store_kills import FIRST, TURNS, WRITERS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    folder = tmp_path_factory.mktemp("kills")
    done = subprocess.run(
        [sys.executable, "-m", "tests.contract.store_kills", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def look(records: Records) -> tuple[set[str], set[str]]:
    runs = [RunId(f"r{w}") for w in range(WRITERS)]
    effects = {f"{run}/{one.key}" for run in runs for one in records.journal.effects(run)}
    return effects, {row.post.key for run in runs for row in records.outbox.of(run)}


async def test_what_was_acknowledged_survives_and_no_turn_is_half_there(lives: list[dict[str, object]]) -> None:
    assert sum(bool(life["killed"]) for life in lives) >= 2 * TURNS
    for life in lives:
        store = await asyncio.to_thread(open_store, str(life["path"]))
        effects, posts = await store.read(look)
        await store.close()

        acknowledged = life["acknowledged"]
        assert isinstance(acknowledged, list)
        assert {one for one in acknowledged if not one.startswith(FIRST)} <= effects
        assert effects == posts


async def test_deliveries_that_went_first_are_all_there_up_to_the_last_that_was_acknowledged(
    lives: list[dict[str, object]],
) -> None:
    for life in lives:
        store = await asyncio.to_thread(open_store, str(life["path"]))
        there = [each.id for each in await store.write(lambda records: records.deliveries.take(FIRST))]
        effects, _ = await store.read(look)
        await store.close()

        acknowledged = life["acknowledged"]
        assert isinstance(acknowledged, list)
        told = [one.partition("/")[2] for one in acknowledged if one.startswith(FIRST)]
        assert there == [str(n) for n in range(len(there))]
        assert set(told) <= set(there)
        # The turn had come before it, and had not begun: a life that ended between their commits has only the delivery.
        assert f"r0/{TURNS}" not in effects or str(TURNS) in there


async def test_a_life_ended_between_a_delivery_that_went_first_and_what_it_overtook(
    lives: list[dict[str, object]],
) -> None:
    between = []
    for life in lives:
        store = await asyncio.to_thread(open_store, str(life["path"]))
        there = [each.id for each in await store.write(lambda records: records.deliveries.take(FIRST))]
        effects, _ = await store.read(look)
        await store.close()
        between.append(str(TURNS) in there and f"r0/{TURNS}" not in effects)

    assert any(between)


async def test_of_deliveries_exactly_the_last_of_each_run_is_left_unhandled(lives: list[dict[str, object]]) -> None:
    for life in lives:
        store = await asyncio.to_thread(open_store, str(life["path"]))
        for run in (RunId(f"r{w}") for w in range(WRITERS)):
            left = await store.write(lambda records, run=run: records.deliveries.take(run))  # type: ignore[misc]  # bound by default
            turns = await store.read(lambda records, run=run: records.journal.effects(run))  # type: ignore[misc]  # bound by default

            assert [each.body["n"] for each in left] == ([len(turns) - 1] if turns else [])
        await store.close()


async def test_a_life_that_was_not_killed_has_recorded_everything(lives: list[dict[str, object]]) -> None:
    whole = [life for life in lives if not life["killed"]]

    assert len(whole) == 4
    for life in whole:
        acknowledged = life["acknowledged"]
        assert isinstance(acknowledged, list)
        assert len(acknowledged) == (WRITERS + 1) * TURNS + 2
