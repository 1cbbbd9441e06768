from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.port import CallState, ModelAnswer, ModelCall
from agents.teams.definition import Rescues
from agents.teams.rescues.asking import CANDIDATES
from agents.teams.rescues.client import Rescued
from bot.errors import ModelFailedError
from tests.unit.teams.rescues.model import Model
from tests.unit.teams.rescues.tools import TOOLS, call, made

TASK = {"role": "user", "content": "How is the weather in Paris?"}
SELECT = "Then select the next role from ['planner', 'critic'] to play. Only return the role."


def asked(**more: Any) -> ModelCall:
    return ModelCall(agent="clerk", model="chat", messages=[TASK], tools=TOOLS, **more)


def calling(name: str, arguments: Any, **more: Any) -> ModelAnswer:
    return ModelAnswer(content="", tool_calls=[call(name, arguments)], finish_reason="tool_calls", **more)


async def answer_of(model: Model, question: ModelCall | None = None, **switched: bool) -> ModelAnswer:
    rescued = Rescued(model, rescues=Rescues(**switched))
    return await rescued.complete(question or asked(), lambda _: None)


async def test_empty_answer_is_asked_for_once_more_at_another_temperature() -> None:
    model = Model("", "Sunny.")

    answer = await answer_of(model, asked(options={"temperature": 0.2, "seed": 7}))

    assert (answer.content, answer.rescues) == ("Sunny.", ("empty",))
    assert [(each.options["temperature"], each.options["seed"]) for each in model.asked] == [(0.2, 7), (0.7, 8)]


@pytest.mark.parametrize(("warm", "other"), [(None, 0.2), (0.0, 0.5), (0.6, 1.1), (0.7, 0.2), (2.0, 0.2)])
async def test_other_temperature_is_really_another(warm: float | None, other: float) -> None:
    model = Model("", "Sunny.")

    await answer_of(model, asked(options={} if warm is None else {"temperature": warm}))

    assert model.asked[1].options["temperature"] == other


@pytest.mark.parametrize("empty", ["", "  \n", "clerk: "])
async def test_second_empty_answer_is_a_failure(empty: str) -> None:
    model = Model(empty)

    with pytest.raises(ModelFailedError, match="answered twice without saying anything"):
        await answer_of(model)

    assert len(model.asked) == 2


async def test_call_that_cannot_be_made_is_asked_for_once_more_with_what_is_wrong() -> None:
    model = Model(calling("get_weather", {"days": 3}), calling("get_weather", {"city": "Paris", "days": 3}))

    answer = await answer_of(model)

    assert made(answer.tool_calls) == [("get_weather", {"city": "Paris", "days": 3})]
    assert answer.rescues == ("tool_repair",)
    wrote, told = model.asked[1].messages[1:]
    assert wrote == {"role": "assistant", "content": '{"name": "get_weather", "arguments": {"days": 3}}'}
    assert "'city' is a required property" in told["content"]
    assert len(model.asked) == 2


async def test_unknown_tool_is_asked_for_again_with_the_list() -> None:
    model = Model(calling("get_news", {}), "I cannot tell the news.")

    answer = await answer_of(model)

    assert (answer.content, answer.tool_calls) == ("I cannot tell the news.", [])
    assert "The tools are: get_weather, send_mail, calculate, stop." in model.asked[1].messages[-1]["content"]


async def test_repaired_call_can_be_nothing_but_one_where_the_server_can_do_that() -> None:
    model = Model(calling("get_weather", {"days": 3}), '{"name": "get_weather", "arguments": {"city": "Paris"}}')

    answer = await answer_of(model)

    wanted = model.asked[1].options["response_format"]["json_schema"]["schema"]
    assert wanted["properties"]["name"] == {"type": "string", "enum": ["get_weather"]}
    assert wanted["properties"]["arguments"] == TOOLS[0]["function"]["parameters"]
    assert (made(answer.tool_calls), model.asked[1].tools) == ([("get_weather", {"city": "Paris"})], [])


async def test_server_that_refuses_to_confine_a_call_is_asked_for_it_in_words() -> None:
    refused: set[str] = set()
    right = calling("get_weather", {"city": "Paris"})
    model = Model(calling("get_weather", {}), ModelFailedError("no such format"), right)

    answer = await Rescued(model, unconfined=refused).complete(asked(), lambda _: None)

    assert made(answer.tool_calls) == [("get_weather", {"city": "Paris"})]
    assert (model.asked[2].tools, "response_format" in model.asked[2].options, refused) == (
        TOOLS,
        False,
        {"chat tool_call"},
    )


SYSTEM = {"role": "system", "content": "You answer questions. Be brief.\nReply TERMINATE when you are done. Be kind."}


