from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.context import Room
from agents.models.port import Delta, ModelAnswer, ModelCall
from agents.teams.rescues.calls.written import from_text
from agents.teams.rescues.client import Rescued
from agents.teams.rescues.endings import says_end
from agents.teams.rescues.messages import BEGIN, GO_ON, alternating, named, speaks_of_itself
from agents.teams.rescues.repeats import Said, is_courtesy, loop_of
from agents.teams.rescues.speakers import named_speakers
from bot.errors import RetryLaterError

Message = dict[str, Any]


def tool(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}


OFFERED = [tool("calculate"), tool("current_time")]


@pytest.mark.parametrize(
    "text",
    [
        "TERMINATE",
        "terminate",
        "Done. Terminate.",
        "All is done. **TERMINATE**",
        "The answer is 5.\nTERMINATE\n\nLet me know if you need more.",
        "Here: `TERMINATE`",
        "任务完成。TERMINATE",
        "任务完成 TERMINATE。",
        "```python\nprint(1)\n```\nTERMINATE",
        'I reply with "TERMINATE".',
    ],
)
def test_terminate_is_understood_in_lower_case_with_marks_and_in_the_middle(text: str) -> None:
    assert says_end(text, "TERMINATE")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The loop will terminate.",
        "```python\nprint('done')\n# TERMINATE\n```",
        "```\nTERMINATE",
        "TERMINATE is what I will say when the program has run.",
        "DO_NOT_TERMINATE",
        "UNTERMINATE",
    ],
)
def test_terminate_inside_code_or_in_a_sentence_ends_nothing(text: str) -> None:
    assert not says_end(text, "TERMINATE")


def test_termination_word_of_a_team_may_be_chinese() -> None:
    assert says_end("质数已经算出，完成。", "完成")


def said(*texts: str) -> list[Said]:
    return [Said(("a", "b")[at % 2], text) for at, text in enumerate(texts)]


def test_empty_auto_reply_ends_the_chat_instead_of_looping() -> None:
    assert loop_of(said("Here is the result.", "")) == "empty"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Thank you for your help!", "You're welcome! If you have any more questions, feel free to ask."),
        ("Goodbye!", "Goodbye! Have a great day."),
        ("谢谢你的帮助！", "不客气，祝你旅途愉快！"),
    ],
)
def test_endless_thanks_end_the_chat(first: str, second: str) -> None:
    assert loop_of(said("42", first, second)) == "courtesy"


@pytest.mark.parametrize(
    "text", ["Thank you. Here is the answer: 42.", "What is the welcome message of the program?", "", "exitcode: 0"]
)
def test_text_that_says_more_than_thanks_is_no_courtesy(text: str) -> None:
    assert not is_courtesy(text)


def test_same_exchange_again_ends_the_chat() -> None:
    assert loop_of(said("print(2)", "exitcode: 0", "print(2)", "exitcode: 0")) == "repeats"


def test_same_words_again_in_other_case_and_marks_end_the_chat() -> None:
    assert loop_of(said("Is it done?", "Not yet.", "Is it  DONE", "not yet")) == "repeats"


def test_default_auto_reply_may_be_said_again_and_again() -> None:
    history = said("one", "go on", "two", "go on", "three", "go on")

    assert loop_of(history, fixed=["go on"]) == ""


def test_answers_that_differ_are_no_loop() -> None:
    assert loop_of(said("print(2)", "exitcode: 1", "print(3)", "exitcode: 0")) == ""


def test_one_system_message_comes_first_and_roles_alternate() -> None:
    messages: list[Message] = [
        {"role": "system", "content": "You are a critic."},
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "one"},
        {"role": "user", "content": "two"},
        {"role": "assistant", "content": "three"},
        {"role": "system", "content": "Choose."},
        {"role": "assistant", "content": "four"},
    ]

    assert alternating(messages) == [
        {"role": "system", "content": "You are a critic.\n\nBe brief."},
        {"role": "user", "content": "one\n\ntwo"},
        {"role": "assistant", "content": "three"},
        {"role": "user", "content": "Choose."},
        {"role": "assistant", "content": "four"},
        {"role": "user", "content": GO_ON},
    ]


def test_history_that_begins_with_the_models_own_words_gets_a_user_first() -> None:
    made = alternating([{"role": "assistant", "content": "Hello"}, {"role": "user", "content": "Hi"}])

    assert made[0] == {"role": "user", "content": BEGIN}


def test_tool_calls_and_their_results_stay_as_they_are() -> None:
    messages: list[Message] = [
        {"role": "user", "content": "2+2?"},
        {"role": "assistant", "content": "", "tool_calls": [{"id": "1"}]},
        {"role": "tool", "tool_call_id": "1", "content": "4"},
        {"role": "tool", "tool_call_id": "2", "content": ""},
    ]

    assert alternating(messages) == messages


def test_images_survive_the_joining_of_messages() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}

    made = alternating([{"role": "user", "content": "look"}, {"role": "user", "content": [image]}])

    assert made == [{"role": "user", "content": [{"type": "text", "text": "look"}, image]}]


roles = st.sampled_from(["system", "user", "assistant"])


@given(st.lists(st.builds(lambda role, text: {"role": role, "content": text}, roles, st.text(min_size=1)), max_size=12))
def test_joining_loses_no_word_and_always_alternates(messages: list[Message]) -> None:
    made = alternating(messages)

    spoken = [message["role"] for message in made if message["role"] != "system"]
    assert spoken[0] == spoken[-1] == "user"
    assert all(first != second for first, second in pairwise(spoken))
    assert sum(message["role"] == "system" for message in made) <= 1
    assert all(any(message["content"] in other["content"] for other in made) for message in messages)


