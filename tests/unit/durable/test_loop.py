from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

from autogen.coding.base import CodeBlock, CodeResult

from agents.models.openai_compatible import OpenAICompatible
from agents.models.port import ModelCall
from tests.model_server.server import ModelServer
from tests.unit.durable.rig import LLM, Rig, Speaking, assistant, human
from tests.unit.durable.test_interruptions import CODE, Runs

MOST_THREADS = 16


class Ticking:
    """Counts how often the loop comes round while something is going on."""

    def __init__(self) -> None:
        self.count = 0

    async def run(self) -> None:
        while True:
            self.count += 1
            await asyncio.sleep(0)


class Slow(Runs):
    """An executor that returns only when the loop has come round."""

    def __init__(self, ticking: Ticking) -> None:
        super().__init__()
        self._ticking = ticking

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        wait_for(self._ticking)
        return super().execute_code_blocks(code_blocks)


def wait_for(ticking: Ticking) -> None:
    """Block this thread until the loop has come round a hundred times; on the loop's own it would be for ever."""
    until = ticking.count + 100
    while ticking.count < until:
        time.sleep(0.001)


async def test_code_executor_never_blocks_the_loop() -> None:
    ticking = Ticking()
    rig = Rig(Speaking({"assistant": [CODE, "TERMINATE"]}))

    async def entry() -> Any:
        proxy = human(human_input_mode="NEVER", code_execution_config={"executor": Slow(ticking)})
        return await proxy.a_initiate_chat(assistant(), message="x")

    async with asyncio.TaskGroup() as group:
        ticker = group.create_task(ticking.run())
        await rig.step(entry)
        ticker.cancel()

    assert "code" in rig.journal.kinds


async def test_synchronous_tool_never_blocks_the_loop_and_runs_one_at_a_time() -> None:
    ticking, running, most = Ticking(), 0, 0
    rig = Rig(Speaking({"assistant": [[("block", {}), ("block", {})], "TERMINATE"]}))

    async def entry() -> Any:
        def block() -> str:
            nonlocal running, most
            running += 1
            most = max(most, running)
            wait_for(ticking)
            running -= 1
            return "done"

        caller, proxy = assistant(), human(human_input_mode="NEVER")
        caller.register_for_llm(description="d")(block)
        proxy.register_for_execution()(block)
        return await proxy.a_initiate_chat(caller, message="x")

    async with asyncio.TaskGroup() as group:
        ticker = group.create_task(ticking.run())
        await rig.step(entry)
        ticker.cancel()

    assert rig.journal.kinds.count("tool") == 2
    assert most == 1


async def test_two_hundred_model_calls_are_in_flight_with_few_threads() -> None:
    models = Speaking()
    everybody, threads = asyncio.Event(), 0

    async def during(call: ModelCall) -> None:
        nonlocal threads
        if models.in_flight == 200:
            threads = threading.active_count()
            everybody.set()
        await everybody.wait()

    models.during = during

    async with asyncio.TaskGroup() as group:
        for _ in range(200):
            rig = Rig(models)
            group.create_task(rig.step(lambda: human().a_initiate_chat(assistant(), message="x")))

    assert models.most_in_flight == 200
    assert threads <= MOST_THREADS


async def test_model_call_is_not_awaited_on_a_thread_of_its_own() -> None:
    main, seen = threading.current_thread(), list[Any]()
    rig = Rig()

    async def during(call: ModelCall) -> None:
        seen.append(threading.current_thread())

    rig.models.during = during

    await rig.step(lambda: human().a_initiate_chat(assistant(), message="x"))

    assert seen == [main]


async def test_call_goes_to_the_server_that_the_agents_configuration_names() -> None:
    async with ModelServer({"m": {"_any": ["from the server"]}}) as server:
        models = OpenAICompatible("http://127.0.0.1:9/v1", "x")
        config = {"config_list": [{**LLM["config_list"][0], "base_url": server.base_url}]}
        rig = Rig(models)  # type: ignore[arg-type] # the real client in the place of the speaking one
        other = assistant()
        await rig.step(lambda: human().a_initiate_chat(type(other)("assistant", llm_config=config), message="x"))
        await models.close()

    assert rig.journal.said == [("assistant", "from the server")]
