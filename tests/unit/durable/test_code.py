from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from autogen.coding.base import CodeBlock

from agents.durable import Policy
from agents.models.port import Delta, ModelAnswer, ModelCall
from bot.domain import ApprovalPolicy, Attachment, TurnKind
from bot.errors import SandboxUnavailableError
from tests.unit.durable.rig import Rig, Said, Speaking, assistant, human
from tests.unit.durable.test_interruptions import CODE, Runs

ALWAYS = ApprovalPolicy.ALWAYS
PLOT = Attachment(name="plot.png", media_type="image/png", data=b"\x89PNG")


@dataclass
class Result:
    exit_code: int
    output: str
    files: tuple[Attachment, ...] = ()


class Box(Runs):
    """An executor that is awaited, as the sandbox is."""

    def __init__(self, result: Result | None) -> None:
        super().__init__()
        self._result = result
        self.given: list[dict[str, bytes]] = []

    async def run_blocks(self, blocks: list[CodeBlock], *, inputs: Mapping[str, bytes]) -> Result:
        self.given.append(dict(inputs))
        if self._result is None:
            raise SandboxUnavailableError("No sandbox here; install bubblewrap.")
        return self._result


async def _run(rig: Rig, box: Box) -> None:
    async def entry() -> Any:
        proxy = human("runner", human_input_mode="NEVER", code_execution_config={"executor": box})
        return await proxy.a_initiate_chat(assistant(), message="x")

    await rig.step(entry)


async def test_executor_that_can_be_awaited_is_awaited_and_its_files_are_shown() -> None:
    rig = Rig(Speaking({"assistant": [CODE, "TERMINATE"]}))

    await _run(rig, Box(Result(0, "drawn", (PLOT,))))

    (turn,) = [turn for turn in rig.journal.turns.values() if turn.kind is TurnKind.CODE]
    assert (turn.text, turn.files, turn.ok, turn.title, turn.source) == ("drawn", (PLOT,), True, "python", "print(1)")


async def test_without_a_sandbox_code_is_refused_with_the_reason_and_the_agents_see_it() -> None:
    rig = Rig(Speaking({"assistant": [CODE, "TERMINATE"]}))

    await _run(rig, Box(None))

    seen = "exitcode: 126 (execution failed)\nCode output: No sandbox here; install bubblewrap."
    assert rig.models.calls[1].messages[-1]["content"] == seen


async def test_message_without_code_runs_nothing() -> None:
    rig = Rig(Speaking({"assistant": ["no code here", "TERMINATE"]}))

    await _run(rig, Box(Result(0, "never")))

    assert "code" not in rig.journal.kinds


class CutOff(Speaking):
    """A model that may never say all of it."""

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        return replace(await super().complete(call, on_delta), finish_reason="length")


async def test_code_of_an_answer_that_was_cut_off_in_it_is_not_run_and_the_turn_says_so() -> None:
    rig = Rig(CutOff({"assistant": [f"First:\n{CODE}\nthen:\n```python\nprint(2", "TERMINATE"]}))
    box = Box(Result(0, "1"))

    await _run(rig, box)

    code = [turn.source for turn in rig.journal.turns.values() if turn.kind is TurnKind.CODE]
    said = [turn.cut for turn in rig.journal.turns.values() if turn.kind is TurnKind.TEXT]
    assert (code, said[0]) == (["print(1)"], True)


async def test_same_block_in_one_message_is_asked_for_and_run_once() -> None:
    other = "```python\nprint(2)\n```"
    rig = Rig(Speaking({"assistant": [f"{CODE}\n{other}\n{CODE}", "TERMINATE"]}), policy=Policy(code=ALWAYS))
    box = Box(Result(0, "1"))

    async def entry() -> Any:
        proxy = human("runner", human_input_mode="NEVER", code_execution_config={"executor": box})
        return await proxy.a_initiate_chat(assistant(), message="x")

    await rig.step(entry)

    (asked,) = rig.journal.open
    assert [item.content for item in asked.items] == ["print(1)", "print(2)"]


async def test_code_finds_the_files_that_code_before_it_wrote_also_after_a_replay() -> None:
    lines: list[Said] = [CODE, "and now?", CODE, "TERMINATE"]
    rig = Rig(Speaking({"assistant": lines}))
    box = Box(Result(0, "drawn", (PLOT,)))

    async def entry() -> Any:
        proxy = human("runner", human_input_mode="ALWAYS", code_execution_config={"executor": box})
        return await proxy.a_initiate_chat(assistant(), message="x")

    await rig.talk(entry, "", "go on", "", "exit")

    assert box.given == [{}, {"plot.png": PLOT.data}]


async def test_exit_at_the_approval_of_code_ends_the_chat_and_runs_nothing() -> None:
    rig = Rig(Speaking({"assistant": [CODE, "never asked"]}), policy=Policy(code=ALWAYS))
    box = Box(Result(0, "never"))

    async def entry() -> Any:
        proxy = human("runner", human_input_mode="NEVER", code_execution_config={"executor": box})
        return await proxy.a_initiate_chat(assistant(), message="x")

    outcome = await rig.talk(entry, "exit")

    assert not outcome.waiting
    assert outcome.stop_reason == "User requested to end the conversation"
    assert (box.given, len(rig.models.calls)) == ([], 1)
