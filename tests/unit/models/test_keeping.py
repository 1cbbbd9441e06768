from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.models.counting import estimate, text_tokens
from agents.models.keeping import Kept, cut, place_of_task, shortened, units_of

CODE = "Run this:\n```python\nprint(1)\n```"
OUTPUT = "exitcode: 0 (execution succeeded)\nCode output: 1"


def talk(*texts: str) -> list[dict[str, Any]]:
    return [{"role": "system", "content": "Be brief."}, *({"role": "user", "content": text} for text in texts)]


def ranks(messages: list[dict[str, Any]], **known: Any) -> list[str]:
    return [unit.rank.name for unit in units_of(messages, Kept(**known))]


def test_task_words_newest_code_and_newest_exchange_are_told_apart() -> None:
    messages = talk("task", "a", CODE, OUTPUT, "b", "please", CODE, OUTPUT, "c", "d", "e")

    found = ranks(messages, words={"please"})

    assert found == [
        *("STAYS", "STAYS", "TURN", "TURN", "TURN", "TURN", "WORDS", "CODE", "CODE", "TURN", "STAYS", "STAYS"),
    ]


def test_newest_code_that_has_not_run_stays_beside_the_newest_that_has() -> None:
    assert ranks(talk("task", CODE, OUTPUT, CODE, "no", "x", "y"))[2:] == [
        *("CODE", "CODE", "CODE", "TURN", "STAYS", "STAYS"),
    ]


def test_fence_that_a_person_quotes_is_no_code() -> None:
    assert ranks(talk("task", "> ```\n> x\n> ```", "x", "y"))[2] == "TURN"


def test_task_is_found_behind_the_history_of_earlier_runs_and_with_what_was_carried_over() -> None:
    messages = talk("old task", "old answer", "new task\nContext: \nsummary", "x", "y", "z")

    assert ranks(messages, task="new task") == ["STAYS", "TURN", "TURN", "STAYS", "TURN", "STAYS", "STAYS"]


def test_latest_copy_of_a_task_that_is_said_several_times_stays() -> None:
    messages = talk("task", "x", "task", "y", "task\nContext: \nold", "z", "u", "v")

    assert ranks(messages, task="task", words={"task"}) == [
        *("STAYS", "WORDS", "TURN", "STAYS", "TURN", "TURN", "TURN", "STAYS", "STAYS"),
    ]


def test_message_that_only_begins_with_the_letters_of_a_short_task_is_not_the_task() -> None:
    messages = talk("Hi", "x", "Hints follow: many")

    assert place_of_task(messages, "Hi") == 1
    assert place_of_task(talk("old", "Hi\nContext: \nold", "Hints follow"), "Hi") == 2


def test_summary_stays_and_its_fences_are_no_code() -> None:
    messages = talk("task", CODE, "notes\n```\nold\n```", "x", "y", "z")

    found = ranks(messages, task="task", summary="notes\n```\nold\n```")

    assert found == ["STAYS", "STAYS", "CODE", "STAYS", "TURN", "STAYS", "STAYS"]


def test_first_message_is_the_task_of_a_chat_that_does_not_know_the_runs() -> None:
    assert ranks(talk("nested", "x", "y", "z"), task="another")[1] == "STAYS"


def test_units_name_their_places() -> None:
    call = {"role": "assistant", "content": None, "tool_calls": [{"id": "c"}]}
    result = {"role": "tool", "content": "r"}
    messages = [*talk("task"), call, result, result, *talk("x", "y")[1:]]

    found = [(unit.start, unit.stop) for unit in units_of(messages)]

    assert found == [(0, 1), (1, 2), (2, 5), (5, 6), (6, 7)]
    assert sum(unit.tokens for unit in units_of(messages)) == estimate(messages)


@given(st.text(max_size=2000), st.integers(0, 400))
def test_cut_text_is_no_longer_than_it_may_be_and_keeps_both_ends(text: str, tokens: int) -> None:
    made = cut(text, tokens)

    assert made == text or text_tokens(made) <= max(tokens, 25) * 1.3 + 5


def test_middle_is_cut_out_and_counted() -> None:
    made = cut("a" * 30 + " word" * 1000 + "z" * 30, 100)

    assert made.startswith("a" * 30)
    assert made.endswith("z" * 30)
    assert "characters are left out here]" in made


def test_longest_message_is_cut_first_and_what_may_not_be_is_left() -> None:
    messages = talk("task " * 500, "short", "long " * 500, "longer " * 800)

    made, over = shortened(messages, 600, but={1})

    assert over == 0
    assert [old is new for old, new in zip(messages, made, strict=True)] == [True, True, True, True, False]


def test_it_is_told_how_much_is_too_much_still() -> None:
    messages = talk("task " * 500, "x")

    assert shortened(messages, 600, but={1}) == (messages, 600)
