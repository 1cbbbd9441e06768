from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from agents.models.ollama_wire import call_of, format_of, is_cloud, messages_of, options_of
from bot.errors import ModelFailedError


class Plan(BaseModel):
    days: int


def test_messages_lose_what_ollama_has_no_place_for_and_keep_the_rest() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "lookup", "arguments": '{"word": "x"}'}}

    native = messages_of(
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hello.", "name": "person"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "content": "found", "tool_call_id": "c1"},
            {"role": "function", "content": "old", "name": "ancient"},
        ]
    )

    assert native == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello."},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"function": {"name": "lookup", "arguments": {"word": "x"}}}],
        },
        {"role": "tool", "content": "found", "tool_name": "lookup"},
        {"role": "tool", "content": "old", "tool_name": "ancient"},
    ]


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ({"a": 1}, {"a": 1}),
        ("", {}),
        (None, {}),
        ('{"a": 1', {"arguments": '{"a": 1'}),
        ("[1]", {"arguments": "[1]"}),
    ],
    ids=repr,
)
def test_arguments_become_an_object_whatever_the_model_wrote(arguments: Any, value: Any) -> None:
    call = {"id": "c", "function": {"name": "f", "arguments": arguments}}

    [message] = messages_of([{"role": "assistant", "content": "", "tool_calls": [call]}])

    assert message["tool_calls"][0]["function"]["arguments"] == value


def test_image_that_is_only_an_address_is_refused_with_what_works() -> None:
    part = {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}

    with pytest.raises(ModelFailedError, match="data:image"):
        messages_of([{"role": "user", "content": [part]}])


def test_options_are_renamed_and_those_that_reload_the_model_left_out() -> None:
    given = {"max_tokens": 9, "num_ctx": 99, "temperature": None, "tool_choice": "auto", "num_gpu": 3, "seed": 0}

    assert options_of(given, 4096) == {"num_ctx": 4096, "num_predict": 9, "seed": 0}


@pytest.mark.parametrize(
    ("asked", "native"),
    [
        (None, None),
        ({"type": "text"}, None),
        ({"type": "json_object"}, "json"),
        ({"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}}, {"type": "object"}),
        (Plan, Plan.model_json_schema()),
    ],
    ids=["none", "text", "object", "schema", "class"],
)
def test_response_format_becomes_ollamas(asked: Any, native: Any) -> None:
    assert format_of(asked) == native


def test_tool_call_without_an_id_gets_one_of_its_own() -> None:
    first, second = call_of("f", {"a": "ä"}, None), call_of("f", "{}", "given")

    assert first["id"].startswith("call_")
    assert first["function"] == {"name": "f", "arguments": '{"a": "ä"}'}
    assert second["id"] == "given"


@pytest.mark.parametrize(
    ("name", "details", "cloud"),
    [
        ("gpt-oss:120b-cloud", None, True),
        ("kimi:cloud", None, True),
        ("qwen2:7b", {}, False),
        ("mine", {"remote_host": "https://ollama.com:443"}, True),
        ("cloudy:7b", None, False),
    ],
)
def test_cloud_models_are_known_by_their_tag_or_their_host(
    name: str, details: dict[str, Any] | None, cloud: bool
) -> None:
    assert is_cloud(name, details) is cloud
