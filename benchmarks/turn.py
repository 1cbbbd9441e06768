"""One turn of a two-agent loop with a model that answers at once, over real HTTP: plain AutoGen against ours."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from benchmarks.bot import Bot, bot, http_models, talking, thread, write_team
from benchmarks.commit import bare_commit
from benchmarks.figures import Figure, median, ratio
from benchmarks.server import model_server

TURNS = 60
ROUNDS = 9


def measure(folder: Path) -> list[Figure]:
    """Return the figure."""
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    write_team(folder, talking(TURNS))
    plain, cpu, ours = [], [], []
    with model_server() as server:
        async with bot(folder, http_models(server.base_url)) as subject:
            await _ours(subject, -1)
            await _plain(server.base_url)
            for number in range(ROUNDS):
                seconds, processor = await _plain(server.base_url)
                plain.append(seconds / TURNS)
                cpu.append(processor / TURNS)
                ours.append(await _ours(subject, number) / TURNS)
    commit = bare_commit(folder)
    limit = median(plain) + 3 * median(cpu) + 2 * commit
    yardstick = (
        f"plain {median(plain) * 1e3:.2f} + 3 x its CPU {median(cpu) * 1e3:.2f} + 2 C of {commit * 1e3:.2f} ms, in ms"
    )
    return [ratio("turn", ours=median(ours), theirs=limit, goal="<= 1.0", yardstick=yardstick)]


async def _ours(subject: Bot, number: int) -> float:
    begun = time.perf_counter()
    await subject.until_ended(thread(f"turn-{number}"), "Begin.", "talking")
    return time.perf_counter() - begun


async def _plain(base_url: str) -> tuple[float, float]:
    from autogen import ConversableAgent, UserProxyAgent

    server: dict[str, Any] = {"model": "turns", "base_url": base_url, "api_key": "bench", "price": [0, 0]}
    begun, processor = time.perf_counter(), time.process_time()
    colleague = ConversableAgent(
        "colleague",
        system_message="[[agent:colleague]] You answer.",
        human_input_mode="NEVER",
        llm_config={"config_list": [{"api_type": "openai", **server}]},
    )
    human = UserProxyAgent(
        "human",
        human_input_mode="NEVER",
        default_auto_reply="Go on.",
        max_consecutive_auto_reply=10_000,
        code_execution_config=False,
    )
    await human.a_initiate_chat(colleague, message="Begin.", max_turns=TURNS, silent=True)
    return time.perf_counter() - begun, time.process_time() - processor
