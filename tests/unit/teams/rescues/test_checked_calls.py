from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.teams.rescues.calls.checked import checked
from agents.teams.rescues.calls.names import meant
from tests.unit.teams.rescues.tools import TOOLS, call, made, tool


@pytest.mark.parametrize(
    ("given_", "right"),
    [
        ({"city": "Paris", "days": "3"}, {"city": "Paris", "days": 3}),
        ({"city": "Paris", "days": "3.0"}, {"city": "Paris", "days": 3}),
        ({"city": "Paris", "exact": "true"}, {"city": "Paris", "exact": True}),
        ({"city": "Paris", "exact": "No"}, {"city": "Paris", "exact": False}),
        ({"city": 75001}, {"city": "75001"}),
        ({"city": ["Paris"]}, {"city": "Paris"}),
        ({"city": "Paris", "unit": "Celsius"}, {"city": "Paris", "unit": "celsius"}),
        ({"city": "Paris", "hours": "[1, 2.5]"}, {"city": "Paris", "hours": [1, 2.5]}),
        ({"city": "Paris", "hours": 3}, {"city": "Paris", "hours": [3]}),
        ({"city": "Paris", "hours": ["1", 2]}, {"city": "Paris", "hours": [1, 2]}),
        ({"city": "Paris", "place": '{"x": 1}'}, {"city": "Paris", "place": {"x": 1}}),
        ({"city": "Paris", "days": None}, {"city": "Paris"}),
        ({"City": "Paris"}, {"city": "Paris"}),
        ({"city": {"type": "string", "value": "Paris"}}, {"city": "Paris"}),
        ({"city": {"type": "object", "properties": {"city": "Paris"}}}, {"city": "Paris"}),
    ],
    ids=str,
)
def test_value_that_is_plainly_meant_is_put_right(given_: Any, right: Any) -> None:
    found = checked([call("get_weather", given_)], TOOLS)

    assert (made(found.calls), found.mended, found.problems) == ([("get_weather", right)], True, ())


def test_only_parameter_is_meant_by_a_short_form_of_its_name() -> None:
    assert made(checked([call("calculate", {"expr": "2+2"})], TOOLS).calls) == [("calculate", {"expression": "2+2"})]


@pytest.mark.parametrize(
    "arguments",
    [
        {"formula": "2+2"},
        {"no_expression": "2+2"},
        {"expression": {"type": "string", "description": "What to calculate"}},
        {"expression": {"type": "string", "default": "0"}},
    ],
)
def test_value_under_another_name_or_of_a_schema_is_asked_for_again(arguments: Any) -> None:
    assert checked([call("calculate", arguments)], TOOLS).problems


def test_wrong_calls_are_known_from_the_right_ones_beside_them() -> None:
    found = checked([call("stop", {}), call("get_news", {}), call("get_weather", {"City": "Paris"})], TOOLS)

    assert (found.wrong, made(found.calls)[2]) == (frozenset({1}), ("get_weather", {"city": "Paris"}))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("", None),
        ("{'city': 'Paris'}", {"city": "Paris"}),
        ('{"city": "Paris"', {"city": "Paris"}),
        ('"{\\"city\\": \\"Paris\\"}"', {"city": "Paris"}),
    ],
)
def test_arguments_that_are_almost_json_are_read(text: str, right: Any) -> None:
    name = "stop" if right is None else "get_weather"

    assert made(checked([call(name, text)], TOOLS).calls) == [(name, right or {})]


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("get_weather", "{}", "The arguments of get_weather are wrong: 'city' is a required property. Its schema is {"),
        ("get_weather", '{"city": "Paris", "days": "three"}', "days: 'three' is not of type 'integer'"),
        (
            "get_weather",
            '{"city": "Paris", "unit": "kelvin"}',
            "unit: 'kelvin' is not one of ['celsius', 'fahrenheit']",
        ),
        ("get_weather", "Paris", "The arguments of get_weather are not a JSON object: Paris"),
        ("get_weather", '{"city": "Paris', "are not a JSON object"),
        ("get_weather", '{"city": "Paris", "days": 1', "are not a JSON object"),
        ("send_mail", '{"address": "a@b.c", "subject": "x"}', "'to' is a required property"),
        ("get_news", "{}", "There is no tool 'get_news'. The tools are: get_weather, send_mail, calculate, stop."),
        ("", "{}", "There is no tool ''."),
    ],
)
def test_call_that_cannot_be_made_is_named_with_what_is_wrong_and_left_as_it_is(
    name: str, arguments: str, problem: str
) -> None:
    wrong = [call(name, arguments)]

    found = checked(wrong, TOOLS)

    assert problem in found.problems[0]
    assert (found.calls, found.mended) == (wrong, False)


@pytest.mark.parametrize("parameters", [{}, {"type": "nonsense"}, {"$ref": "#/nowhere"}, {"type": "object"}])
def test_schema_that_cannot_be_read_refuses_nothing(parameters: Any) -> None:
    odd = {"type": "function", "function": {"name": "odd", "parameters": parameters}}

    found = checked([call("odd", {"a": 1})], [odd])

    assert (made(found.calls), found.problems) == ([("odd", {"a": 1})], ())


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("get_weather", "get_weather"),
        ("GetWeather", "get_weather"),
        ("get-weather", "get_weather"),
        ("get weather", "get_weather"),
        ("get_weathr", None),
        ("get_weather2", None),
        ("set_weather", None),
        ("get_news", None),
        ("", None),
        ("stops", None),
    ],
)
def test_name_means_a_tool_only_where_one_is_plainly_meant(name: str, known: str | None) -> None:
    assert meant(name, ["get_weather", "send_mail", "stop"]) == known


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("lock_door", ["unlock_door"]),
        ("get_user", ["set_user"]),
        ("enable_it", ["disable_it"]),
        ("a_user1", ["b_user1"]),
        ("restart_db1", ["restart_db2"]),
        ("ban_user", ["bank_user"]),
        ("archive", ["archived"]),
    ],
)
def test_other_tool_of_a_similar_name_is_not_meant(name: str, offered: list[str]) -> None:
    assert meant(name, offered) is None


def test_name_that_could_mean_two_tools_means_none() -> None:
    assert meant("getUser", ["get_user", "get-user"]) is None


cities = st.fixed_dictionaries(
    {"city": st.text()},
    optional={
        "days": st.integers(),
        "unit": st.sampled_from(["celsius", "fahrenheit"]),
        "exact": st.booleans(),
        "hours": st.lists(st.floats(allow_nan=False, allow_infinity=False)),
        "place": st.none() | st.fixed_dictionaries({"x": st.integers()}),
        "more": st.text(),
    },
)


@given(st.lists(cities, min_size=1, max_size=3), st.sampled_from([None, 1]))
def test_right_call_of_a_strong_model_passes_byte_by_byte(arguments: list[Any], indent: int | None) -> None:
    calls = [call("get_weather", json.dumps(each, indent=indent)) for each in arguments]

    found = checked(calls, TOOLS)

    assert all(one is other for one, other in zip(found.calls, calls, strict=True))
    assert (found.mended, found.problems) == (False, ())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["city", "days", "unit", "exact", "hours", "x"]), values), st.text(max_size=12))
def test_whatever_is_called_either_fits_the_schema_or_is_told_of(arguments: Any, name: str) -> None:
    found = checked([call("get_weather", arguments), call(name, arguments)], [*TOOLS, tool("x")])

    if not found.problems:
        assert checked(found.calls, [*TOOLS, tool("x")]).mended is False