GROUP = [
    {"role": "user", "name": "planner", "content": "Go by train."},
    {"role": "user", "name": "critic", "content": "Too slow."},
]


def test_name_field_becomes_a_prefix_where_several_speak() -> None:
    made = named(GROUP, "auto")

    assert [message["content"] for message in made] == ["planner: Go by train.", "critic: Too slow."]
    assert not any("name" in message for message in made)


def test_name_field_is_left_out_where_only_one_other_speaks() -> None:
    assert named(GROUP[:1], "auto") == [{"role": "user", "content": "Go by train."}]


def test_name_field_is_kept_when_the_team_says_so() -> None:
    assert named(GROUP, "keep") == GROUP


@pytest.mark.parametrize("text", ["critic: Too slow.", "**Critic:** Too slow.", "  CRITIC: Too slow."])
def test_agent_that_begins_with_its_own_name_does_not_show_it(text: str) -> None:
    assert speaks_of_itself(text, "critic") == "Too slow."


@pytest.mark.parametrize("text", ["critic:\n  image: x\n  ports: [1]", "critics: 3"])
def test_yaml_that_begins_with_its_name_stays_whole(text: str) -> None:
    assert speaks_of_itself(text, "critic") == text


CALL = '{"name": "calculate", "arguments": {"expression": "2+2"}}'


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (CALL, ""),
        (f"```json\n{CALL}\n```", ""),
        (f"I will calculate.\n```json\n{CALL}\n```", "I will calculate."),
        (f"```\n{CALL}", ""),
        (f"<tool_call>\n{CALL}\n</tool_call>", ""),
        (f"Let me see:\n{CALL}", "Let me see:"),
        (f"[{CALL}]", ""),
        ('{"function": {"name": "calculate", "arguments": "{\\"expression\\": \\"2+2\\"}"}}', ""),
        ('{"name": "calculate", "parameters": {"expression": "2+2"}}', ""),
    ],
)
def test_tool_call_written_as_json_becomes_a_real_one(text: str, rest: str) -> None:
    found = from_text(text, OFFERED, "seed")

    assert found.text == rest
    [call] = found.calls
    assert call["function"]["name"] == "calculate"
    assert json.loads(call["function"]["arguments"]) == {"expression": "2+2"}
    assert call["id"].startswith("call_")


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "delete_everything", "arguments": {}}',
        '{"name": "calculate"}',
        '{"name": "Ada", "arguments": {}}',
        f"You can write {CALL} yourself.",
        "{not json",
        '{"name": "calculate", "arguments": "not json"}',
        "[" * 2000,
        "no braces at all",
    ],
)
def test_json_that_calls_no_offered_tool_stays_text(text: str) -> None:
    assert from_text(text, OFFERED, "seed").calls == []
    assert from_text(text, OFFERED, "seed").text == text


def test_nothing_is_a_tool_call_when_no_tool_was_offered() -> None:
    assert from_text(CALL, [], "seed").calls == []


def test_ids_of_tool_calls_differ_within_an_answer_and_from_answer_to_answer() -> None:
    ids = [call["id"] for seed in ("1", "2") for call in from_text(f'[{CALL}, {CALL[:-4]}3"}}}}]', OFFERED, seed).calls]

    assert len(set(ids)) == 4


NAMES = ["planner", "story_writer", "critic"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("planner", "planner"),
        ("Planner.", "planner"),
        ("**critic**\n\nBecause the planner has spoken.", "critic"),
        ("critic: planner, your plan is too slow.", "critic"),
        ("The next role is: Story Writer", "story_writer"),
        ("story\\_writer", "story_writer"),
        ("['critic']", "critic"),
        ("I choose the critic now", "critic"),
    ],
)
def test_speaker_is_found_in_what_a_small_model_says(text: str, speaker: str) -> None:
    assert list(named_speakers(text, NAMES)) == [speaker]


@pytest.mark.parametrize(
    ("text", "count"), [("nobody", 0), ("", 0), ("criticism matters", 0), ("planner or critic", 2)]
)
def test_answer_that_names_nobody_or_several_decides_nothing(text: str, count: int) -> None:
    assert len(named_speakers(text, NAMES)) == count


class Model:
    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: list[ModelCall] = []
        self.closed = False

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        self.asked.append(call)
        return ModelAnswer(content=self.answer, model="m")

    async def room(self, call: ModelCall) -> Room | None:
        return None

    async def close(self) -> None:
        self.closed = True


def call_of(*messages: Message) -> ModelCall:
    return ModelCall(agent="critic", model="chat", messages=list(messages), tools=OFFERED)


async def test_call_is_shaped_and_answer_mended_around_any_model() -> None:
    model = Model(f"critic: I calculate.\n{CALL}")
    rescued = Rescued(model)

    answer = await rescued.complete(call_of(*GROUP), lambda _: None)
    await rescued.close()

    assert model.asked[0].messages == [{"role": "user", "content": "planner: Go by train.\n\ncritic: Too slow."}]
    assert (answer.content, answer.finish_reason) == ("I calculate.", "tool_calls")
    assert answer.tool_calls[0]["function"]["name"] == "calculate"
    assert model.closed


async def test_request_of_the_library_is_left_as_it_was_for_the_journal() -> None:
    call = call_of(*GROUP)

    await Rescued(Model("fine")).complete(call, lambda _: None)

    assert call.messages == GROUP


class Stuck(Model):
    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        import asyncio

        await asyncio.Event().wait()
        raise AssertionError


async def test_model_that_never_answers_is_given_up_with_a_sentence() -> None:
    with pytest.raises(RetryLaterError, match="'chat' did not answer agent 'critic' within"):
        await Rescued(Stuck(""), timeout=0.01).complete(call_of(), lambda _: None)
