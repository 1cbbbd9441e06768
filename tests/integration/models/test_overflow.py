from __future__ import annotations

from typing import Any

import pytest

from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from agents.models.openai_compatible import OpenAICompatible
from agents.models.port import ModelCall
from bot.errors import ModelFailedError
from tests.integration.models.conftest import PATIENT, Heard
from tests.model_server import ModelServer


def long_talk(turns: int, *, words: int = 40, model: str = "plain") -> ModelCall:
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "[[agent:writer]] Be brief."},
        {"role": "user", "content": "The task."},
    ]
    for turn in range(turns):
        role = "user" if turn % 2 else "assistant"
        messages.append({"role": role, "content": f"turn {turn} " + "word " * words})
    return ModelCall(agent="writer", model=model, messages=messages)


def contents(server: ModelServer, n: int = -1) -> list[str]:
    return [message["content"].split(" word")[0] for message in server.chats[n].body["messages"]]


async def test_long_history_is_trimmed_before_it_is_sent_and_the_thread_is_told(server: ModelServer) -> None:
    client = OllamaClient(OllamaHost(url=server.url, context=2048), patience=PATIENT)

    answer = await client.complete(long_talk(60), Heard())

    await client.close()
    assert answer.notes == ("history_trimmed",)
    assert contents(server)[:2] == ["[[agent:writer]] Be brief.", "The task."]
    assert contents(server)[-1] == "turn 59"
    assert 10 < len(contents(server)) < 60
    assert server.chats[0].truncated == 0


async def test_history_that_fits_is_sent_whole(server: ModelServer, native: OllamaClient) -> None:
    answer = await native.complete(long_talk(20), Heard())

    assert answer.notes == ()
    assert len(contents(server)) == 22


async def test_ollama_that_counts_more_than_we_do_is_asked_with_less(server: ModelServer) -> None:
    server.control.characters_per_token = 1
    client = OllamaClient(OllamaHost(url=server.url, context=2048), patience=PATIENT)

    answer = await client.complete(long_talk(30), Heard())

    await client.close()
    assert answer.notes == ("history_trimmed",)
    assert [logged.outcome for logged in server.chats][-1] == "answered"
    assert {logged.outcome for logged in server.chats[:-1]} == {"400"}
    assert contents(server)[1] == "The task."


async def test_what_a_model_counts_is_remembered(server: ModelServer) -> None:
    server.control.characters_per_token = 1
    client = OllamaClient(OllamaHost(url=server.url, context=2048), patience=PATIENT)
    await client.complete(long_talk(30), Heard())
    refused = len(server.chats)

    await client.complete(long_talk(30), Heard())

    await client.close()
    assert len(server.chats) == refused + 1


@pytest.mark.parametrize("wording", ["llama_cpp", "openai"])
async def test_context_error_of_a_compatible_server_is_answered_by_trimming(
    server: ModelServer, compatible: OpenAICompatible, wording: str
) -> None:
    server.control.overflow = wording
    server.state.models["plain"].context = 600

    answer = await compatible.complete(long_talk(30), Heard())

    assert answer.notes == ("history_trimmed",)
    assert contents(server)[1] == "The task."
    assert contents(server)[-1] == "turn 29"


async def test_message_too_long_by_itself_fails_and_says_so(server: ModelServer, compatible: OpenAICompatible) -> None:
    server.control.overflow = "llama_cpp"
    server.state.models["plain"].context = 200

    with pytest.raises(ModelFailedError, match="too long for the context of 'plain'"):
        await compatible.complete(long_talk(3, words=2000), Heard())
