"""The last host goes away, seen from a thread: runs wait as long as it takes, and go on when a host is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from agents.models.pool import Models, ModelSettings
from agents.models.settings import HostSettings
from agents.team import AutogenTeams
from bot.domain import RunStatus
from bot.engine import Limits
from tests.fakes import FakeClock, Thread
from tests.integration.core.rig import Rig, running
from tests.integration.models.hosts import SCRIPTS
from tests.model_server import ModelServer

TEAM = """
name: greet
kind: two_agent
max_turns: 1
agents:
  colleague: {instructions: "[[agent:colleague]] You answer.", model: a}
  human: {human: true, human_input_mode: NEVER, default_auto_reply: "Go on."}
"""
DAY = 86400.0


@asynccontextmanager
async def bot(folder: Path, *servers: ModelServer, limits: Limits | None = None) -> AsyncIterator[Rig]:
    """Run a bot over hosts that may be away."""
    (folder / "greet.yaml").write_text(TEAM)
    hosts = tuple(HostSettings(name=f"gpu{at}", address=server.url) for at, server in enumerate(servers, 1))
    models = Models(ModelSettings(cache=folder, hosts=hosts))
    teams = AutogenTeams([folder], models=models, clock=FakeClock())
    await asyncio.to_thread(teams.prepare)
    async with running(folder, teams=cast(Any, teams), limits=limits) as rig:
        yield rig
    await teams.close()
    await models.close()


def notices(rig: Rig, thread: Thread) -> list[str]:
    return [line for line in rig.lines(thread) if line.startswith("[notice The run waits until a model host")]


async def pass_time(rig: Rig, seconds: float) -> None:
    """Let virtual time pass, without waiting for runs that wait in the pool."""
    for _ in range(20):
        await rig.clock.advance(seconds / 20)
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("count", [1, 2])
async def test_runs_wait_for_days_are_told_once_and_go_on_when_a_host_is_back(tmp_path: Path, count: int) -> None:
    thread, servers = Thread("one"), [ModelServer(SCRIPTS) for _ in range(count)]
    for server in servers:
        await server.start()
        await server.stop()
    async with bot(tmp_path, *servers) as rig:
        await rig.inbox.accept(thread.event("Begin."))
        for _ in range(3):
            await pass_time(rig, DAY)
        assert await rig.statuses(thread) == [RunStatus.WORKING], rig.lines(thread)
        assert len(notices(rig, thread)) == 1

        await servers[0].start()
        async with asyncio.timeout(20):
            while (await rig.statuses(thread)) != [RunStatus.COMPLETED]:
                await pass_time(rig, 2)

        assert len(notices(rig, thread)) == 1
        assert len(servers[0].chats) == 1
    await servers[0].stop()


async def test_run_that_waits_in_the_pool_goes_on_within_seconds_without_being_tried_again(tmp_path: Path) -> None:
    thread, server = Thread("one"), ModelServer(SCRIPTS)
    await server.start()
    await server.stop()
    async with bot(tmp_path, server) as rig:
        await rig.inbox.accept(thread.event("Begin."))
        while not notices(rig, thread):
            await pass_time(rig, 2)
        await pass_time(rig, 60)
        assert not rig.engine.idle, "it waits in the pool now"

        await server.start()
        # No virtual time passes: the engine does not try again.
        async with asyncio.timeout(20):
            while (await rig.statuses(thread)) != [RunStatus.COMPLETED]:  # noqa: ASYNC110 - no event tells it
                await asyncio.sleep(0.1)
    await server.stop()


async def test_run_whose_host_goes_away_during_an_answer_waits_too(tmp_path: Path) -> None:
    thread, server = Thread("one"), ModelServer(SCRIPTS)
    await server.start()
    server.control.token_delay = 0.3
    async with bot(tmp_path, server) as rig:
        await rig.inbox.accept(thread.event("Begin."))
        await server.until(lambda: server.chats)
        await server.stop()
        await pass_time(rig, DAY)
        assert await rig.statuses(thread) == [RunStatus.WORKING]
        assert len(notices(rig, thread)) == 1

        server.control.token_delay = 0.0
        await server.start()
        async with asyncio.timeout(20):
            while (await rig.statuses(thread)) != [RunStatus.COMPLETED]:
                await pass_time(rig, 2)
        assert rig.said(thread) == ["colleague: one two three four five"]
    await server.stop()


async def test_run_of_a_bot_without_patience_fails_at_once(tmp_path: Path) -> None:
    thread, server = Thread("one"), ModelServer(SCRIPTS)
    await server.start()
    await server.stop()
    async with bot(tmp_path, server, limits=Limits(patience_seconds=0)) as rig:
        await rig.say(thread.event("Begin."))

        assert await rig.statuses(thread) == [RunStatus.FAILED]
