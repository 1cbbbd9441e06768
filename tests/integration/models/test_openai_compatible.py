from __future__ import annotations

import asyncio
import json

import pytest

from agents.models.connections import Patience
from agents.models.openai_compatible import OpenAICompatible
from agents.models.port import ModelCall
from bot.errors import ModelFailedError, RetryLaterError
from tests.integration.models.conftest import IMPATIENT_AT_FIRST, IMPATIENT_LATER, PATIENT, Heard, asking
from tests.integration.models.wire import listening, never, sending
from tests.model_server import ModelServer


def said(text: str) -> bytes:
    """Return an answer on the wire, whole but for the last piece that ends it."""
    choice = json.dumps({"delta": {"content": text}, "finish_reason": "stop"}, ensure_ascii=False)
    events = f'data: {{"choices": [{choice}]}}\n\ndata: [DONE]\n\n'.encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    return b"%b%x\r\n%b\r\n" % (head, len(events), events)


END = b"0\r\n\r\n"


async def test_answer_is_whole_and_its_pieces_are_heard_on_the_way(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard
) -> None:
    answer = await compatible.complete(asking(), heard)

    assert (answer.content, answer.finish_reason, answer.demo) == ("one two three four five", "stop", False)
    assert heard.pieces == ["one ", "two ", "three ", "four ", "five"]
    assert answer.prompt_tokens > 0
    assert answer.completion_tokens == 5


