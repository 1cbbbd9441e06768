from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Any

from autogen.agentchat import a_initiate_group_chat
from autogen.agentchat.group import (
    AgentTarget,
    ContextVariables,
    OnCondition,
    RevertToUserTarget,
    StringLLMCondition,
)
from autogen.agentchat.group.patterns import DefaultPattern
from autogen.coding import MarkdownCodeExtractor
from autogen.coding.base import CodeBlock, CodeResult

from agents.durable.seams.tools import INTERRUPTED
from bot.domain import Effect, EffectState, TurnKind
from tests.conformance.case import typed
from tests.unit.durable.rig import MemoryJournal, Rig, Speaking, assistant, ends, human

CODE = "```python\nprint(1)\n```"


class Runs:
    """A code executor that counts."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    @property
    def code_extractor(self) -> MarkdownCodeExtractor:
        return MarkdownCodeExtractor()

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        self.ran += [block.code for block in code_blocks]
        return CodeResult(exit_code=0, output="1")

    def restart(self) -> None:
        """Keep nothing."""


def started(effect: Effect) -> Effect:
    return replace(effect, state=EffectState.STARTED, value=None, completed=0, ended_at=None)


def interrupted(journal: MemoryJournal, kind: str) -> MemoryJournal:
    """Return the journal as a kill during its last effect of this kind leaves it."""
    keys = [*journal.effects]
    last = max(at for at, key in enumerate(keys) if journal.effects[key].kind == kind)
    kept = {key: journal.effects[key] for key in keys[:last]}
    return MemoryJournal(effects=kept | {keys[last]: started(journal.effects[keys[last]])}, answers=journal.answers)


async def test_code_that_a_restart_interrupted_is_reported_and_not_run_again() -> None:
    runs, rig = Runs(), Rig(Speaking({"assistant": [CODE, "TERMINATE"]}))

    async def entry() -> Any:
        proxy = human(human_input_mode="NEVER", code_execution_config={"executor": runs})
        return await proxy.a_initiate_chat(assistant(), message="x")

    await rig.step(entry)
    again = Rig(Speaking({"assistant": ["TERMINATE"]}), interrupted(rig.journal, "code"))
    await again.step(entry)

    assert runs.ran == ["print(1)"]
    assert (
        again.models.calls[0].messages[-1]["content"] == f"exitcode: 137 (execution failed)\nCode output: {INTERRUPTED}"
    )
    code = next(turn for turn in again.journal.turns.values() if turn.kind is TurnKind.CODE)
    assert (code.ok, code.text) == (False, INTERRUPTED)


async def test_tool_that_a_restart_interrupted_is_reported_and_not_run_again() -> None:
    ran: list[str] = []
    rig = Rig(Speaking({"assistant": [[("send", {"to": "bo"})], "TERMINATE"]}))

    async def entry() -> Any:
        def send(to: Annotated[str, "to"]) -> str:
            ran.append(to)
            return "sent"

        caller, proxy = assistant(), human(human_input_mode="NEVER")
        caller.register_for_llm(description="send")(send)
        proxy.register_for_execution()(send)
        return await proxy.a_initiate_chat(caller, message="x")

    await rig.step(entry)
    again = Rig(Speaking({"assistant": ["TERMINATE"]}), interrupted(rig.journal, "tool"))
    await again.step(entry)

    assert ran == ["bo"]
    assert again.models.calls[0].messages[-1]["content"] == INTERRUPTED


async def test_handoff_function_of_autogen_is_run_again_and_never_journalled() -> None:
    rig = Rig(Speaking({"front": [[("transfer_to_back_1", {})]], "back": ["done TERMINATE"]}))

    async def entry() -> Any:
        front, back, user = assistant("front"), assistant("back"), human()
        condition = OnCondition(target=AgentTarget(back), condition=StringLLMCondition(prompt="p"))
        front.handoffs.add_llm_conditions([condition])
        back.handoffs.set_after_work(RevertToUserTarget())
        pattern = DefaultPattern(initial_agent=front, agents=[front, back], user_agent=user)
        result, _, _ = await a_initiate_group_chat(pattern=pattern, messages="x", max_rounds=8)
        return result

    await rig.talk(entry, "more", "exit")

    assert "tool" not in rig.journal.kinds
    assert [call.agent for call in rig.models.calls] == ["front", "back", "back"]


async def test_changes_of_parallel_tools_to_context_variables_replay_in_order_of_completion() -> None:
    rig = Rig(Speaking({"assistant": [[("slow", {}), ("fast", {})], "one", "two"]}))
    seen: list[dict[str, Any]] = []
    gate = asyncio.Event()

    async def entry() -> Any:
        context = ContextVariables(data={"order": []})

        @typed
        async def slow() -> str:
            await gate.wait()
            context.set("order", [*(context.get("order") or []), "slow"])
            context.set("last", "slow")
            return "slow"

        @typed
        async def fast() -> str:
            context.set("order", [*(context.get("order") or []), "fast"])
            context.set("last", "fast")
            gate.set()
            return "fast"

        caller = assistant(context_variables=context)
        proxy = human(human_input_mode="TERMINATE", max_consecutive_auto_reply=1, context_variables=context)
        for tool in (slow, fast):
            caller.register_for_llm(description="d")(tool)
            proxy.register_for_execution()(tool)
        result = await proxy.a_initiate_chat(caller, message="x")
        seen.append(context.to_dict())
        return result

    await rig.talk(entry, "again", "exit")

    tools = [effect for effect in rig.journal.effects.values() if effect.kind == "tool"]
    assert seen == [{"order": ["fast", "slow"], "last": "slow"}]
    assert [effect.value["changes"]["set"].get("last") for effect in sorted(tools, key=lambda e: e.completed)] == [
        "fast",
        "slow",
    ]


async def test_interrupted_parallel_tool_leaves_the_finished_one_as_it_was() -> None:
    ran: list[str] = []
    rig = Rig(Speaking({"assistant": [[("note", {"n": "a"}), ("note", {"n": "b"})], "TERMINATE"]}))

    async def entry() -> Any:
        async def note(n: Annotated[str, "n"]) -> str:
            ran.append(n)
            return f"noted {n}"

        caller, proxy = assistant(is_termination_msg=ends), human(human_input_mode="NEVER")
        caller.register_for_llm(description="d")(note)
        proxy.register_for_execution()(note)
        return await proxy.a_initiate_chat(caller, message="x")

    await rig.step(entry)
    again = Rig(Speaking({"assistant": ["TERMINATE"]}), interrupted(rig.journal, "tool"))
    await again.step(entry)

    assert ran == ["a", "b"]
    assert [m["content"] for m in again.models.calls[0].messages if m["role"] == "tool"] == ["noted a", INTERRUPTED]
