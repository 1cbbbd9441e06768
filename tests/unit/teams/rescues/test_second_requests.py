from __future__ import annotations

from typing import Any

import pytest

from agents.models.port import ModelAnswer, ModelCall
from agents.teams.rescues.asking import CANDIDATES
from agents.teams.rescues.client import Rescued
from bot.errors import ModelFailedError
from tests.unit.teams.rescues.model import Model
from tests.unit.teams.rescues.tools import TOOLS, call, made

TASK = {"role": "user", "content": "How is the weather in Paris?"}
SYSTEM = {"role": "system", "content": "You answer questions. Be brief.\nReply TERMINATE when you are done. Be kind."}
PARIS = ("get_weather", {"city": "Paris"})
SELECT = "Then select the next role from ['planner', 'critic'] to play. Only return the role."


def asked(**more: Any) -> ModelCall:
    return ModelCall(agent="clerk", model="chat", messages=[TASK], tools=TOOLS, **more)


def calling(name: str, arguments: Any) -> ModelAnswer:
    return ModelAnswer(content="", tool_calls=[call(name, arguments)], finish_reason="tool_calls")


def selecting() -> ModelCall:
    messages = [TASK, {"role": "assistant", "content": "well"}, {"role": "user", "content": SELECT}]
    return ModelCall(agent="speaker_selection_agent", model="chat", messages=messages)


async def answer_of(model: Model, question: ModelCall | None = None) -> ModelAnswer:
    return await Rescued(model).complete(question or asked(), lambda _: None)


async def test_call_of_an_unknown_tool_is_never_made_one_of_another_by_force() -> None:
    model = Model(calling("get_news", {}), "There is no tool for news.")

    answer = await answer_of(model)

    assert ("response_format" in model.asked[1].options, model.asked[1].tools) == (False, TOOLS)
    assert (answer.content, answer.tool_calls) == ("There is no tool for news.", [])


async def test_right_calls_are_kept_beside_the_repaired_one() -> None:
    calls = [call("stop", {}, "a"), call("get_weather", {"days": 3}, "b"), call("calculate", {"expression": "1"}, "c")]
    model = Model(
        ModelAnswer(content="I look.", tool_calls=calls),
        ModelAnswer(content="", tool_calls=[call(*PARIS, "a"), calls[0]]),
    )

    answer = await answer_of(model)

    assert made(answer.tool_calls) == [("stop", {}), PARIS, ("calculate", {"expression": "1"})]
    assert (answer.content, len({each["id"] for each in answer.tool_calls})) == ("I look.", 3)
    assert "response_format" not in model.asked[1].options
    assert model.asked[1].messages[-2]["content"] == 'I look.\n{"name": "get_weather", "arguments": {"days": 3}}'


@pytest.mark.parametrize("second", ["In words.", "", ModelFailedError("out of memory")])
async def test_several_calls_stand_where_the_second_answer_holds_none(second: str | Exception) -> None:
    calls = [call("stop", {}, "a"), call("get_weather", {"days": 3}, "b")]

    answer = await answer_of(Model(ModelAnswer(content="", tool_calls=calls), second))

    assert (answer.tool_calls, answer.rescues) == (calls, ())


@pytest.mark.parametrize("second", ["Sorry, I meant no tool.", '{"name": "get_news", "arguments": {"a": 1}}'])
async def test_json_that_a_person_asked_for_is_not_replaced(second: str) -> None:
    record = '{"name": "Ada", "arguments": ["x", "y"]}'

    answer = await answer_of(Model(record, second))

    assert (answer.content, answer.tool_calls, answer.rescues) == (record, [], ())


@pytest.mark.parametrize(
    "first", ["TERMINATE", '{"name": "Ada", "arguments": ["x"]}', calling("get_weather", {}), calling("get_news", {})]
)
async def test_second_request_that_fails_leaves_the_first_answer(first: ModelAnswer | str) -> None:
    failed = ModelFailedError("out of memory")
    question = ModelCall(agent="clerk", model="chat", messages=[SYSTEM, TASK], tools=TOOLS)

    answer = await answer_of(Model(first, failed, failed), question)

    wanted = ModelAnswer(content=first, model="m") if isinstance(first, str) else first
    assert (answer.content, answer.tool_calls) == (wanted.content, wanted.tool_calls)
    assert answer.rescues == ()


async def test_empty_first_answer_fails_with_the_second_request() -> None:
    with pytest.raises(ModelFailedError, match="out of memory"):
        await answer_of(Model("", ModelFailedError("out of memory")))


class Books:
    """Writes down what it is told of requests."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def ended(self, answer: ModelAnswer | None) -> None:
        self.told.append(answer and answer.content)

    async def again(self) -> None:
        self.told.append("again?")


@pytest.mark.parametrize(("second", "told"), [("Sunny.", "Sunny."), (ModelFailedError("out of memory"), None)])
async def test_each_request_is_booked_as_it_ends_and_a_further_one_asked_for(
    second: str | Exception, told: str | None
) -> None:
    books, first = Books(), '{"name": "get_news", "arguments": {}}'

    await answer_of(Model(first, second), asked(booking=books))

    assert books.told == [first, "again?", told]


@pytest.mark.parametrize("why", ["out of memory", "no such path"])
async def test_passing_failure_does_not_end_confined_answers(why: str) -> None:
    CANDIDATES.set(("planner", "critic"))
    refused: set[str] = set()

    model = Model(ModelFailedError(why), "critic", '{"next_speaker": "critic"}')
    for _ in range(2):
        await Rescued(model, unconfined=refused).complete(selecting(), lambda _: None)

    assert (refused, "response_format" in model.asked[2].options) == (set(), True)


async def test_ids_of_calls_in_the_text_differ_in_histories_of_the_same_length() -> None:
    first, second = [await answer_of(Model('{"name": "stop", "arguments": {}}')) for _ in range(2)]

    assert first.tool_calls[0]["id"] != second.tool_calls[0]["id"]


@pytest.mark.parametrize(
    ("system", "word", "left"),
    [
        ("Send it to Bob. Recommend one in the end. Say END.", "END", "Send it to Bob. Recommend one in the end."),
        ("Be brief. Say terminate at last.", "TERMINATE", "Be brief."),
        ("写得简短。任务完成后说完成。", "完成", "写得简短。"),
    ],
)
async def test_only_sentences_that_name_the_word_are_left_out(system: str, word: str, left: str) -> None:
    model = Model(word, "42.")
    question = ModelCall(agent="clerk", model="chat", messages=[{"role": "system", "content": system}, TASK])

    await Rescued(model, word=word).complete(question, lambda _: None)

    assert model.asked[1].messages[0]["content"] == left


async def test_instructions_of_one_sentence_stay_and_nothing_is_asked_again() -> None:
    system = {"role": "system", "content": "You answer, and then say TERMINATE."}
    model = Model("TERMINATE", "42.")

    answer = await answer_of(model, ModelCall(agent="clerk", model="chat", messages=[system, TASK]))

    assert (answer.content, len(model.asked)) == ("TERMINATE", 1)