async def test_request_holds_the_callers_parameters_and_nothing_else(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard
) -> None:
    call = asking(tools=[{"type": "function", "function": {"name": "lookup", "parameters": {}}}])
    options = {"temperature": 0.5, "top_k": 7, "response_format": {"type": "json_object"}}

    await compatible.complete(ModelCall(agent="a", model="small", messages=call.messages, options=options), heard)

    assert server.log[0].body == {
        "model": "small",
        "messages": call.messages,
        **options,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert server.log[0].headers["Authorization"] == "Bearer key"


async def test_call_that_wants_no_stream_gets_none(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard
) -> None:
    answer = await compatible.complete(asking(options={"stream": False}), heard)

    assert answer.content == "one two three four five"
    assert heard.pieces == ["one two three four five"]
    assert server.log[0].body["stream"] is False
    assert "stream_options" not in server.log[0].body


@pytest.mark.parametrize("stream", [True, False])
async def test_tool_calls_are_put_together_from_their_pieces(
    compatible: OpenAICompatible, heard: Heard, stream: bool
) -> None:
    answer = await compatible.complete(asking("caller", options={"stream": stream}), heard)

    assert [call["function"]["name"] for call in answer.tool_calls] == ["lookup", "lookup"]
    assert [json.loads(call["function"]["arguments"]) for call in answer.tool_calls] == [
        {"word": "Häuser"},
        {"word": "b"},
    ]
    assert len({call["id"] for call in answer.tool_calls}) == 2
    assert answer.finish_reason == "tool_calls"


async def test_characters_split_between_segments_arrive_whole(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard
) -> None:
    server.fault("utf8_split")

    answer = await compatible.complete(asking("chinese"), heard)

    assert answer.content == heard.text == "二三五七十一 ✓ done"


async def test_usage_that_is_missing_counts_as_nothing(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard
) -> None:
    server.fault("no_usage")

    answer = await compatible.complete(asking(), heard)

    assert (answer.prompt_tokens, answer.completion_tokens) == (0, 0)


@pytest.mark.parametrize(
    ("fault", "after"), [("end_without_done", 2), ("error_midstream", 2), ("disconnect", 0), ("disconnect", 2)]
)
async def test_answer_without_its_end_is_not_an_answer(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard, fault: str, after: int
) -> None:
    server.fault(fault, after=after)

    with pytest.raises(RetryLaterError, match=r"model server|broke off"):
        await compatible.complete(asking(), heard)


async def test_endless_repetition_that_is_cut_by_the_server_is_not_an_answer(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard
) -> None:
    server.fault("repetition")

    with pytest.raises(RetryLaterError, match="broke off"):
        await compatible.complete(asking(), heard)


@pytest.mark.parametrize(
    ("fault", "patience", "waited"),
    [("slow_first_token", IMPATIENT_AT_FIRST, "first word"), ("stall", IMPATIENT_LATER, "next word")],
)
async def test_server_that_keeps_us_waiting_is_given_up(
    server: ModelServer, heard: Heard, fault: str, patience: Patience, waited: str
) -> None:
    server.fault(fault, after=2, seconds=60)
    client = OpenAICompatible(server.base_url, patience=patience)

    with pytest.raises(RetryLaterError, match=waited):
        await client.complete(asking(), heard)

    await client.close()


@pytest.mark.parametrize("fault", ["busy", "rate_limited", "bad_gateway", "proxy_html", "not_json"])
async def test_trouble_that_passes_is_tried_again_later(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard, fault: str
) -> None:
    server.fault(fault)

    with pytest.raises(RetryLaterError) as raised:
        await compatible.complete(asking(), heard)

    assert "<" not in str(raised.value)
    assert raised.value.retry_after == (7.0 if fault == "rate_limited" else None)


@pytest.mark.parametrize(
    ("fault", "helps"),
    [
        ("not_found", "'small' is not on the model host"),
        ("not_found_pull", "'small' is not on the model host"),
        ("oom", "smaller model"),
        ("crash", "smaller model"),
    ],
)
async def test_trouble_that_stays_fails_and_says_what_helps(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard, fault: str, helps: str
) -> None:
    server.fault(fault)

    with pytest.raises(ModelFailedError, match=helps):
        await compatible.complete(asking(), heard)


async def test_nothing_is_retried_behind_the_callers_back(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard
) -> None:
    server.fault("busy", once=False)

    with pytest.raises(RetryLaterError):
        await compatible.complete(asking(), heard)

    assert len(server.log) == 1


async def test_answer_without_a_word_is_returned_as_it_is(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard
) -> None:
    server.fault("empty")

    answer = await compatible.complete(asking(), heard)

    assert (answer.content, answer.tool_calls) == ("", [])
    assert len(server.log) == 1


async def test_cancelling_closes_the_connection(
    server: ModelServer, compatible: OpenAICompatible, heard: Heard
) -> None:
    server.control.hang_on = 0
    asked = asyncio.create_task(compatible.complete(asking(), heard))
    await server.until(lambda: server.log)

    asked.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asked
    await server.until(lambda: server.log[0].outcome == "disconnected")


async def test_call_that_names_its_own_server_is_sent_there_with_its_own_key(server: ModelServer, heard: Heard) -> None:
    client = OpenAICompatible("http://127.0.0.1:1/v1", "secret", patience=PATIENT)

    answer = await client.complete(asking(base_url=server.base_url, api_key="other"), heard)

    await client.close()
    assert answer.content == "one two three four five"
    assert server.log[0].headers["Authorization"] == "Bearer other"


async def test_key_of_the_settings_never_goes_to_another_server(server: ModelServer, heard: Heard) -> None:
    client = OpenAICompatible("http://127.0.0.1:1/v1", "secret", patience=PATIENT)

    await client.complete(asking(base_url=server.base_url), heard)

    await client.close()
    assert "secret" not in server.log[0].headers["Authorization"]


async def test_server_that_is_not_there_is_named(heard: Heard) -> None:
    client = OpenAICompatible("http://127.0.0.1:1/v1", patience=PATIENT)

    with pytest.raises(RetryLaterError, match=r"http://127.0.0.1:1/v1 cannot be reached"):
        await client.complete(asking(), heard)

    await client.close()


async def test_address_without_v1_is_explained(server: ModelServer, heard: Heard) -> None:
    client = OpenAICompatible(server.url, patience=PATIENT)

    with pytest.raises(ModelFailedError, match="usually ends in /v1"):
        await client.complete(asking(), heard)

    await client.close()


async def test_connection_is_used_for_the_next_call(heard: Heard) -> None:
    async with listening(sending(said("one two"), END)) as wire:
        client = OpenAICompatible(f"{wire.url}/v1", patience=PATIENT)
        for _ in range(3):
            assert (await client.complete(asking(), heard)).content == "one two"
        await client.close()

    assert wire.connections == 1


async def test_server_that_never_ends_its_answer_after_the_end_mark_is_not_waited_for(heard: Heard) -> None:
    async def answer(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said("one two"))
        await never(head, reader, writer)

    async with listening(answer) as wire:
        client = OpenAICompatible(f"{wire.url}/v1", patience=PATIENT)

        assert (await client.complete(asking(), heard)).content == "one two"

        await wire.left.wait()
        await client.close()


async def test_parameters_beside_the_body_are_sent_where_they_belong(server: ModelServer, heard: Heard) -> None:
    client = OpenAICompatible(server.base_url, "key", patience=PATIENT)
    beside = {"extra_headers": {"X-Own": "own"}, "extra_query": {"q": "1"}, "extra_body": {"more": 2}, "timeout": 30}

    await client.complete(asking(options={"top_p": 1, **beside}), heard)

    await client.close()
    assert server.log[0].headers["X-Own"] == "own"
    assert set(server.log[0].body) == {"model", "messages", "top_p", "more", "stream", "stream_options"}


async def test_pieces_before_an_error_in_the_stream_were_heard(server: ModelServer, heard: Heard) -> None:
    server.fault("error_midstream", after=2)
    client = OpenAICompatible(server.base_url, patience=PATIENT)

    with pytest.raises(RetryLaterError):
        await client.complete(asking(), heard)

    await client.close()
    assert heard.pieces == ["one "]


async def test_line_separator_in_a_text_is_text(heard: Heard) -> None:
    async with listening(sending(said("one\u2028two"), END)) as wire:
        client = OpenAICompatible(f"{wire.url}/v1", patience=PATIENT)

        assert (await client.complete(asking(), heard)).content == "one\u2028two"

        await client.close()


async def test_models_of_the_server_are_listed(server: ModelServer, compatible: OpenAICompatible) -> None:
    assert "small" in await compatible.models()
