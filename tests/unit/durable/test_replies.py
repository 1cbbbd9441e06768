from __future__ import annotations

import gc
from typing import Any

import pytest
from autogen import Agent, ConversableAgent, GroupChat, GroupChatManager

from agents.durable.run import CURRENT
from agents.durable.seams import ensure_installed
from tests.unit.durable.rig import LLM, Rig, Speaking, agent, assistant

TRIGGERS: dict[str, Any] = {
    "agents or nobody": [Agent, None],
    "agents": Agent,
    "a class": ConversableAgent,
    "nobody": None,
    "nothing": [],
    "a name": "one",
    "one of two names": ["two", "one"],
    "a question": lambda sender: sender is not None,
    "another class": [Rig],
}


class Sender:
    """An agent by what it has, and not by its class."""

    name = description = system_message = "one"

    def nothing(self, *_: Any, **__: Any) -> None:
        """Do nothing."""

    send = receive = generate_reply = set_ui_tools = unset_ui_tools = nothing
    a_send = a_receive = a_generate_reply = nothing


@pytest.fixture(autouse=True)
def installed() -> None:
    ensure_installed()


async def inside(ask: Any) -> Any:
    """Return what is found inside a run."""
    found: list[Any] = []

    async def entry() -> str:
        assert CURRENT.get() is not None
        found.append(ask())
        return ""

    await Rig(Speaking()).step(entry)
    return found[0]


@pytest.mark.parametrize("trigger", TRIGGERS.values(), ids=TRIGGERS)
async def test_triggers_match_inside_a_run_as_they_do_outside(trigger: Any) -> None:
    asked, senders = agent("asked"), [agent("one"), agent("two"), None, Sender(), Rig(Speaking())]

    def match() -> list[Any]:
        return [_matched(asked, trigger, sender) for sender in senders]

    assert await inside(match) == match()


def _matched(asked: Any, trigger: Any, sender: Any) -> Any:
    try:
        return asked._match_trigger(trigger, sender)
    except Exception as error:
        return type(error)


async def test_twins_that_are_skipped_are_those_that_autogen_skips_also_of_functions_added_later() -> None:
    def later(*_: Any, **__: Any) -> tuple[bool, None]:
        return False, None

    async def a_later(*_: Any, **__: Any) -> tuple[bool, None]:
        return False, None

    def add(asked: ConversableAgent) -> list[set[str]]:
        before = {function.__name__ for function in asked._get_sync_funcs_to_skip_in_async_chat()}
        asked.register_reply([Agent, None], later)
        asked.register_reply([Agent, None], a_later, ignore_async_in_sync_chat=True)
        return [before, {function.__name__ for function in asked._get_sync_funcs_to_skip_in_async_chat()}]

    found = await inside(lambda: add(agent("one")))

    assert found == add(agent("one"))
    assert found[1] - found[0] == {"later"}


def selecting() -> int:
    """Return how many agents are in memory that AutoGen has made to select a speaker."""
    gc.collect()
    agents = [one for one in gc.get_objects() if type(one) is ConversableAgent]
    return sum(one.name in ("checking_agent", "speaker_selection_agent") for one in agents)


async def test_agents_that_autogen_makes_for_one_selection_of_a_speaker_do_not_stay_in_memory() -> None:
    before, after = selecting(), []

    async def entry() -> Any:
        a, b = assistant("a"), assistant("b")
        chat = GroupChat(agents=[a, b, assistant("c")], messages=[], max_round=9)
        result = await a.a_initiate_chat(GroupChatManager(chat, llm_config=LLM), message="x")
        after.append(selecting())
        return result

    await Rig(Speaking({"speaker_selection_agent": ["b", "c"] * 4})).step(entry)

    # The latest pair may still be on its way out.
    assert after[0] <= before + 2
