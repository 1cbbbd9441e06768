from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agents.teams.ending import Ending, Rules

Message = dict[str, Any]


def said(name: str, text: str) -> Message:
    return {"name": name, "content": text}


def ending(*history: Message, people: Sequence[str] = (), **options: Any) -> tuple[Ending, list[str]]:
    told: list[str] = []

    def tell(text_id: str, **facts: object) -> None:
        told.append(f"{text_id} {facts['agent']}")

    made = Ending(Rules(word="TERMINATE", people=people), tell=tell, **options)
    histories: Sequence[Sequence[Message]] = [[said("x", "another chat")], history]
    made.histories = lambda: histories
    return made, told


def has_code(text: str) -> bool:
    return "```" in text


def test_program_beside_the_word_is_run_before_the_chat_may_end() -> None:
    message = said("coder", "```python\nprint(1)\n```\nTERMINATE")

    assert not ending(message, has_code=has_code)[0](message)
    assert ending(message)[0](message)


def test_chat_that_goes_round_ends_and_the_thread_is_told_once() -> None:
    history = [said("coder", "a"), said("proxy", "b"), said("coder", "a"), said("proxy", "b")]
    over, told = ending(*history)

    assert over(history[-1])
    assert over(history[-1])
    assert told == ["stopped_repeats proxy"]


def test_words_of_a_person_never_count_as_going_round() -> None:
    history = [said("coder", "a"), said("Ada", "again"), said("coder", "a"), said("Ada", "again")]

    assert not ending(*history, people=["Ada"])[0](history[-1])


def test_where_a_person_is_asked_each_time_only_the_word_ends_the_chat() -> None:
    history = [said("coder", "")]

    assert not ending(*history, loops=False)[0](history[-1])


def test_agent_without_anything_to_reply_with_ends_the_chat_unless_there_is_code_to_run() -> None:
    words, code = said("coder", "Hello."), said("coder", "```sh\nls\n```")

    assert ending(words, mute=True, has_code=has_code)[0](words)
    assert not ending(code, mute=True, has_code=has_code)[0](code)
    assert not ending(words)[0](words)


def test_same_tool_call_with_the_same_result_again_is_going_round() -> None:
    call: Message = {"name": "clerk", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}
    result: Message = {"name": "proxy", "content": "4", "tool_responses": [{"content": "4"}]}
    over, told = ending(call, result, call, result)

    assert over(result)
    assert told == ["stopped_repeats proxy"]
    assert not ending(call, result)[0](result)


def test_same_tool_call_whose_result_changes_goes_on() -> None:
    call: Message = {"name": "clerk", "content": None, "tool_calls": [{"function": {"name": "job_status"}}]}
    results: list[Message] = [
        {"name": "proxy", "content": f"{at} %", "tool_responses": [{"content": f"{at} %"}]} for at in (10, 20, 30)
    ]
    over, told = ending(call, results[0], call, results[1], call, results[2], call)

    assert not over(call)
    assert told == []


def test_tool_call_is_no_empty_message_and_no_end() -> None:
    call: Message = {"name": "clerk", "content": "TERMINATE", "tool_calls": [{"function": {"name": "f"}}]}

    assert not ending(call, mute=True)[0](call)


def test_missing_word_after_a_run_that_succeeded_still_ends_the_chat() -> None:
    ran = said("proxy", "exitcode: 0 (execution succeeded)\nCode output: 42")
    answer, question = said("coder", "The output is 42."), said("coder", "Shall I go on?")

    assert ending(ran, answer, runner="proxy")[0](answer)
    assert not ending(ran, question, runner="proxy")[0](question)
    assert not ending(ran, answer)[0](answer)


def test_missing_word_after_a_run_that_failed_ends_nothing() -> None:
    ran, answer = said("proxy", "exitcode: 1 (execution failed)\nCode output: x"), said("coder", "I see an error.")

    assert not ending(ran, answer, runner="proxy")[0](answer)
