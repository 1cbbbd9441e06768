from __future__ import annotations

import asyncio
import json

import pytest

from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from bot.errors import ModelFailedError, RetryLaterError
from tests.integration.models.conftest import PATIENT, Heard, asking
from tests.model_server import ModelServer, agent_of

IMAGE = "iVBORw0KGgo="
TOOL = {"type": "function", "function": {"name": "lookup", "parameters": {"type": "object", "properties": {}}}}


async def test_answer_is_whole_and_its_pieces_are_heard_on_the_way(
    server: ModelServer, native: OllamaClient, heard: Heard
) -> None:
    answer = await native.complete(asking(), heard)

    assert (answer.content, answer.finish_reason, answer.demo) == ("one two three four five", "stop", False)
    assert heard.pieces == ["one ", "two ", "three ", "four ", "five"]
    assert answer.prompt_tokens > 0
    assert answer.completion_tokens == 5
    assert {logged.path for logged in server.chats} == {"/api/chat"}


async def test_request_says_what_the_other_dialect_has_no_words_for(server: ModelServer, heard: Heard) -> None:
    client = OllamaClient(OllamaHost(url=server.url, contexts={"small": 2048}, keep_alive="30m"), patience=PATIENT)
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    options = {"temperature": 0.2, "top_p": 0.9, "seed": 7, "stop": ["END"], "max_tokens": 50, "stream": True}
    form = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}

    await client.complete(asking(options={**options, "response_format": form}), heard)

    await client.close()
    body = server.chats[0].body
    assert body["options"] == {
        "num_ctx": 2048,
        "temperature": 0.2,
        "top_p": 0.9,
        "seed": 7,
        "stop": ["END"],
        "num_predict": 50,
    }
    assert (body["think"], body["keep_alive"], body["format"], body["truncate"]) == (False, "30m", schema, False)


async def test_model_is_never_loaded_again_with_another_context(
    server: ModelServer, native: OllamaClient, heard: Heard
) -> None:
    for size in (None, 100, 4096):
        await native.complete(asking(options={"num_ctx": size, "temperature": 0.1}), heard)

    assert server.state.loads == [("small", 8192)]


async def test_tool_calls_become_openais_with_ids_and_text(
    server: ModelServer, native: OllamaClient, heard: Heard
) -> None:
    answer = await native.complete(asking("caller", tools=[TOOL]), heard)

    assert [json.loads(call["function"]["arguments"]) for call in answer.tool_calls] == [
        {"word": "Häuser"},
        {"word": "b"},
    ]
    assert len({call["id"] for call in answer.tool_calls}) == 2
    assert answer.finish_reason == "tool_calls"
    assert server.chats[0].body["tools"] == [TOOL]


async def test_images_travel_as_images(server: ModelServer, native: OllamaClient, heard: Heard) -> None:
    parts = [
        {"type": "text", "text": "[[agent:writer]] What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{IMAGE}"}},
    ]

    await native.complete(asking(messages=[{"role": "user", "content": parts}]), heard)

    sent = server.chats[0].body["messages"]
    assert sent == [{"role": "user", "content": "[[agent:writer]] What is this?", "images": [IMAGE]}]


async def test_characters_split_between_segments_arrive_whole(
    server: ModelServer, native: OllamaClient, heard: Heard
) -> None:
    server.fault("utf8_split")

    answer = await native.complete(asking("chinese"), heard)

    assert answer.content == heard.text == "二三五七十一 ✓ done"


async def test_thinking_is_off_unless_it_is_wanted(server: ModelServer, native: OllamaClient, heard: Heard) -> None:
    await native.complete(asking(model="deep"), heard)
    await native.complete(asking(model="deep", options={"think": True}), heard)

    assert [logged.body["think"] for logged in server.chats] == [False, True]
    assert heard.text == "after thinking" * 2


async def test_setting_to_think_spares_models_that_cannot(server: ModelServer, heard: Heard) -> None:
    client = OllamaClient(OllamaHost(url=server.url, think=True), patience=PATIENT)

    await client.complete(asking(model="deep"), heard)
    await client.complete(asking(model="plain"), heard)

    await client.close()
    assert [logged.body["think"] for logged in server.chats] == [True, False]


async def test_think_tags_are_neither_heard_nor_kept(server: ModelServer, native: OllamaClient, heard: Heard) -> None:
    server.fault("think_tags")

    answer = await native.complete(asking(), heard)

    assert answer.content == heard.text == "one two three four five"


@pytest.mark.parametrize("fault", ["empty", "thinking_only"])
async def test_answer_without_a_word_is_returned_as_it_is(
    server: ModelServer, native: OllamaClient, heard: Heard, fault: str
) -> None:
    server.fault(fault)

    answer = await native.complete(asking(), heard)

    assert (answer.content, answer.tool_calls) == ("", [])
    assert len(server.chats) == 1


async def test_answer_cut_at_its_limit_says_so(server: ModelServer, native: OllamaClient, heard: Heard) -> None:
    server.fault("length")

    answer = await native.complete(asking(), heard)

    assert answer.finish_reason == "length"


async def test_usage_that_is_missing_counts_as_nothing(server: ModelServer, native: OllamaClient, heard: Heard) -> None:
    server.fault("no_usage")

    answer = await native.complete(asking(), heard)

    assert (answer.prompt_tokens, answer.completion_tokens) == (0, 0)


async def test_cancelling_closes_the_connection(server: ModelServer, native: OllamaClient, heard: Heard) -> None:
    server.fault("stall", after=2)
    asked = asyncio.create_task(native.complete(asking(), heard))
    await server.until(lambda: len(heard.pieces) == 2)

    asked.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asked
    await server.until(lambda: server.chats[0].outcome == "disconnected")


async def test_host_is_asked_under_its_own_headers(server: ModelServer, heard: Heard) -> None:
    client = OllamaClient(OllamaHost(url=server.url, headers={"Authorization": "Bearer abc"}), patience=PATIENT)

    await client.complete(asking(), heard)

    await client.close()
    assert server.chats[0].headers["Authorization"] == "Bearer abc"


async def test_host_that_is_not_there_is_named(heard: Heard) -> None:
    client = OllamaClient(OllamaHost(url="http://127.0.0.1:1"), patience=PATIENT)

    with pytest.raises(RetryLaterError, match=r"http://127.0.0.1:1 cannot be reached"):
        await client.complete(asking(), heard)

    await client.close()


@pytest.mark.parametrize("model", ["far:671b-cloud", "hidden"])
async def test_model_in_a_cloud_is_refused_unless_it_is_allowed(
    server: ModelServer, native: OllamaClient, heard: Heard, model: str
) -> None:
    allowing = OllamaClient(OllamaHost(url=server.url, cloud=True), patience=PATIENT)

    with pytest.raises(ModelFailedError, match="in a cloud"):
        await native.complete(asking(model=model), heard)
    answer = await allowing.complete(asking(model=model), heard)

    await allowing.close()
    assert answer.content.startswith("from afar")
    assert agent_of(server.chats[0].body["messages"]) == "writer"
    assert len(server.chats) == 1
