"""The operators' desk over scripted hosts: who shares a pull, and how it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.domain import PullStep, ThreadRef
from bot.permissions import Permissions, Rule
from tests.integration.chat.operated import PASSWORD, Operated, operated
from tests.integration.chat.operators import ANNA, BO, LETTING, PLACE, desk_of

TERMINAL = ThreadRef(adapter="console", workspace="local", channel="terminal", thread="t")


def unseen(step: PullStep) -> None:
    """Look away."""


async def until_pulled(hosts: Operated, count: int = 1) -> None:
    while len(hosts.pulls) < count:  # noqa: ASYNC110 - nothing else tells it
        await asyncio.sleep(0.01)


async def test_who_joins_sees_how_far_it_is_and_goes_on_when_the_first_leaves(tmp_path: Path) -> None:
    seen: list[PullStep] = []
    async with operated(LETTING) as hosts, desk_of(hosts, tmp_path) as desk:
        hosts.slowly(0.1)
        async with asyncio.TaskGroup() as group:
            first = group.create_task(desk.pull("big:70b", "en", unseen))
            await until_pulled(hosts)
            second = group.create_task(desk.pull("big:70b", "zh", seen.append))
            while not seen:  # noqa: ASYNC110 - nothing else tells it
                await asyncio.sleep(0.01)
            first.cancel()

        assert second.result() == "`big:70b` 已就绪：gpu1。"
        assert hosts.pulls == ["big:70b", "big:70b"]
        assert "big:70b" in hosts.servers["gpu1"].state.models
    assert (seen[-1].percent, seen[-1].host) == (100, "gpu1")


async def test_pull_nobody_waits_for_any_more_is_broken_off(tmp_path: Path) -> None:
    async with operated(LETTING) as hosts, desk_of(hosts, tmp_path) as desk:
        hosts.slowly(0.2)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(desk.pull("big:70b", "en", unseen))
            await until_pulled(hosts)
            task.cancel()
        await asyncio.sleep(1.5)

        assert "big:70b" not in hosts.servers["gpu1"].state.models


async def test_pull_after_one_that_failed_is_a_new_one(tmp_path: Path) -> None:
    async with operated(LETTING) as hosts, desk_of(hosts, tmp_path) as desk:
        hosts.servers["gpu1"].fault("pull_cut")
        failed = await desk.pull("big:70b", "en", unseen)
        done = await desk.pull("big:70b", "en", unseen)

    assert failed.startswith("`big:70b` was not pulled: ")
    assert done == "`big:70b` is there: gpu1."


async def test_every_host_that_lacks_it_gets_it(tmp_path: Path) -> None:
    has = {"gpu1": ["small:1b"], "gpu2": ["big:70b"], "gpu3": []}
    async with operated(LETTING, has=has) as hosts, desk_of(hosts, tmp_path) as desk:
        done = await desk.pull("big:70b", "en", unseen)

        assert [one for one in hosts.servers["gpu2"].log if one.path == "/api/pull"] == []
    assert done == "`big:70b` is there: gpu1, gpu3."


async def test_pull_without_a_host_that_answers_says_so_without_a_password(tmp_path: Path) -> None:
    async with operated(LETTING) as hosts, desk_of(hosts, tmp_path) as desk:
        await hosts.servers["gpu1"].stop()
        done = await desk.pull("big:70b", "en", unseen)
        told = await desk.report(ANNA, PLACE, "en")

    assert done.startswith("`big:70b` was not pulled: ")
    assert "`gpu1` cannot be used: " in told.text
    assert told.missing == ()
    assert PASSWORD not in done + told.text


async def test_list_offers_what_is_missing_to_operators_alone(tmp_path: Path) -> None:
    wanted = ("small:1b", "big:70b", "far:671b-cloud", "huge:405b")
    async with operated(LETTING, wanted=wanted) as hosts, desk_of(hosts, tmp_path) as desk:
        assert (await desk.report(ANNA, PLACE, "en")).missing == ("big:70b", "huge:405b")
        assert (await desk.report(BO, PLACE, "en")).missing == ()


async def test_person_at_the_terminal_operates_whatever_the_rules_say(tmp_path: Path) -> None:
    permissions = Permissions([Rule(operate=("U1",))], exempt=frozenset({"console"}))
    async with operated(permissions) as hosts, desk_of(hosts, tmp_path) as desk:
        assert await desk.admit(BO, TERMINAL, "big:70b", "en") == ""
        assert (await desk.report(BO, TERMINAL, "en")).missing == ("big:70b",)
        assert await desk.admit(BO, PLACE, "big:70b", "en") != ""
