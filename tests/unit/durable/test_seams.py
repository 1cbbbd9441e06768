from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import autogen
import pytest
from autogen import ConversableAgent, GroupChat, GroupChatManager, OpenAIWrapper
from autogen.agentchat import chat
from autogen.agentchat.group.group_tool_executor import GroupToolExecutor

from agents.durable import check_version
from agents.durable.seams import SEAMS_PROVEN, ensure_installed, install
from agents.durable.seams.install import METHODS
from agents.durable.seams.method import Seam, original, replace_method
from bot.errors import SeamsUnprovenError
from tests.unit.durable.rig import LLM, Rig, Speaking, agent, assistant, human

PATCHED = [(owner, name) for owner, methods in METHODS.items() for name in methods]


@pytest.fixture(autouse=True)
def installed() -> None:
    ensure_installed()


@pytest.mark.parametrize(("owner", "name"), PATCHED, ids=lambda value: getattr(value, "__name__", value))
def test_outside_a_run_every_patched_attribute_is_the_original(owner: type, name: str) -> None:
    assert isinstance(owner.__dict__[name], Seam)
    assert getattr(owner, name) is original(owner, name)
    assert getattr(owner, name).__module__.startswith("autogen")


@pytest.mark.parametrize(("owner", "name"), PATCHED, ids=lambda value: getattr(value, "__name__", value))
def test_seam_function_keeps_the_name_by_which_autogen_leaves_out_its_synchronous_twin(owner: type, name: str) -> None:
    assert owner.__dict__[name].inside.__name__ == original(owner, name).__name__ == name


def test_agent_made_outside_a_run_chats_synchronously() -> None:
    one, two = agent("one", default_auto_reply="hello"), agent("two", default_auto_reply="bye")

    result = one.initiate_chat(two, message="x", max_turns=2, silent=True)

    assert [message["content"] for message in result.chat_history] == ["x", "bye", "hello", "bye"]


def test_seams_are_installed_once() -> None:
    with pytest.raises(SeamsUnprovenError, match="installed already"):
        install()


def test_method_that_somebody_else_has_replaced_is_refused() -> None:
    class Patched(ConversableAgent):
        def send(self, *arguments: Any, **more: Any) -> None:
            """Stand where somebody's patch stands."""

    Patched.generate_reply = lambda self: None  # type: ignore[method-assign, assignment, misc]

    with pytest.raises(SeamsUnprovenError, match="replaced by something else"):
        replace_method(Patched, "generate_reply", lambda self: None)


def test_seam_over_a_seam_is_refused() -> None:
    with pytest.raises(SeamsUnprovenError, match="remove what patches it"):
        replace_method(OpenAIWrapper, "create", lambda self: None)


def test_another_version_of_autogen_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autogen, "__version__", "0.15.0")

    with pytest.raises(SeamsUnprovenError, match=r"autogen 0\.15\.0 is installed; Threadfast is proven with 0\.14\.1"):
        check_version()


def test_the_installed_version_is_proven() -> None:
    assert check_version() in SEAMS_PROVEN


def test_importing_the_durable_run_changes_nothing_of_autogen() -> None:
    program = (
        "import agents.durable, autogen, random, sys\n"
        "from autogen.agentchat import groupchat\n"
        "assert autogen.ConversableAgent.__dict__['a_initiate_chat'].__module__.startswith('autogen')\n"
        "assert groupchat.random is random\n"
        "assert sys.getrecursionlimit() == 1000\n"
    )

    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=False, capture_output=True, text=True)

    assert done.stderr == ""


async def test_agents_of_autogens_own_making_go_through_the_seams() -> None:
    rig = Rig(Speaking({"speaker_selection_agent": ["b"], "b": ["hello"]}))

    async def entry() -> Any:
        a, b = human("a"), assistant("b")
        manager = GroupChatManager(GroupChat(agents=[a, b], messages=[], max_round=3), llm_config=LLM)
        return await a.a_initiate_chat(manager, message="x")

    await rig.step(entry)

    assert {effect.key.rsplit("/", 2)[1] for effect in rig.journal.effects.values() if effect.kind == "model"} >= {
        "speaker_selection_agent",
        "b",
    }


async def test_inside_a_run_the_group_tool_executor_has_its_seam_and_outside_it_has_not() -> None:
    name = "_a_generate_group_tool_reply"
    seen: list[Any] = []

    async def entry() -> None:
        seen.append(getattr(GroupToolExecutor, name))

    await Rig().step(entry)

    assert seen == [GroupToolExecutor.__dict__[name].inside]
    assert getattr(GroupToolExecutor, name) is original(GroupToolExecutor, name)


async def test_after_a_run_everything_is_as_outside_also_when_it_waits() -> None:
    await Rig().step(lambda: human().a_initiate_chat(assistant(), message="x"))

    assert ConversableAgent.initiate_chat is original(ConversableAgent, "initiate_chat")
    assert chat._on_chat_future_done.__name__ == "on_chat_future_done"
    assert random.choice([1]) == 1
