"""Runs a team from its file over the scripted model server, with a journal in memory that keeps JSON only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.models.openai_compatible import OpenAICompatible
from agents.models.port import ModelClient
from agents.team import Abilities, AutogenTeams, Executors
from bot.domain import (
    Answer,
    Attachment,
    ConversationId,
    Decision,
    InputRequest,
    Json,
    Opening,
    Outcome,
    RequestKind,
    Run,
    RunId,
    TurnKind,
    Verdict,
)
from tests.unit.durable.rig import PERSON, START, FixedClock, MemoryJournal


class SilentPreview:
    def __init__(self) -> None:
        self.deltas: list[tuple[str, str]] = []

    def delta(self, path: str, agent: str, text: str) -> None:
        self.deltas.append((agent, text))

    def status(self, path: str, agent: str, text: str) -> None:
        return None


@dataclass
class Talk:
    """What came of a run."""

    run: Run
    journal: MemoryJournal
    outcome: Outcome
    steps: int
    deltas: list[tuple[str, str]]

    @property
    def said(self) -> list[tuple[str, str]]:
        """The turns but for notices, as agent and text."""
        return self.journal.said

    @property
    def notices(self) -> list[str]:
        return [turn.text for turn in self.journal.turns.values() if turn.kind is TurnKind.NOTICE]

    @property
    def asked(self) -> list[str]:
        return [request.agent for request in self.journal.requests.values()]


@dataclass
class Teams:
    """Teams of one folder, over one model server."""

    folder: Path
    base_url: str
    executors: Executors | None = None
    clock: FixedClock = field(default_factory=FixedClock)
    models: ModelClient | None = None
    abilities: Abilities = lambda _: None

    def teams(self) -> AutogenTeams:
        return self._teams(self.models or OpenAICompatible(self.base_url, ""))

    def _teams(self, models: ModelClient) -> AutogenTeams:
        return AutogenTeams(
            [self.folder], models=models, clock=self.clock, executors=self.executors, abilities=self.abilities
        )

    async def step(self, run: Run, journal: MemoryJournal, preview: SilentPreview) -> Outcome:
        """Take one step in a process of its own, as far as the teams can tell."""
        models = self.models or OpenAICompatible(self.base_url, "")
        teams = self._teams(models)
        try:
            return await teams.advance(run, journal, preview)
        finally:
            await teams.close()
            await models.close()

    def write(self, text: str) -> str:
        """Write a team file and return the team's name."""
        name = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("name:"))
        (self.folder / f"{name}.yaml").write_text(text, "utf-8")
        return name

    async def start(
        self, team: str, words: str, *, history: Sequence[Json] = (), files: Sequence[Attachment] = ()
    ) -> Run:
        pinned: Json = json.loads(json.dumps(await asyncio.to_thread(self.teams().pin, team)))
        return Run(
            id=RunId("r1"),
            conversation=ConversationId("console:local:c:t"),
            team=team,
            pinned=pinned,
            opening=Opening(text=words, attachments=tuple(files), history=tuple(history)),
            started_by=PERSON,
            language="en",
            started_at=START,
        )

    async def talk(self, team: str, words: str, *answers: str, **opening: Any) -> Talk:
        """Run to the end, or until the answers are used up; each step is a replay from the journal alone."""
        return await self.go_on(await self.start(team, words, **opening), answers)

    async def go_on(self, run: Run, answers: Sequence[str]) -> Talk:
        """Run this run as `talk` does."""
        journal = MemoryJournal()
        preview = SilentPreview()
        left = list(answers)
        for step in range(1, 100):
            outcome = await self.step(run, journal, preview)
            if not outcome.waiting or not left:
                return Talk(run, journal, outcome, step, preview.deltas)
            request = journal.open[0]
            journal.answers[request.key] = answer_to(request, left.pop(0))
        raise AssertionError("the run does not end")


def answer_to(request: InputRequest, words: str) -> Answer:
    if request.kind is not RequestKind.APPROVAL:
        return Answer(text=words, by=PERSON, at=START)
    verdict, _, reason = words.partition(" ")
    decision = Decision(verdict=Verdict(verdict), reason=reason)
    return Answer(decisions=(decision,) * len(request.items), by=PERSON, at=START)
