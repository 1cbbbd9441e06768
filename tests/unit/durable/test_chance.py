from __future__ import annotations

import random
from typing import Any

from autogen import GroupChat, GroupChatManager
from autogen.agentchat import groupchat

from agents.durable.seams import ensure_installed
from tests.unit.durable.rig import LLM, Rig, assistant, human


async def _random_chat() -> Any:
    user, others = human(), [assistant(f"a{n}") for n in range(6)]
    group = GroupChat(agents=[user, *others], messages=[], max_round=9, speaker_selection_method="random")
    manager = GroupChatManager(group, llm_config=LLM)
    return await others[0].a_initiate_chat(manager, message="x")


async def test_random_choices_are_journalled_and_a_replay_makes_none() -> None:
    rig = Rig()
    outcome = await rig.step(_random_chat)
    while outcome.waiting:
        state = random.getstate()
        rig.answer("on")
        random.seed(len(rig.journal.answers))
        outcome = await rig.step(_random_chat)
        random.setstate(state)

    spoken = [call.agent for call in rig.models.calls]
    random.seed(1)
    before = random.getstate()
    await rig.step(_random_chat)

    assert rig.journal.kinds.count("random") == 8
    assert [call.agent for call in rig.models.calls] == spoken
    assert random.getstate() == before


def test_outside_a_run_chance_is_the_module_random_itself() -> None:
    ensure_installed()

    assert groupchat.random.choice is random.choice  # type: ignore[attr-defined] # the module's own import
    assert groupchat.random.shuffle is random.shuffle  # type: ignore[attr-defined]
