"""The process is killed again and again while people write: nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.discord_server import Message
from tests.integration.discord.stage import SECONDS, Stage, staged

pytestmark = pytest.mark.timeout(240)
KILLS = 4
MENTIONS = 6


async def test_every_mention_is_answered_once_whenever_the_process_is_killed(tmp_path: Path) -> None:
    chance = random.Random(7)
    async with staged(tmp_path) as stage:
        # One person begins more than people do.
        stage.command.settings["THREADFAST_BUDGETS"] = '{"person": null}'
        channels = [stage.world.channel(stage.guild, f"c{number}") for number in range(MENTIONS)]
        roots: list[Message] = []
        for _ in range(KILLS):
            async with stage.bot():
                for channel in channels:
                    roots.append(await stage.anna.mentions(channel, "print some primes"))
                    await asyncio.sleep(chance.uniform(0, 0.15))
        async with stage.bot():
            for root in roots:
                await asked_in_thread_of(stage, root)
            await stage.settled()

        for root in roots:
            assert root.thread is not None
            seen = stage.anna.sees(root.thread)
            assert seen.authors == ["Anna", "coder", "Threadfast"], str(seen)


async def asked_in_thread_of(stage: Stage, root: Message) -> None:
    thread = await stage.anna.thread_of(root, SECONDS)
    await stage.card(thread, "End this chat")
