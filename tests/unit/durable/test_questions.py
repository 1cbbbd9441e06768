from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from autogen import GroupChat, GroupChatManager

from agents.durable import Policy
from agents.durable.questions import decode_answer, encode_answer
from agents.durable.seams.people import empty_runs
from bot.domain import Answer, Attachment, Decision, RequestKind, Verdict
from bot.errors import DivergedError
from tests.unit.durable.rig import LLM, PERSON, START, Rig, Speaking, assistant, ends, human
from tests.unit.durable.test_interruptions import CODE, Runs


async def _manual() -> Any:
    a, b, c = human("a", human_input_mode="NEVER"), assistant("b"), assistant("c")
    group = GroupChat(agents=[a, b, c], messages=[], max_round=3, speaker_selection_method="manual")
    return await a.a_initiate_chat(GroupChatManager(group, llm_config=LLM), message="x")


async def test_manual_choice_of_the_next_speaker_is_a_durable_question_with_its_options() -> None:
    rig = Rig(Speaking({"b": ["from b"], "c": ["from c"]}))

    outcome = await rig.step(_manual)

    (request,) = rig.journal.open
    assert outcome.waiting
    assert (request.kind, request.choices) == (RequestKind.CHOICE, ("a", "b", "c"))


async def test_manual_choice_by_the_options_own_words_is_that_choice() -> None:
    rig = Rig(Speaking({"b": ["from b"], "c": ["from c"]}))

    await rig.talk(_manual, "c", "b")

    assert rig.journal.said == [("c", "from c"), ("b", "from b")]


async def test_choice_that_was_recorded_in_words_means_what_it_meant_then() -> None:
    rig = Rig(Speaking({"b": ["from b"], "c": ["from c"]}))
    await rig.step(_manual)
    rig.answer("9")
    await rig.step(_manual)
    [(key, effect)] = [each for each in rig.journal.effects.items() if each[1].value]
    rig.journal.effects[key] = replace(effect, value={**effect.value, "text": "c"})

    outcome = await rig.step(_manual)

    assert outcome.waiting
    assert rig.journal.said == []


async def test_manual_choice_is_asked_again_only_for_the_next_speaker() -> None:
    rig = Rig(Speaking({"b": ["from b"], "c": ["from c"]}))

    await rig.talk(_manual, "3", "2")

    assert rig.journal.said == [("c", "from c"), ("b", "from b")]
    assert rig.journal.open == []


async def test_answer_to_one_question_never_answers_another() -> None:
    rig = Rig()
    await rig.step(lambda: human().a_initiate_chat(assistant(), message="x"))
    rig.answer("more")
    await rig.step(lambda: human().a_initiate_chat(assistant(), message="x"))

    with pytest.raises(DivergedError):
        await rig.step(lambda: human(human_input_mode="TERMINATE", max_consecutive_auto_reply=0).a_initiate_chat(
            assistant(), message="x"
        ))  # fmt: skip


async def test_question_says_who_may_answer_and_until_when() -> None:
    rig = Rig(policy=Policy(may_answer=("u1",), expires=timedelta(days=2)))

    await rig.step(lambda: human().a_initiate_chat(assistant(), message="x"))

    (request,) = rig.journal.open
    assert request.may_answer == ("u1",)
    assert request.expires_at - request.opened_at == timedelta(days=2)


async def test_question_that_is_open_already_is_not_asked_again() -> None:
    rig = Rig()
    await rig.step(lambda: human().a_initiate_chat(assistant(), message="x"))

    outcome = await rig.step(lambda: human().a_initiate_chat(assistant(), message="x"))

    assert outcome.waiting
    assert len(rig.journal.batches) == 1


@pytest.mark.parametrize(
    ("message", "more", "runs"),
    [
        ({"content": "TERMINATE"}, {}, "end"),
        ({"content": "", "tool_calls": [{"id": "1"}]}, {}, "tools"),
        ({"content": CODE, "role": "user"}, {"code_execution_config": {"executor": Runs()}}, "code"),
        ({"content": CODE, "role": "user"}, {}, ""),
        ({"content": "x", "role": "user"}, {"default_auto_reply": "go on"}, "reply"),
    ],
    ids=["end", "tools", "code", "nothing", "reply"],
)
def test_question_knows_what_an_empty_answer_sets_off(message: dict[str, Any], more: dict[str, Any], runs: str) -> None:
    from agents.durable.seams import ensure_installed

    ensure_installed()

    assert empty_runs(human(**more), [message], None) == runs


def test_empty_answer_of_an_agent_with_a_model_lets_the_model_reply() -> None:
    from agents.durable.seams import ensure_installed

    ensure_installed()

    assert empty_runs(assistant(is_termination_msg=ends), [{"content": "x", "role": "user"}], None) == "model"


def test_answer_comes_back_from_the_journal_exactly() -> None:
    answer = Answer(
        text="words",
        decisions=(Decision(verdict=Verdict.REJECT, reason="no"), Decision(verdict=Verdict.APPROVE)),
        attachments=(Attachment(name="a.bin", media_type="application/octet-stream", data=b"\x00\xff"),),
        by=PERSON,
        at=START,
    )

    assert decode_answer(encode_answer(answer)) == answer
    assert decode_answer(encode_answer(Answer(at=START))) == Answer(at=START)


async def test_question_names_the_agent_whose_words_wait_for_an_answer() -> None:
    rig = Rig()

    await rig.step(lambda: human().a_initiate_chat(assistant("planner"), message="x"))

    (request,) = rig.journal.open
    assert (request.agent, request.asker, request.speaker) == ("human", "planner", "planner")
