from __future__ import annotations

import pytest

from agents.teams.rescues.calls.written import from_text
from tests.unit.teams.rescues.tools import TOOLS, made

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
