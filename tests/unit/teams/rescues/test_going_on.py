from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.context import Room
from agents.models.port import Delta, EnoughError, ModelAnswer, ModelCall
from agents.teams.definition import Rescues
from agents.teams.rescues.client import Rescued
from agents.teams.rescues.endless import TAIL, tail_of_repeats
from agents.teams.rescues.rounds import goes_on_without_end, known_results
from tests.unit.teams.rescues.model import Model
from tests.unit.teams.rescues.tools import TOOLS, call, made

TASK: dict[str, Any] = {"role": "user", "content": "How is the weather in Paris?"}
PARIS = '{"name": "get_weather", "arguments": {"city": "Paris"}}'


def asked(*messages: dict[str, Any], tools: bool = True) -> ModelCall:
    return ModelCall(agent="clerk", model="chat", messages=[TASK, *messages], tools=TOOLS if tools else [])


def answered(name: str, arguments: Any, result: str, call_id: str = "1") -> list[dict[str, Any]]:
    return [
        {"role": "assistant", "content": "", "tool_calls": [call(name, arguments, call_id)]},
        {"role": "tool", "tool_call_id": call_id, "content": result},
    ]


class Streaming(Model):
    """Says its answer piece by piece until it is told that it is enough."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
        self.heard = ""

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        try:
            for at in range(0, len(self.text), 10):
                self.heard += self.text[at : at + 10]
                on_delta(self.text[at : at + 10])
        except EnoughError:
            return ModelAnswer(content=self.heard)
        return ModelAnswer(content=self.heard, finish_reason="length")

    async def room(self, call: ModelCall) -> Room | None:
        return None


async def test_call_that_is_written_again_and_again_is_stopped_and_made_once() -> None:
    model = Streaming("I look it up.\n" + f"{PARIS}\n" * 500)

    answer = await Rescued(model).complete(asked(), lambda _: None)

    assert made(answer.tool_calls) == [("get_weather", {"city": "Paris"})]
    assert (answer.content, answer.rescues) == ("I look it up.", ("endless", "tool_calls"))
    assert len(model.heard) < 1_000


async def test_calls_that_are_written_on_and_on_are_stopped_and_the_first_is_made() -> None:
    days = [json.dumps({"name": "get_weather", "arguments": {"city": "Paris", "days": day}}) for day in range(200)]
    model = Streaming("\n".join(days))

    answer = await Rescued(model).complete(asked(), lambda _: None)

    assert [arguments["days"] for _, arguments in made(answer.tool_calls)] == [0]
    assert len(model.heard) < 1_000


async def test_data_that_looks_like_calls_is_neither_stopped_nor_made() -> None:
    rows = "\n".join(json.dumps({"name": "get_weather", "arguments": {"city": f"C{n}"}}) for n in range(30))
    text = f"I wrote thirty test cases. Nothing is to be called.\n\n```jsonl\n{rows}\n```\nSave them as cases.jsonl."
    model = Streaming(text)

    answer = await Rescued(model).complete(asked(), lambda _: None)

    assert (answer.content, answer.tool_calls, answer.rescues) == (text, [], ())


async def test_words_without_end_within_a_line_are_stopped_and_said_once() -> None:
    model = Streaming("It is 2" + " * 2" * 5_000)

    answer = await Rescued(model).complete(asked(tools=False), lambda _: None)

    assert (answer.content, answer.finish_reason, answer.notes) == ("It is 2 *", "stop", ("answer_looped",))
    assert answer.rescues == ("endless",)
    assert len(model.heard) < 1_000


async def test_answer_goes_on_as_long_as_it_likes_where_the_team_wants_that() -> None:
    model = Streaming("ha " * 1_000)

    answer = await Rescued(model, rescues=Rescues(endless=False)).complete(asked(), lambda _: None)

    assert (len(answer.content), answer.rescues) == (3_000, ())


ROW = "    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "word " * 100,
        ROW * 30,
        "-" * 500,
        " " * 5_000,
        f"{PARIS}\n{PARIS}",
        "".join(f"{n}. A line.\n" for n in range(900)),
    ],
    ids=range(7),
)
def test_data_drawings_and_long_texts_may_go_on(text: str) -> None:
    assert not goes_on_without_end(text, asked())


@given(st.text(alphabet="ab c", min_size=1, max_size=20), st.text(alphabet="xy\n", max_size=30))
def test_tail_that_only_repeats_is_found_and_one_round_of_it_stays(part: str, before: str) -> None:
    text = before + part * (TAIL // len(part) + 5)

    begin = tail_of_repeats(text)

    if part.strip():
        assert begin is not None
        assert begin <= len(before) + len(part)
        assert len(text) - begin >= TAIL - len(part)


def test_results_of_calls_that_were_made_are_known_until_a_person_speaks() -> None:
    history = [TASK, *answered("get_weather", {"city": "Paris"}, "sunny")]
    again = [call("get_weather", '{ "city":"Paris" }', "2")]

    assert known_results(again, history) == ["sunny"]
    assert known_results(again, [*history, TASK]) == []
    assert known_results([*again, call("get_weather", {"city": "Rome"})], history) == []


async def test_call_in_the_text_whose_result_is_there_is_asked_to_be_put_in_words() -> None:
    model = Model(PARIS, "It is sunny.")
    history = answered("get_weather", {"city": "Paris"}, "sunny")

    answer = await Rescued(model).complete(asked(*history), lambda _: None)

    assert (answer.content, answer.tool_calls, answer.rescues) == ("It is sunny.", [], ("loops",))
    assert model.asked[1].tools == []
    assert model.asked[1].messages[-1]["content"].startswith("You have the result of the tool: sunny. Answer the task")


async def test_call_that_is_written_even_then_is_made() -> None:
    history = answered("get_weather", {"city": "Paris"}, "sunny")

    answer = await Rescued(Model(PARIS)).complete(asked(*history), lambda _: None)

    assert made(answer.tool_calls) == [("get_weather", {"city": "Paris"})]


async def test_same_call_again_that_a_server_tells_is_meant() -> None:
    again = ModelAnswer(
        content="", tool_calls=[call("get_weather", {"city": "Paris"}, "2")], finish_reason="tool_calls"
    )
    model = Model(again)

    answer = await Rescued(model).complete(asked(*answered("get_weather", {"city": "Paris"}, "sunny")), lambda _: None)

    assert (answer, len(model.asked)) == (again, 1)


async def test_nothing_said_of_a_result_is_asked_for_in_words() -> None:
    model = Model("", "It is sunny.")

    await Rescued(model).complete(asked(*answered("get_weather", {"city": "Paris"}, "sunny")), lambda _: None)

    assert model.asked[1].messages[-1]["content"].startswith("You have the result of the tool. Answer the task with it")
    assert model.asked[1].tools == []
