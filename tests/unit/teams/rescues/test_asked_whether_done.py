from __future__ import annotations

from typing import Any

import pytest

from agents.models.port import ModelCall
from agents.teams.definition import Rescues
from agents.teams.rescues.client import Rescued
from agents.teams.rescues.confining import is_done
from agents.teams.rescues.repeats import says_again
from bot.errors import ModelFailedError
from tests.unit.teams.rescues.model import Model
from tests.unit.teams.rescues.tools import TOOLS

SYSTEM = {"role": "system", "content": "You ask for capitals. Reply TERMINATE when you are done."}
MINE = {"role": "assistant", "content": "What is the capital of France?"}
TOLD = {"role": "user", "name": "guide", "content": "It is Paris."}
DONE, NOT_DONE = '{"done": true}', '{"done": false}'
REFUSAL = ModelFailedError("this server knows no response_format")


def asked(*messages: dict[str, Any], **more: Any) -> ModelCall:
    return ModelCall(agent="asker", model="chat", messages=list(messages or (SYSTEM, MINE, TOLD)), **more)


def rescued(model: Model, **more: Any) -> Rescued:
    return Rescued(model, **{"asks_done": True, **more})


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("It is Paris.", True),
        ("**it is paris**", True),
        ("What is the capital of France?", True),
        ("It is Paris, on the Seine.", False),
        ("Paris.", False),
        ("", False),
    ],
)
def test_what_was_said_or_told_before_is_said_again(text: str, again: bool) -> None:
    assert says_again(text, ["Hello.", MINE["content"]], TOLD["content"]) is again


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_code_may_be_said_again(fence: str) -> None:
    code = f"{fence}python\nprint(1)\n{fence}"

    assert not says_again(code, [code], code)


@pytest.mark.parametrize(
    ("text", "done"),
    [(DONE, True), (NOT_DONE, False), ('{"done": "true"}', False), ("true", False), ("Yes.", False), ("", False)],
)
def test_task_is_done_only_where_the_answer_says_just_that(text: str, done: bool) -> None:
    assert is_done(text) is done


@pytest.mark.parametrize("tools", [[], TOOLS])
@pytest.mark.parametrize("text", ["It is Paris.", "What is the capital of France?"])
async def test_agent_that_says_again_what_was_said_ends_the_chat_where_the_task_is_done(
    text: str, tools: list[dict[str, Any]]
) -> None:
    model, heard = Model(text, DONE), list[str]()

    answer = await rescued(model, word="FINIS").complete(asked(tools=tools), heard.append)

    assert (answer.content, answer.rescues, len(model.asked)) == ("FINIS", ("loops",), 2)
    options = model.asked[1].options
    assert options["response_format"]["json_schema"]["schema"]["properties"] == {"done": {"type": "boolean"}}
    assert (model.asked[1].tools, options["temperature"]) == ([], 0.0)
    assert (
        model.asked[1].messages[-1]["content"].endswith("It is Paris.\n\nIs the task done, so that the chat can end?")
    )
    # What is asked aside is shown to nobody.
    assert heard == [text]


@pytest.mark.parametrize("second", [NOT_DONE, "It is Paris.", REFUSAL, ModelFailedError("out of memory")])
async def test_answer_stands_where_the_task_is_not_said_to_be_done(second: str | Exception) -> None:
    answer = await rescued(Model("It is Paris.", second)).complete(asked(), lambda _: None)

    assert (answer.content, answer.rescues) == ("It is Paris.", ())


async def test_server_that_refuses_to_confine_the_answer_is_not_asked_again() -> None:
    model, refused = Model("It is Paris.", REFUSAL, "It is Paris."), set[str]()

    for _ in range(2):
        await rescued(model, unconfined=refused).complete(asked(), lambda _: None)

    assert (len(model.asked), refused) == (3, {"chat done"})


async def test_good_answer_that_differs_passes_without_a_second_request() -> None:
    model = Model("And of Spain?")

    answer = await rescued(model).complete(asked(), lambda _: None)

    assert (answer.content, answer.rescues, len(model.asked)) == ("And of Spain?", (), 1)


@pytest.mark.parametrize("more", [{"asks_done": False}, {"rescues": Rescues(loops=False)}])
async def test_nobody_is_asked_where_a_person_is_each_time_or_where_the_team_wants_that(more: dict[str, Any]) -> None:
    model = Model("It is Paris.", DONE)

    answer = await rescued(model, **more).complete(asked(), lambda _: None)

    assert (answer.content, len(model.asked)) == ("It is Paris.", 1)


@pytest.mark.parametrize(
    "messages",
    [
        [SYSTEM, TOLD],
        [SYSTEM, MINE, TOLD, {"role": "system", "content": "Sum up what was said."}],
    ],
    ids=["the first answer", "a summary"],
)
async def test_first_answer_and_a_summary_may_be_what_was_said(messages: list[dict[str, Any]]) -> None:
    model = Model("It is Paris." if len(messages) == 2 else MINE["content"], DONE)

    await rescued(model).complete(asked(*messages), lambda _: None)

    assert len(model.asked) == 1


async def test_word_that_is_said_again_ends_the_chat_as_it_is() -> None:
    model = Model("It is Paris. TERMINATE", DONE)

    await rescued(model).complete(asked(SYSTEM, MINE, {**TOLD, "content": "It is Paris. TERMINATE"}), lambda _: None)

    assert len(model.asked) == 1


async def test_code_without_a_fence_that_is_said_again_is_run_again() -> None:
    model = Model("It is Paris.", DONE)

    answer = await rescued(model, noticed=lambda *_: ["code_labels"]).complete(asked(), lambda _: None)

    assert (answer.content, len(model.asked)) == ("It is Paris.", 1)


async def test_picture_that_was_told_stays_beside_the_question() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    told = {"role": "user", "content": [{"type": "text", "text": "It is Paris."}, image]}
    model = Model("It is Paris.", DONE)

    await rescued(model, names="off").complete(asked(SYSTEM, MINE, told), lambda _: None)

    assert image in model.asked[1].messages[-1]["content"]
    shaped = model.asked[1].shaped
    assert shaped is not None
    assert shaped.make(shaped.origin) == shaped.made == model.asked[1].messages
