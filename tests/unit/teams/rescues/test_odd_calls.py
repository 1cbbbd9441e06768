from __future__ import annotations

import pytest

from agents.teams.rescues.calls.checked import checked
from agents.teams.rescues.calls.written import from_text
from tests.unit.teams.rescues.tools import TOOLS, call, made

PARIS = ("get_weather", {"city": "Paris"})
CALL = '{"name": "get_weather", "arguments": {"city": "Paris"}}'


@pytest.mark.parametrize("value", ["{'Paris', 'Rome'}", "b'Paris'", "1j", "..."])
def test_python_value_that_json_does_not_have_is_no_argument(value: str) -> None:
    assert from_text(f"get_weather({value})", TOOLS, "seed").calls == []


@pytest.mark.parametrize(
    "text",
    [
        f"{CALL}</tool_call>",
        f"<tool_call>{CALL}</tool_",
        f"<tool_call>{CALL}</tool_call></tool_call>",
        "get_weather('Paris')</tool_call>",
        f"{CALL[:-1]}\n</tool_call>",
        f"<tool_call>{CALL}</tool_call>\n<tool_call>",
        CALL.replace("{", "{{").replace("}", "}}"),
    ],
)
def test_call_is_found_where_tags_are_lost_or_braces_doubled(text: str) -> None:
    assert made(from_text(text, TOOLS, "seed").calls) == [PARIS]


@pytest.mark.parametrize("text", [f"```json\n{CALL}\nThat is how.", f"{CALL}\n{{I don't know", f"{CALL}\n<b>so</b>"])
def test_call_before_other_words_is_not_made(text: str) -> None:
    assert from_text(text, TOOLS, "seed").calls == []


def test_long_text_with_quotes_that_breaks_off_calls_nothing() -> None:
    text = '{"name": "send_mail", "arguments": {"to": "' + 'a \\"b\\" ' * 20_000

    assert from_text(text, TOOLS, "seed").calls == []


def test_many_fences_call_nothing() -> None:
    assert from_text("```json\n" * 20_000 + "{", TOOLS, "seed").calls == []


LONG = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "```" + " " * LONG + "x{",
        f"{CALL}\n```" + " " * LONG + "x{",
        "{" + "</a>" * (LONG // 4),
        f"{CALL}\nx" + "(" * LONG + "x",
        "<tool_call>" * (LONG // 10) + "{",
        "<function=" + "a" * LONG + "{",
    ],
    ids=["spaces in a fence", "spaces after a fence", "closing tags", "brackets in the last line", "tags", "a name"],
)
def test_long_odd_text_is_read_in_steps_that_grow_with_its_length(text: str) -> None:
    assert from_text(text, TOOLS, "seed", word="TERMINATE").calls == []


def test_long_odd_arguments_are_checked_in_steps_that_grow_with_their_length() -> None:
    digits = call("get_weather", {"city": "Paris", "days": "1" * LONG + "x"})
    hours = call("get_weather", {"city": "Paris", "hours": ["1"] * 300_000})

    assert len(checked([digits], TOOLS).problems) == 1
    assert len(checked([hours], TOOLS).calls) == 1


@pytest.mark.parametrize("depth", range(500, 1_000, 50))
def test_deeply_nested_arguments_raise_nothing(depth: int) -> None:
    nested = '{"city": "Paris", "place": ' + "[" * depth + "]" * depth + "}"

    assert len(checked([call("get_weather", nested)], TOOLS).problems) == 1
    found = from_text(f'{{"name": "get_weather", "arguments": {nested}}}', TOOLS, "seed").calls
    assert checked(found, TOOLS).wrong == frozenset(range(len(found)))


def test_number_of_hundreds_of_digits_is_written_as_the_text_that_is_wanted() -> None:
    right = checked([call("get_weather", f'{{"city": {"1" * 400}}}')], TOOLS)

    assert made(right.calls) == [("get_weather", {"city": "1" * 400})]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_number_that_json_does_not_have_is_no_argument(number: str) -> None:
    text = f'{{"name": "get_weather", "arguments": {{"city": "Paris", "hours": [{number}]}}}}'

    assert from_text(text, TOOLS, "seed").calls == []


def test_text_that_is_no_finite_number_is_not_made_one() -> None:
    right = checked([call("get_weather", {"city": "Paris", "hours": ["9" * 400]})], TOOLS)

    assert len(right.problems) == 1


@pytest.mark.parametrize("text", [CALL.replace("Paris", "\\ud83d"), 'get_weather("\\ud83d")'])
def test_half_a_character_is_passed_on_as_it_is_escaped(text: str) -> None:
    found = from_text(text, TOOLS, "seed").calls

    assert found[0]["function"]["arguments"] == '{"city": "\\ud83d"}'
