from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.integration.models.conftest import MODELS, SCRIPTS, asking
from tests.model_server import ModelServer

Answer = dict[str, Any]


@pytest.fixture
async def http(server: ModelServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as http:
        yield http


def native(agent: str = "writer", **more: Any) -> Answer:
    return {"model": "small", "messages": asking(agent).messages, "stream": False, **more}


async def test_same_request_gets_the_same_answer_in_both_dialects(http: httpx.AsyncClient) -> None:
    spoken = [{"role": "assistant", "content": "one two three four five"}]
    body = native(messages=[*asking().messages, *spoken])

    compatible = (await http.post("/v1/chat/completions", json=body)).json()
    own = (await http.post("/api/chat", json=body)).json()

    assert compatible["choices"][0]["message"]["content"] == own["message"]["content"] == "second answer"
    assert compatible["usage"]["prompt_tokens"] == own["prompt_eval_count"]


async def test_latest_is_the_same_as_no_tag(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/chat", json=native(model="small:latest"))

    assert answer.status_code == 200


async def test_unknown_model_is_not_found_in_both_shapes(http: httpx.AsyncClient) -> None:
    own = await http.post("/api/chat", json=native(model="no"))
    compatible = await http.post("/v1/chat/completions", json=native(model="no"))

    assert (own.status_code, own.json()) == (404, {"error": "model 'no' not found"})
    assert (compatible.status_code, compatible.json()["error"]["type"]) == (404, "not_found_error")


async def test_host_lists_loads_shows_and_deletes(server: ModelServer, http: httpx.AsyncClient) -> None:
    loaded = await http.post("/api/generate", json={"model": "small", "options": {"num_ctx": 2048}})
    ps = (await http.get("/api/ps")).json()["models"]
    tags = [model["name"] for model in (await http.get("/api/tags")).json()["models"]]
    shown = (await http.post("/api/show", json={"model": "deep"})).json()
    deleted = await http.request("DELETE", "/api/delete", json={"model": "plain"})

    assert loaded.json()["done_reason"] == "load"
    assert [(model["name"], model["context_length"]) for model in ps] == [("small:latest", 2048)]
    assert "small:latest" in tags
    assert shown["capabilities"] == ["completion", "thinking"]
    assert (deleted.status_code, "plain" in server.state.models) == (200, False)
    assert (await http.get("/")).text == "Ollama is running"


async def test_model_that_is_not_kept_alive_is_loaded_again(server: ModelServer, http: httpx.AsyncClient) -> None:
    for _ in range(2):
        await http.post("/api/chat", json=native(keep_alive=0))

    assert len(server.state.loads) == 2


async def test_other_context_loads_the_model_again(server: ModelServer, http: httpx.AsyncClient) -> None:
    for size in (1024, 1024, 2048):
        await http.post("/api/chat", json=native(options={"num_ctx": size}))

    assert server.state.loads == [("small", 1024), ("small", 2048)]


async def test_long_chat_is_shortened_in_silence_or_refused_when_asked_to(
    server: ModelServer, http: httpx.AsyncClient
) -> None:
    long = [*asking().messages, *({"role": "user", "content": "word " * 50} for _ in range(10))]
    body = native(messages=long, options={"num_ctx": 300})

    silent = await http.post("/api/chat", json=body)
    refused = await http.post("/api/chat", json={**body, "truncate": False})

    assert (silent.status_code, server.chats[0].truncated > 0) == (200, True)
    assert (refused.status_code, "context length" in refused.json()["error"]) == (400, True)


async def test_requests_beyond_the_parallel_ones_wait_in_silence(server: ModelServer, http: httpx.AsyncClient) -> None:
    server.control.num_parallel = 1
    server.control.delay = 0.05

    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(http.post("/api/chat", json=native())) for _ in range(3)]

    assert {task.result().status_code for task in asked} == {200}
    assert server.state.max_in_flight == 3


async def test_full_queue_is_refused_only_while_a_model_is_loading(
    server: ModelServer, http: httpx.AsyncClient
) -> None:
    server.control.load_delay = 0.3
    server.control.max_queue = 0

    async with asyncio.TaskGroup() as group:
        first = group.create_task(http.post("/api/chat", json=native()))
        await server.until(lambda: server.state.loads)
        second = group.create_task(http.post("/api/chat", json=native()))
    third = await http.post("/api/chat", json=native())

    assert [task.result().status_code for task in (first, second)] == [200, 503]
    assert third.status_code == 200


async def test_latencies_are_shuffled_by_the_seed_and_the_request_alone(server: ModelServer) -> None:
    digests = [f"{n:012x}" for n in range(20)]
    server.control.shuffle_seed = 7

    first = [server.state.latency(digest) for digest in digests]
    again = [server.state.latency(digest) for digest in reversed(digests)]
    server.control.shuffle_seed = 8
    other = [server.state.latency(digest) for digest in digests]

    assert first == again[::-1]
    assert first != other
    assert sorted(first) != first


@pytest.mark.parametrize(("fault", "last"), [(None, "success"), ("pull_error", None), ("pull_cut", "pulling")])
async def test_pull_streams_its_progress_and_its_errors(
    server: ModelServer, http: httpx.AsyncClient, fault: str | None, last: str | None
) -> None:
    if fault:
        server.fault(fault)

    steps = [json.loads(line) for line in (await http.post("/api/pull", json={"model": "new"})).text.splitlines()]

    assert steps[-1].get("status") == last
    assert ("new" in server.state.models) == (fault is None)


@pytest.mark.parametrize(("fault", "starts"), [("bare_tools", '{"name"'), ("fenced_tools", "```json\n{")])
async def test_tool_call_can_come_as_text(
    server: ModelServer, http: httpx.AsyncClient, fault: str, starts: str
) -> None:
    server.fault(fault, model="small")

    message = (await http.post("/api/chat", json=native("caller"))).json()["message"]

    assert message["content"].startswith(starts)
    assert "tool_calls" not in message


async def test_selector_answers_who_speaks_next(http: httpx.AsyncClient, server: ModelServer) -> None:
    server.state.scripts = {"small": {"_selector": lambda messages: f"{len(messages)} messages"}}
    prompt = [{"role": "system", "content": "You are in a role play game. [[agent:writer]]"}]

    answer = await http.post("/api/chat", json=native(messages=prompt))

    assert answer.json()["message"]["content"] == "1 messages"
    assert server.chats[0].agent == "_selector"


async def test_model_that_finds_no_room_waits_until_another_is_idle_and_unloads_it(
    server: ModelServer, http: httpx.AsyncClient
) -> None:
    server.control.memory, server.control.token_delay = 1, 0.02
    async with asyncio.TaskGroup() as group:
        first = group.create_task(http.post("/api/chat", json=native()))
        await asyncio.sleep(0.03)
        group.create_task(http.post("/api/chat", json=native(model="plain")))
    ended = {logged.model: logged.ended for logged in server.chats}
    loaded = (await http.get("/api/ps")).json()["models"]

    assert first.result().status_code == 200
    assert [name for name, _ in server.state.loads] == ["small", "plain"]
    assert [entry["name"] for entry in loaded] == ["plain:latest"]
    assert ended["small"] < ended["plain"]


def test_fault_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="is no fault; there are"):
        ModelServer({}).fault("earthquake")


async def test_server_in_a_process_of_its_own_is_driven_over_http() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.model_server"),
        *("--port", "0", "--scripts", "tests.integration.models.conftest:SCRIPTS"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
        await http.post("/_ctl", json={"fault": {"kind": "busy"}, "delay": 0.01})
        statuses = [(await http.post("/api/chat", json=native())).status_code for _ in range(2)]
        log = (await http.get("/_log", params={"full": 1, "clear": 1})).json()
        after = (await http.get("/_log")).json()

    process.terminate()
    await process.wait()
    assert statuses == [503, 200]
    assert [logged["outcome"] for logged in log["log"]] == ["busy", "answered"]
    assert (log["log"][1]["agent"], log["max_in_flight"], after["n"]) == ("writer", 1, 0)


def test_scripts_of_these_tests_have_a_model_each() -> None:
    assert SCRIPTS.keys() == MODELS.keys()
