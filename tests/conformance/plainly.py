"""The reference: a program in one process of plain AutoGen, with people at `input()`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from autogen import ConversableAgent
from autogen.agentchat import groupchat
from autogen.agentchat.group.targets import transition_target
from autogen.io.base import IOStream
from autogen.io.console import IOConsole

from agents.durable.requests import digest
from agents.durable.seams.tools import INTERRUPTED, _is_handoff
from tests.conformance import codes
from tests.conformance.case import EXIT, Env, Json, Program
from tests.conformance.events import canonical

RECURSION_LIMIT = 20_000
"""Plain AutoGen recurses with every turn as well: 300 of them do not fit Python's own limit."""


class Console(IOConsole):
    """AutoGen's console, which also keeps the events."""

    def __init__(self, program: Program) -> None:
        self.events: list[Json] = []
        self._program = program
        self._asked: list[str] = []

    def send(self, message: Any) -> None:
        """Keep an event."""
        event = canonical(message)
        if event is not None:
            self.events.append(event)

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
        """Print nothing."""

    def input(self, prompt: str = "", *, password: bool = False) -> str:
        """Ask on standard input; where several ask at once, there is no telling whose line comes next."""
        if not self._program.by_agent:
            try:
                return input()
            except EOFError:
                return EXIT
        agent = prompt.removeprefix("Replying as ").partition(".")[0]
        answer = self._program.answer(self._asked, agent)
        self._asked.append(agent)
        return answer


class Dice:
    """Stands for the module `random`: chooses as a run has chosen that this one is compared with."""

    def __init__(self, chosen: list[int]) -> None:
        self._chosen = [*chosen]

    def choice(self, candidates: Any) -> Any:
        """Choose the next."""
        return candidates[self._chosen.pop(0)]


def interrupt(which: list[tuple[str, int]]) -> None:
    """Let AutoGen see the same interruptions as a run that was killed during code and tools."""
    codes.INTERRUPTIONS = codes.Interruptions(which)
    tools = codes.Interruptions(which)
    inside = ConversableAgent.a_execute_function

    async def a_execute_function(
        self: Any, func_call: Json, call_id: str | None = None, verbose: bool = False
    ) -> tuple[bool, Json]:
        name = func_call.get("name", "")
        request = digest([func_call.get("name"), func_call.get("arguments"), call_id])
        if not _is_handoff(self, func_call) and tools.take(request):
            return False, {"name": name, "role": "function", "content": INTERRUPTED}
        return await inside(self, func_call, call_id, verbose)

    ConversableAgent.a_execute_function = a_execute_function  # type: ignore[method-assign] # only in this process


async def run(program: Program, env: Env, order: Json) -> Json:
    """Run a program plainly and report what it leaves."""
    sys.setrecursionlimit(RECURSION_LIMIT)
    interrupt([(request, n) for request, n in order["interrupted"]])
    if program.chance:
        dice: Any = Dice(order["chosen"])
        groupchat.random = transition_target.random = dice  # type: ignore[attr-defined] # the modules' own import
    console = Console(program)
    with IOStream.set_default(console):
        outcome = await program.entry(env)
    return {"outcome": outcome, "events": console.events, "work": str(Path(env.work).name)}