@pytest.mark.parametrize("said", ["TERMINATE", "**terminate**.", "TERMINATE<|im_end|>"])
async def test_first_answer_that_only_ends_the_chat_is_asked_for_again_without_the_word(said: str) -> None:
    model = Model(said, "42.")
    question = ModelCall(agent="clerk", model="chat", messages=[SYSTEM, TASK])

    answer = await answer_of(model, question)

    assert (answer.content, answer.rescues) == ("42.", ("early_end",))
    assert model.asked[1].messages[0]["content"] == "You answer questions. Be brief.\n Be kind."


@pytest.mark.parametrize(
    ("messages", "switched"),
    [
        ([SYSTEM, TASK, {"role": "assistant", "content": "42"}, {"role": "user", "content": "Go on."}], {}),
        ([SYSTEM, TASK], {"early_end": False}),
        ([SYSTEM, {**TASK, "name": "person"}, {"role": "user", "name": "planner", "content": "A plan."}], {}),
    ],
)
async def test_later_answer_may_be_nothing_but_the_word(messages: list[dict[str, Any]], switched: Any) -> None:
    model = Model("TERMINATE", "42.")

    answer = await answer_of(model, ModelCall(agent="clerk", model="chat", messages=messages), **switched)

    assert (answer.content, len(model.asked)) == ("TERMINATE", 1)


async def test_word_stands_where_the_second_answer_says_nothing() -> None:
    question = ModelCall(agent="clerk", model="chat", messages=[SYSTEM, TASK])

    assert (await answer_of(Model("TERMINATE", ""), question)).content == "TERMINATE"


async def test_call_that_is_wrong_twice_is_handed_on_as_the_agents_would_see_it() -> None:
    model = Model(calling("get_weather", {}), calling("get_weather", '{"days": '))

    answer = await answer_of(model)

    assert answer.tool_calls[0]["function"] == {"name": "get_weather", "arguments": '{"days": '}
    assert len(model.asked) == 2


async def test_first_call_is_kept_where_the_second_answer_is_empty() -> None:
    model = Model(calling("get_weather", {}), "")

    assert (await answer_of(model)).tool_calls[0]["function"]["arguments"] == "{}"


async def test_call_in_the_text_is_repaired_without_asking_where_it_is_plain() -> None:
    model = Model('{"name": "get_weather", "arguments": {"city": "Paris", "days": "3"}}')

    answer = await answer_of(model)

    assert made(answer.tool_calls) == [("get_weather", {"city": "Paris", "days": 3})]
    assert (answer.rescues, answer.finish_reason, answer.content) == (("tool_calls", "tool_repair"), "tool_calls", "")
    assert len(model.asked) == 1


async def test_text_that_meant_no_call_stands_when_it_is_said_once_more() -> None:
    record = '{"name": "Ada", "arguments": {}}'
    model = Model(record)

    answer = await answer_of(model)

    assert (answer.content, answer.tool_calls, len(model.asked)) == (record, [], 2)


async def test_what_was_heard_counts_for_nothing_before_the_model_is_asked_again() -> None:
    states: list[CallState] = []
    model = Model('{"name": "get_news", "arguments": {}}', "Sunny.")

    await answer_of(model, asked(watch=states.append))

    assert [state.kind for state in states] == ["again"]


async def test_nothing_begins_anew_where_nothing_was_heard() -> None:
    states: list[CallState] = []

    await answer_of(Model("", "Sunny."), asked(watch=states.append))

    assert states == []


async def test_tokens_and_notes_of_both_answers_count() -> None:
    first = ModelAnswer(content="", prompt_tokens=10, completion_tokens=1, notes=("history_trimmed",))
    second = ModelAnswer(content="Sunny.", prompt_tokens=10, completion_tokens=2, notes=("history_trimmed",))

    answer = await answer_of(Model(first, second))

    assert (answer.prompt_tokens, answer.completion_tokens) == (20, 3)
    assert answer.notes == ("history_trimmed",)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tool_calls", '{"name": "stop", "arguments": {}}'),
        ("own_name", "clerk: Sunny."),
        ("endless", "The same line that is long enough to count as one.\n" * 6),
        ("empty", ""),
    ],
)
async def test_rescue_that_is_switched_off_leaves_the_answer_as_it_is(name: str, said: str) -> None:
    model = Model(said)

    answer = await Rescued(model, rescues=Rescues.model_validate({name: False})).complete(asked(), lambda _: None)

    assert (answer.content, answer.tool_calls, answer.rescues) == (said, [], ())
    assert len(model.asked) == 1


async def test_repair_that_is_switched_off_leaves_calls_as_they_are() -> None:
    model = Model(calling("get_weather", {"days": "3"}))

    answer = await answer_of(model, tool_repair=False)

    assert (made(answer.tool_calls), len(model.asked)) == ([("get_weather", {"days": "3"})], 1)


