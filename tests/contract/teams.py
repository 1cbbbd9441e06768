"""The implementations of the teams that the contract suite runs over, and a run's journal in memory.

Each has a team `greeter`, that says something, asks once for free text, and ends after the answer; and a team `runner`,
that asks for the approval of `print(1)`, runs it if it may, and ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from autogen.coding.base import CodeBlock, CodeExecutor, CodeExtractor, CodeResult
from autogen.coding.markdown_code_extractor import MarkdownCodeExtractor

from agents.models.openai_compatible import OpenAICompatible
from agents.team import AutogenTeams
from agents.teams.definition import Team
from bot.domain import (
    Answer,
    Batch,
    Decision,
    EffectState,
    InputRequest,
    Opening,
    Outcome,
    Position,
    Recorded,
    RequestId,
    Run,
    RunId,
    Verdict,
)
from bot.errors import FencedError
from bot.ports import Teams
from tests.fakes import ANNA, START, FakeClock, Thread
from tests.scripted import Script, ScriptedTeams

Made = Callable[[Path, str], AbstractAsyncContextManager[Teams]]
"""Makes the teams in a folder, over the scripted model server at an address."""

GREETER = """\
name: greeter
kind: two_agent
max_turns: 2
agents:
  ada: {instructions: Greet., model: greeting}
  you: {human: true}
"""
RUNNER = """\
name: runner
kind: two_agent
agents:
  ada: {instructions: Write code., model: coding}
  bot: {human: true, human_input_mode: NEVER, code: true}
code: {approval: always}
"""


class PrintedCode(CodeExecutor):
    """Runs nothing: the contract is about when code runs, not about where."""

    @property
    def code_extractor(self) -> CodeExtractor:
        return MarkdownCodeExtractor()

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        return CodeResult(exit_code=0, output="1")

    def restart(self) -> None:
        """Keep nothing."""


def printed(team: Team, inputs: Mapping[str, bytes]) -> CodeExecutor:
    return PrintedCode()


@asynccontextmanager
async def scripted(folder: Path, server: str) -> AsyncIterator[Teams]:
    greeter: Script = [["say", "ada", "hello"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]
    runner: Script = [["say", "ada", "print(1)"], ["approve", "bot", "code", ["print(1)"]], ["say", "ada", "done"]]
    yield ScriptedTeams({"greeter": greeter, "runner": runner}, clock=FakeClock())


@asynccontextmanager
async def autogen(folder: Path, server: str, warm: int | None = None) -> AsyncIterator[Teams]:
    await asyncio.to_thread((folder / "greeter.yaml").write_text, GREETER)
    await asyncio.to_thread((folder / "runner.yaml").write_text, RUNNER)
    models = OpenAICompatible(f"{server}/v1", "")
    teams = AutogenTeams([folder], models=models, clock=FakeClock(), executors=printed, warm=warm)
    yield teams
    await teams.close()
    await models.close()


def autogen_cold(folder: Path, server: str) -> AbstractAsyncContextManager[Teams]:
    """Return the same, with no run in memory: each step is a replay."""
    return autogen(folder, server, warm=0)


def makers() -> list[Made]:
    """Return a factory per implementation: add one here."""
    return [scripted, autogen, autogen_cold]


class MemoryJournal:
    """A run's journal in memory, that survives as what `recorded` holds."""

    def __init__(self) -> None:
        self.recorded = Recorded()
        self.requests: list[InputRequest] = []
        self.fenced = False
        self.batches = 0

    async def load(self) -> Recorded:
        return self.recorded

    async def peek(self, request: RequestId) -> Position:
        found = next((asked for asked in self.requests if asked.id == request), None)
        answer = self.recorded.answers.get(found.key) if found is not None else None
        effects = self.recorded.effects
        return Position(
            effects=len(effects),
            answers=len(self.recorded.answers),
            completed=max((effect.completed for effect in effects), default=0),
            answer=answer,
        )

    async def permit(self) -> None:
        """Permit every call."""

    async def use(self, tokens: int) -> None:
        """Count nothing."""

    async def commit(self, batch: Batch) -> dict[str, Answer]:
        if self.fenced:
            raise FencedError("another step owns the conversation")
        self.batches += 1
        old = {effect.key: effect for effect in self.recorded.effects}
        for effect in batch.effects:
            assert old.get(effect.key) is None or old[effect.key].state is EffectState.STARTED
            old[effect.key] = effect
        turns = {(turn.path, turn.n) for turn in batch.turns}
        assert not turns & self.recorded.turns
        self.requests.extend(batch.requests)
        asked = {request.key for request in batch.requests}
        self.recorded = replace(
            self.recorded,
            effects=tuple(old.values()),
            turns=self.recorded.turns | turns,
            requests=self.recorded.requests | asked,
        )
        return {}

    def answer(self, text: str = "", *verdicts: Verdict) -> None:
        """Answer the latest question."""
        request = self.requests[-1]
        decisions = tuple(Decision(verdict=verdict) for verdict in verdicts)
        answer = Answer(text=text, decisions=decisions, by=ANNA, at=START)
        answers = {**self.recorded.answers, request.key: answer}
        self.recorded = replace(self.recorded, answers=answers)

    @property
    def ran(self) -> list[Any]:
        """The outcomes of the code that ran."""
        return [effect.value for effect in self.recorded.effects if effect.kind == "code"]


class NoPreview:
    def delta(self, path: str, agent: str, text: str) -> None:
        return None

    def status(self, path: str, agent: str, text: str) -> None:
        return None


async def run_of(teams: Teams, team: str = "greeter") -> Run:
    # Pinning reads files.
    pinned = await asyncio.to_thread(teams.pin, team)
    return Run(
        id=RunId("r"),
        conversation=Thread().ref.conversation,
        team=team,
        pinned=pinned,
        opening=Opening(text="hi"),
        started_by=ANNA,
        language="en",
        started_at=START,
    )


async def step(teams: Teams, journal: MemoryJournal, team: str = "greeter") -> Outcome:
    """Take one step of the run."""
    return await teams.advance(await run_of(teams, team), journal, NoPreview())
