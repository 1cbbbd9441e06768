from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.context import Ratio, Room, budget, fitted, room_of, trim
from agents.models.counting import estimate
from agents.models.keeping import Kept


def said(role: str, text: str, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": text, **more}


def called(n: int) -> list[dict[str, Any]]:
    call = {"id": f"c{n}", "type": "function", "function": {"name": "lookup", "arguments": "{}"}}
    return [said("assistant", "", tool_calls=[call]), said("tool", f"result {n} " * 20, tool_call_id=f"c{n}")]


TALK = [
    said("system", "Be brief."),
    said("user", "The task."),
    *called(1),
    said("assistant", "A long thought. " * 20),
    *called(2),
    said("user", "And now?"),
]


def test_history_that_fits_stays_whole() -> None:
    fit = trim(TALK, estimate(TALK))

    assert (fit.messages, fit.dropped) == (TALK, 0)


def test_oldest_go_first_and_a_tool_call_goes_with_its_response() -> None:
    fit = trim(TALK, estimate(TALK) - 1)

    assert fit.messages == [*TALK[:2], *TALK[4:]]
    assert fit.dropped == 2


def test_system_message_task_and_newest_exchange_stay_whatever_they_cost() -> None:
    fit = trim(TALK, 0)

    assert fit.messages == [*TALK[:2], *TALK[5:]]


def test_task_of_the_one_who_asked_it_stays_too() -> None:
    talk = [said("assistant", "The task."), *[said("user", f"x{n} " * 50) for n in range(3)], said("assistant", "End.")]

    assert trim(talk, 0).messages == [talk[0], *talk[-2:]]


def test_task_after_an_earlier_run_and_what_people_said_stay_when_what_agents_said_can_go() -> None:
    big = "word " * 100
    earlier = [said("user", "hello"), *[said("assistant", f"{n} {big}") for n in range(3)]]
    later = [said("assistant", f"{n} {big}") for n in range(6)]
    talk = [*earlier, said("user", "The task."), *later[:2], said("user", "In rhymes."), *later[2:]]
    kept = Kept(task="The task.", words={"hello", "The task.", "In rhymes."})

    fit = fitted(talk, estimate(later) * 0.6, kept=kept)

    texts = [message["content"] for message in fit.messages]
    assert texts[:1] == ["hello"]
    assert {"The task.", "In rhymes."} < set(texts)
    assert (fit.dropped, fit.cut) == (6, False)


def test_middle_is_cut_out_of_the_newest_exchange_and_not_out_of_the_task() -> None:
    task = "The task. " + "why " * 300
    talk = [said("user", "hello"), said("user", task), said("assistant", "a " * 900), said("user", "b")]

    fit = fitted(talk, 700, kept=Kept(task=task))

    assert (fit.messages[0]["content"], fit.messages[-1]["content"]) == (task, "b")
    assert (fit.dropped, fit.cut, estimate(fit.messages) <= 700) == (1, True, True)


@given(st.lists(st.sampled_from(["user", "assistant", "tool", "system"]), max_size=30), st.integers(0, 400))
def test_trimming_keeps_the_order_and_never_a_response_without_its_call(roles: list[str], allowed: int) -> None:
    talk = [said(role, f"message {at} " * 3, at=at) for at, role in enumerate(roles)]

    kept = [message["at"] for message in trim(talk, allowed).messages]

    assert kept == sorted(kept)
    for at in kept:
        before = talk[at - 1]["at"] if at else None
        assert talk[at]["role"] != "tool" or before is None or before in kept


@pytest.mark.parametrize(
    ("context", "answer", "allowed"),
    [(8192, None, 7168), (2048, None, 1536), (8192, 500, 7692), (1000, 5000, 500), (4096, -1, 3072), (1, None, 1)],
)
def test_room_is_left_for_the_answer(context: int, answer: int | None, allowed: int) -> None:
    assert budget(context, answer) == allowed


def test_room_is_told_in_what_we_estimate() -> None:
    assert Room(tokens=3000, ratio=1.5).allowed == 2000


def test_too_low_an_estimate_is_corrected_at_once_and_too_high_a_one_slowly() -> None:
    ratio = Ratio()

    ratio.learn(10_000, 15_000)
    high = ratio.value
    ratio.learn(10_000, 6_000)

    assert 1.49 < high <= 1.5
    assert 1.0 < ratio.value < 1.5


def test_estimate_that_stays_too_high_is_believed_less_and_less() -> None:
    ratio = Ratio()

    for _ in range(60):
        ratio.learn(10_000, 6_000)

    assert 0.59 < ratio.value < 0.61


def test_template_around_a_short_request_says_little_about_how_texts_are_counted() -> None:
    ratio = Ratio()

    ratio.learn(7, 31)

    assert ratio.value < 1.4


def test_server_that_tells_only_what_was_not_cached_is_not_believed_when_it_tells_little() -> None:
    ratio = Ratio()
    ratio.learn(10_000, 9_500)
    told = ratio.value

    for counted in (300, 0, 7_000, 6_000):
        ratio.learn(10_000, counted)

    assert ratio.value == told


def test_server_that_tells_only_what_was_not_cached_is_believed_when_it_tells_much() -> None:
    ratio = Ratio()
    ratio.learn(10_000, 300)

    ratio.learn(10_000, 13_000)

    assert ratio.value > 1.29


def test_nothing_is_known_of_a_context_that_nobody_told() -> None:
    assert room_of(None, None, Ratio()) is None


def test_refusal_without_figures_tells_that_less_than_it_is_the_limit() -> None:
    ratio = Ratio()
    ratio.refuse(10_000, counted=None, limit=None)
    first = room_of(None, None, ratio)
    ratio.refuse(5_000, counted=None, limit=None)
    ratio.refuse(9_000, counted=None, limit=None)

    assert (first, room_of(None, None, ratio)) == (Room(tokens=7_000), Room(tokens=3_500))


def test_smaller_limit_of_a_refusal_counts_more_than_the_setting() -> None:
    ratio = Ratio()
    ratio.refuse(10_000, counted=10_000, limit=4_096)

    assert room_of(32_768, None, ratio) == Room(tokens=3_072, ratio=ratio.value)
    assert room_of(2_048, 48, ratio) == Room(tokens=2_000, ratio=ratio.value)


def test_refusal_that_is_explained_by_how_the_model_counts_says_nothing_about_its_context() -> None:
    ratio = Ratio()
    ratio.refuse(6_000, counted=None, limit=None)
    unexplained = room_of(8_192, None, ratio)
    ratio.learn(4_000, 7_000)

    assert unexplained == Room(tokens=4_200)
    assert room_of(8_192, None, ratio) == Room(tokens=7_168, ratio=ratio.value)