async def test_alternation_that_is_switched_off_leaves_the_messages_as_they_are() -> None:
    model = Model("Sunny.")
    question = ModelCall(agent="clerk", model="chat", messages=[TASK, TASK])

    await answer_of(model, question, alternation=False)

    assert model.asked[0].messages == [TASK, TASK]
    assert (await answer_of(model, question)).rescues == ()
    assert len(model.asked[1].messages) == 1


def selecting(prompt: str = SELECT) -> ModelCall:
    messages = [TASK, {"role": "assistant", "content": "well"}, {"role": "user", "content": prompt}]
    return ModelCall(agent="speaker_selection_agent", model="chat", messages=messages)


async def test_selection_can_answer_nothing_but_a_name() -> None:
    CANDIDATES.set(("planner", "critic"))
    model = Model('{"next_speaker": "critic"}')

    answer = await answer_of(model, selecting())

    assert (answer.content, answer.rescues) == ("critic", ("constrained_speakers",))
    schema = model.asked[0].options["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["next_speaker"] == {"type": "string", "enum": ["planner", "critic"]}


async def test_server_that_refuses_to_confine_an_answer_is_asked_without_and_never_again_with() -> None:
    CANDIDATES.set(("planner", "critic"))
    refused: set[str] = set()
    model = Model(ModelFailedError("no such format"), "I choose the critic.")

    first = await Rescued(model, unconfined=refused).complete(selecting(), lambda _: None)
    second = await Rescued(model, unconfined=refused).complete(selecting(), lambda _: None)

    assert (first.content, second.content, first.rescues) == ("critic", "critic", ("speakers",))
    assert ["response_format" in each.options for each in model.asked] == [True, False, False]
    assert refused == {"chat next_speaker"}


async def test_server_that_fails_either_way_is_not_taken_for_one_that_refuses() -> None:
    CANDIDATES.set(("planner", "critic"))
    refused: set[str] = set()

    with pytest.raises(ModelFailedError):
        await Rescued(Model(ModelFailedError("gone")), unconfined=refused).complete(selecting(), lambda _: None)

    assert refused == set()


@pytest.mark.parametrize(
    "switched", [{"constrained_speakers": False}, {"constrained_speakers": False, "speakers": False}]
)
async def test_selection_is_not_confined_where_that_is_switched_off(switched: dict[str, bool]) -> None:
    CANDIDATES.set(("planner", "critic"))
    model = Model("The **critic**, I think.")

    answer = await answer_of(model, selecting(), **switched)

    assert "response_format" not in model.asked[0].options
    assert answer.content == ("critic" if "speakers" not in switched else "The **critic**, I think.")


async def test_call_for_something_else_within_a_selection_is_not_confined() -> None:
    CANDIDATES.set(("planner", "critic"))
    model = Model("A summary.")

    answer = await answer_of(model, selecting("Sum up what was said."))

    assert (answer.content, "response_format" in model.asked[0].options) == ("A summary.", False)


async def test_selection_that_says_nothing_twice_names_nobody() -> None:
    CANDIDATES.set(("planner", "critic"))

    answer = await answer_of(Model(""), selecting())

    assert (answer.content, answer.rescues) == ("", ("empty",))


GOOD = [
    "The weather in Paris is sunny; see get_weather for more.",
    '```json\n{"city": "Paris", "temperature": 21.5}\n```',
    '{"name": "Ada Lovelace", "born": 1815}',
    "```python\nimport json\n\nprint(json.dumps({'name': 'get_weather'}))\n```\nThis prints a name.",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "1. First (really)\n2. Second [later]",
    "f(x) = 2x + 1",
    "It is sunny. TERMINATE",
    "你好，巴黎今天天气晴朗（最高 21 度）。",
]


@pytest.mark.parametrize("text", GOOD, ids=lambda text: text[:20])
async def test_good_answer_beside_offered_tools_passes_as_it_is(text: str) -> None:
    answer = ModelAnswer(content=text, model="m")
    model = Model(answer)

    assert (await answer_of(model), len(model.asked)) == (answer, 1)


words = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="{}[]()<>"), min_size=1).filter(str.strip)


@given(words)
async def test_words_of_a_strong_model_pass_as_they_are(text: str) -> None:
    answer = ModelAnswer(content=text, model="m", prompt_tokens=3, completion_tokens=4)

    assert await answer_of(Model(answer)) == answer


@given(st.text(min_size=1, max_size=20), st.integers(0, 9))
async def test_right_call_of_a_strong_model_passes_as_it_is(city: str, days: int) -> None:
    answer = calling("get_weather", {"city": city, "days": days})

    assert await answer_of(Model(answer)) == answer
