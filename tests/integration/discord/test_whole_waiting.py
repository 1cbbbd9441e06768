"""Conversations that wait for each other at a host that works on one call at a time, as people on Discord see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discord_server import Channel
from tests.integration.discord.stage import Stage, staged
from tests.integration.reviewed import PLAN

pytestmark = pytest.mark.timeout(180)
NEXT = "Next in the queue for m."


async def second_waits(stage: Stage) -> tuple[Channel, Channel]:
    """Have a second conversation wait for the first, and its thread say so; return both threads."""
    await stage.tell_model(token_delay=1)
    first = await stage.asks("print some primes")
    await stage.sees(first, "I will write")
    second = await stage.asks("print some primes")
    await stage.sees(second, NEXT)
    return first, second


def coder_says(stage: Stage, thread: Channel) -> list[str]:
    return [one.text for one in stage.anna.sees(thread).messages if one.author == "coder"]


async def test_thread_says_which_place_its_call_has_until_the_agent_speaks(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.command.settings["THREADFAST_MODEL_SLOTS"] = "1"
        async with stage.bot():
            _, second = await second_waits(stage)
            waiting = coder_says(stage, second)
            await stage.tell_model(token_delay=0.02)
            await stage.card(second, "End this chat")

        assert len(waiting) == 1
        assert coder_says(stage, second) == [PLAN]


async def test_what_a_killed_process_said_of_a_call_that_waits_is_gone_with_the_next_one(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.command.settings["THREADFAST_MODEL_SLOTS"] = "1"
        async with stage.bot():
            threads = await second_waits(stage)
        left = coder_says(stage, threads[1])
        await stage.tell_model(token_delay=0)
        async with stage.bot():
            for thread in threads:
                await stage.card(thread, "End this chat")
            await stage.settled()

        assert NEXT in left[0]
        assert [coder_says(stage, thread) for thread in threads] == [[PLAN], [PLAN]]
