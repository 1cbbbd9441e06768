from __future__ import annotations

import pytest

from agents.models.connections import Patience
from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from bot.errors import ModelFailedError, RetryLaterError
from tests.integration.models.conftest import IMPATIENT_AT_FIRST, IMPATIENT_LATER, Heard, asking
from tests.model_server import ModelServer

TOOL = {"type": "function", "function": {"name": "lookup", "parameters": {"type": "object", "properties": {}}}}


async def refused(server: ModelServer, native: OllamaClient, fault: str) -> str:
    """Let the chat, not the question before it, meet the fault; return what the person would read."""
    server.fault(fault)
    with pytest.raises(ModelFailedError) as raised:
        await native.complete(asking(), Heard())
    assert len(server.chats) == 1, "nothing may be tried again blindly"
    return str(raised.value)


async def postponed(server: ModelServer, native: OllamaClient, fault: str, **details: int) -> RetryLaterError:
    server.fault(fault, **details)
    with pytest.raises(RetryLaterError) as raised:
        await native.complete(asking(), Heard())
    return raised.value


@pytest.mark.parametrize("fault", ["not_found", "not_found_pull"])
async def test_missing_model_can_be_offered_to_be_pulled_in_both_wordings(
    server: ModelServer, native: OllamaClient, fault: str
) -> None:
    assert "'small' is on no model host" in await refused(server, native, fault)


async def test_model_the_host_never_had_is_named(server: ModelServer, native: OllamaClient) -> None:
    with pytest.raises(ModelFailedError, match="'qwen2:7b' is on no model host"):
        await native.complete(asking(model="qwen2:7b"), Heard())

    assert server.chats == []


async def test_model_pulled_after_a_failure_is_used(server: ModelServer, native: OllamaClient) -> None:
    spec = server.state.models.pop("plain")
    with pytest.raises(ModelFailedError):
        await native.complete(asking(model="plain"), Heard())

    server.state.models["plain"] = spec

    assert (await native.complete(asking(model="plain"), Heard())).content == "plain"


async def test_model_that_cannot_call_tools_is_named(server: ModelServer, native: OllamaClient) -> None:
    with pytest.raises(ModelFailedError, match=r"'plain' .* cannot call tools"):
        await native.complete(asking(model="plain", tools=[TOOL]), Heard())


async def test_model_that_cannot_think_is_named(server: ModelServer, native: OllamaClient) -> None:
    with pytest.raises(ModelFailedError, match='"plain" does not support thinking'):
        await native.complete(asking(model="plain", options={"think": True}), Heard())


async def test_model_too_large_for_the_memory_says_what_would_help(server: ModelServer, native: OllamaClient) -> None:
    sentence = await refused(server, native, "oom")

    assert "'small' does not fit the memory" in sentence
    assert "smaller context" in sentence


async def test_crash_of_the_runner_is_not_retried_blindly(server: ModelServer, native: OllamaClient) -> None:
    assert "signal: killed" in await refused(server, native, "crash")


async def test_forbidden_without_a_reason_explains_the_loopback_rule(server: ModelServer, native: OllamaClient) -> None:
    assert "bound to loopback" in await refused(server, native, "forbidden")


async def test_host_that_must_be_signed_in_shows_the_address(server: ModelServer, native: OllamaClient) -> None:
    assert "https://ollama.com/connect" in await refused(server, native, "signin")


async def test_error_in_mid_stream_under_a_good_status_is_not_an_answer(
    server: ModelServer, native: OllamaClient
) -> None:
    server.fault("error_midstream", after=2)

    with pytest.raises(ModelFailedError, match="CUDA error: out of memory"):
        await native.complete(asking(), Heard())


async def test_busy_host_is_asked_later(server: ModelServer, native: OllamaClient) -> None:
    error = await postponed(server, native, "busy")

    assert "busy or loading" in str(error)


async def test_host_that_limits_the_rate_says_when_to_come_back(server: ModelServer, native: OllamaClient) -> None:
    error = await postponed(server, native, "rate_limited")

    assert error.retry_after == 7


@pytest.mark.parametrize("fault", ["proxy_html", "bad_gateway"])
async def test_proxy_without_its_host_is_asked_later_and_its_page_is_not_shown(
    server: ModelServer, native: OllamaClient, fault: str
) -> None:
    error = await postponed(server, native, fault)

    assert "502" in str(error)
    assert "<" not in str(error)


async def test_page_instead_of_an_answer_is_no_ollama(server: ModelServer, native: OllamaClient) -> None:
    error = await postponed(server, native, "not_json")

    assert "does not speak Ollama's dialect" in str(error)


@pytest.mark.parametrize("after", [0, 2])
async def test_connection_that_breaks_is_tried_again_later(
    server: ModelServer, native: OllamaClient, after: int
) -> None:
    await postponed(server, native, "disconnect", after=after)


async def test_end_without_done_is_not_an_answer(server: ModelServer, native: OllamaClient) -> None:
    error = await postponed(server, native, "end_without_done", after=2)

    assert "broke off before its end" in str(error)


async def test_endless_repetition_that_stops_without_done_is_not_an_answer(
    server: ModelServer, native: OllamaClient
) -> None:
    error = await postponed(server, native, "repetition")

    assert "broke off before its end" in str(error)


async def test_arguments_that_are_no_object_are_not_an_answer(server: ModelServer, native: OllamaClient) -> None:
    await postponed(server, native, "malformed_tools")


async def test_first_word_may_take_longer_than_the_next(server: ModelServer) -> None:
    server.fault("slow_first_token", seconds=1.0)
    client = OllamaClient(OllamaHost(url=server.url), patience=IMPATIENT_LATER)

    answer = await client.complete(asking(), Heard())

    await client.close()
    assert answer.content == "one two three four five"


@pytest.mark.parametrize(
    ("fault", "patience", "waited"),
    [("slow_first_token", IMPATIENT_AT_FIRST, "first word"), ("stall", IMPATIENT_LATER, "next word")],
)
async def test_host_that_keeps_us_waiting_is_given_up(
    server: ModelServer, fault: str, patience: Patience, waited: str
) -> None:
    client = OllamaClient(OllamaHost(url=server.url), patience=patience)

    error = await postponed(server, client, fault, after=2, seconds=60)

    await client.close()
    assert waited in str(error)
    await server.until(lambda: server.chats[0].outcome == "disconnected")
