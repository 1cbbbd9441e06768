from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.port import Delta, ModelAnswer, ModelCall
from agents.teams.definition import Rescues
from agents.teams.rescues.client import Rescued
from agents.teams.rescues.endless import TIMES, without_repeats
from tests.unit.teams.rescues.model import Model

BLOCK = "Here is the program:\n\n```python\nprint([n for n in range(2, 30)])\n```"
CALL = ModelCall(agent="coder", model="m", messages=[])


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("cut", ["", "\n\nHere is the pro", "\n\nHere is the program:\n\n```python\npri"])
def test_answer_that_repeats_itself_without_end_is_said_once(between: str, cut: str) -> None:
    text = "Of course.\n\n" + between.join([BLOCK] * 6) + cut

    assert without_repeats(text) == f"Of course.\n\n{BLOCK}"


def test_same_long_line_again_and_again_is_said_once() -> None:
    line = "The capital of Heilongjiang is the city of Harbin."

    assert without_repeats("\n".join([line] * 50)) == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n".join([BLOCK] * (TIMES - 1)),
        "\n".join([BLOCK] * 6) + "\nThat was the same six times, as you asked for.",
        "|a|b|\n|-|-|\n" + "|0|0|\n" * 30,
        "ha\n" * 100,
        "\n".join(f"{number}. The same words with another number before them" for number in range(30)),
    ],
)
def test_other_answers_stay_as_they_are(text: str) -> None:
    assert without_repeats(text) == text


@given(st.lists(st.sampled_from(["x" * 50, "y" * 30, "", "z"]), max_size=40))
def test_what_is_left_is_the_beginning(lines: list[str]) -> None:
    text = "\n".join(lines)

    assert text.startswith(without_repeats(text))


async def test_cut_of_an_endless_answer_is_told_and_it_no_longer_counts_as_cut_off() -> None:
    model = Model(ModelAnswer(content="\n".join([BLOCK] * 9), finish_reason="length"))

    answer = await Rescued(model).complete(CALL, lambda _: None)

    assert (answer.content, answer.finish_reason, answer.notes) == (BLOCK, "stop", ("answer_looped",))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["I will not talk in class again, I promise."] * 10),
        "id,name,value\n" + "\n".join(["0,unknown,0.00,0.00,0.00,0.00,0.00,0.00,0.00"] * 6),
        "\n".join(["0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"] * 8),
        "ha " * 400 + ".",
    ],
)
async def test_answer_that_comes_to_its_end_by_itself_may_say_the_same_as_often_as_it_likes(text: str) -> None:
    answer = await Rescued(Model(text)).complete(CALL, lambda _: None)

    assert (answer.content, answer.rescues, answer.notes) == (text, (), ())


class Streaming(Model):
    """Says a long answer a few letters at a time."""

    said = 0

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        answer = await super().complete(call, lambda _: None)
        for self.said in range(5, len(answer.content) + 5, 5):
            on_delta(answer.content[self.said - 5 : self.said])
        return answer


class Looked(list[dict[str, Any]]):
    """No tools; notes how much has been said whenever somebody looks whether there are any."""

    def __init__(self, model: Streaming) -> None:
        super().__init__()
        self.model = model
        self.at: list[int] = []

    def __bool__(self) -> bool:
        self.at.append(self.model.said)
        return False


async def test_looking_at_what_arrives_costs_as_much_as_it_is_long() -> None:
    for size in (4_000, 40_000):
        model = Streaming("".join(f"{number} " for number in range(size))[:size])
        looked = Looked(model)
        await Rescued(model).complete(replace(CALL, tools=looked), lambda _: None)

        while_it_arrived = [at for at in looked.at if 0 < at < size]
        assert 0 < sum(while_it_arrived) < 12 * size


async def test_answer_cut_off_at_the_limit_still_says_so() -> None:
    answer = ModelAnswer(content="Once upon a", finish_reason="length")

    assert await Rescued(Model(answer), rescues=Rescues(alternation=False)).complete(CALL, lambda _: None) == answer
