from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import pytest

from agents.teams.rescues.calls.written import from_text
from tests.unit.teams.rescues.tools import TOOLS, made

PARIS = ("get_weather", {"city": "Paris"})
CALL = '{"name": "get_weather", "arguments": {"city": "Paris"}}'
STOP = '{"name": "stop", "arguments": {}}'
PYTHON = "get_weather('Paris')"


@pytest.mark.parametrize(
    "text",
    [
        f"# Example\n{PYTHON}",
        f"```python\n# 示例\n{PYTHON}\n```",
        f"{PYTHON}  # never do this",
        "get_weather(\n    'Paris',  # for example\n)",
        CALL.replace("Paris", "<city>"),
        CALL.replace("Paris", "{city}"),
        CALL.replace("Paris", "{{city}}"),
        "get_weather('...')",
        "get_weather('<name of the city>')",
        f"````\n```json\n{CALL}\n```\n````",
        f"`{CALL}`, `{STOP}`",
        f"`{CALL}` `{STOP}`",
        f"{CALL}\n{PYTHON}",
        f"<tool_call>{CALL}</tool_call>{PYTHON}",
        f"</tool_call>\n{CALL}",
        f", {CALL}",
        f"{CALL}\n```python",
        f"{CALL}<b",
        f"{CALL}\n[note, do not run this,",
        f'{CALL}\n{{note: "not to be run',
        f"Let me explain the call:\n{CALL}",
    ],
)
def test_example_with_or_without_words_makes_no_call(text: str) -> None:
    found = from_text(text, TOOLS, "seed")

    assert (found.calls, found.text) == ([], text)


def test_mark_within_an_argument_is_no_comment() -> None:
    assert made(from_text("get_weather('Paris #1')", TOOLS, "seed").calls) == [("get_weather", {"city": "Paris #1"})]


def test_blank_within_more_words_is_an_argument() -> None:
    text = CALL.replace("Paris", "Paris <3 ...")

    assert made(from_text(text, TOOLS, "seed").calls) == [("get_weather", {"city": "Paris <3 ..."})]


@pytest.mark.parametrize(
    "content",
    [
        '{"arguments": {"city": "巴黎"}, "name": "get_weather"}',
        json.dumps({"page": '{"name": "get_weather", "arguments": {"city": "巴黎"}}'}),
        json.dumps({"page": json.dumps({"name": "get_weather", "arguments": {"city": "巴黎"}})}),
        json.dumps({"page": "get_weather('巴黎')"}),
    ],
)
def test_call_that_a_tool_told_in_another_order_or_escaped_is_not_made(content: str) -> None:
    text = "get_weather('巴黎')" if "('" in content else '{"name": "get_weather", "arguments": {"city": "巴黎"}}'

    assert from_text(text, TOOLS, "seed", [{"role": "tool", "content": content}]).calls == []


class Counted(Sequence[Mapping[str, Any]]):
    """Messages that count how often they are read."""

    def __init__(self, *messages: Mapping[str, Any]) -> None:
        self._messages = messages
        self.reads = 0

    @overload
    def __getitem__(self, at: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Mapping[str, Any]]: ...
    def __getitem__(self, at: int | slice) -> Any:
        return self._messages[at]

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        self.reads += 1
        return iter(self._messages)


def test_what_was_told_is_read_as_often_for_many_calls_as_for_few() -> None:
    reads = []
    for number in (2, 2_000):
        told = Counted({"role": "user", "content": "How is the weather?"})
        from_text("\n".join(CALL.replace("Paris", f"P{at}") for at in range(number)), TOOLS, "seed", told)
        reads.append(told.reads)

    assert reads[0] == reads[1]
