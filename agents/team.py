"""The teams as the core sees them: listed, pinned, and advanced under a run's journal."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from agents.content import inputs_of
from agents.models.port import ModelClient
from agents.proven import REPLAY_VERSION
from agents.teams import load
from agents.teams.definition import Team
from agents.teams.ending import rules_of
from agents.teams.pin import (
    check,
    limits_of,
    models_of,
    pin,
    policies_of_tools,
    readers_of,
    reading_of,
    sight_of,
    tools_of,
)
from agents.teams.reasons import in_words
from agents.teams.rescues.client import Rescued
from agents.teams.rescues.noticing import Noticing
from bot.domain import ApprovalPolicy, Json, Outcome, Run, RunId, TeamSummary
from bot.ports import Clock, Preview, RunJournal

if TYPE_CHECKING:
    from autogen.coding.base import CodeExecutor

    from agents.durable import WarmRuns


_IMPORTING = threading.Lock()
"""The seams are installed once in a process."""

Executors = Callable[[Team, Mapping[str, bytes]], "CodeExecutor"]
"""Makes the executor of one step: within the team's limits, with the run's attachments as inputs."""

Abilities = Callable[[str], Collection[str] | None]
"""Returns what the model of a team file's name can do, such as `vision`; None: not known."""


class _Prepared(NamedTuple):
    team: Team
    entry: Callable[[], Awaitable[str]]


class AutogenTeams:
    """Implements `bot.ports.Teams` with AutoGen under the durable run.

    The agent library is imported when the first run is advanced, off the loop.

    Args:
        folders: Where team files are; a later folder's file wins, and any file wins over the preset of its name.
        models: Answers the model calls of all teams.
        clock: Where time comes from.
        executors: Makes code executors; None: the sandbox.
        language: Of the descriptions that `list` returns.
        warm: How many waiting runs may stay in memory; None: as many as the durable run thinks right.
        imported: Called, not on the loop, when the agent library has been imported.
        abilities: Says, not on the loop, what a model can do; by default nothing is known of any.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        models: ModelClient,
        clock: Clock,
        executors: Executors | None = None,
        language: str = "en",
        warm: int | None = None,
        imported: Callable[[], None] = lambda: None,
        abilities: Abilities = lambda _: None,
    ) -> None:
        self._folders = tuple(folders)
        self._models = models
        self._clock = clock
        self._executors = executors or sandboxed
        self._language = language
        self._room = warm
        self._warm: WarmRuns | None = None
        self._abilities = abilities
        self._on_import: Callable[[], None] | None = imported
        self._unconfined: set[str] = set()
        """Models, each with a schema's name, whose server refused to confine an answer to it."""

    def list(self) -> list[TeamSummary]:
        """Return the presets and the files of the teams' folders; see `bot.ports.Teams`."""
        return load.list_teams(self._folders, self._language)

    def pin(self, name: str) -> Json:
        """Resolve a team completely; see `bot.ports.Teams`.

        It reads files, imports the agent library for tools, and asks the model server what a team's models can do
        that is to see images: call it off the loop.
        """
        team = load.find(name, self._folders)
        return pin(team, replay_version=REPLAY_VERSION, blind=self._blind(team) if team.images else "")

    def _blind(self, team: Team) -> str:
        """Return the first of a team's models that its server says cannot see; one that says nothing is trusted."""
        for model in models_of(team):
            able = self._abilities(model)
            if able is not None and "vision" not in able:
                return model
        return ""

    def prepare(self) -> None:
        """Import the agent library now instead of with the first run: call it off the loop.

        Raises:
            SeamsUnprovenError: It is a version that nobody has tried, or something else has patched it.
        """
        with _IMPORTING:
            import_module("agents.durable.seams").ensure_installed()
            import_module("agents.teams.build")
            if self._on_import is not None:
                self._on_import()
                self._on_import = None

    async def advance(self, run: Run, journal: RunJournal, preview: Preview) -> Outcome:
        """Replay the run and go on until it ends or waits for people; see `bot.ports.Teams`.

        Raises:
            JournalVersionError: Another minor version of the agent library is installed, the run is from a newer
                Threadfast, or one of its tools has changed.
        """
        if self._warm is not None and (outcome := await self._warm.resume(run.id, journal, preview)) is not None:
            return _told(outcome, run)
        prepared = await asyncio.to_thread(self._prepare, run)
        team = prepared.team
        sight = sight_of(run.pinned, team)
        durable = import_module("agents.durable")
        if self._warm is None:
            self._warm = durable.WarmRuns() if self._room is None else durable.WarmRuns(self._room)
        went: Outcome = await durable.advance(
            prepared.entry,
            run=run,
            journal=journal,
            preview=preview,
            models=self._rescued(run, team),
            policy=durable.Policy(
                code=ApprovalPolicy(team.code.approval),
                tools=policies_of_tools(run.pinned, team),
                limits=limits_of(run.pinned),
                images=sight.images,
                why_blind=sight.why,
                readers=readers_of(run.pinned, team),
                history=team.history,
                may_answer=tuple(team.may_answer),
                expires=timedelta(days=team.expiry_days),
            ),
            clock=self._clock,
            warm=self._warm,
        )
        return _told(went, run)

    async def forget(self, run: RunId) -> None:
        """Let go of a run that has ended while it waited in memory; see `bot.ports.Teams`."""
        if self._warm is not None:
            await self._warm.forget(run)

    async def close(self) -> None:
        """Let go of the runs that wait in memory; they are replayed when their answers come."""
        if self._warm is not None:
            await self._warm.close()

    def _rescued(self, run: Run, team: Team) -> Rescued:
        rules = rules_of(team, run.pinned.get("format", 1))
        noticing = Noticing(rules=rules, runs_code=_runs_code(team), reading=reading_of(run.pinned, team))
        return Rescued(
            self._models,
            names=team.names,
            timeout=team.model_timeout,
            rescues=team.rescues,
            noticed=noticing,
            unconfined=self._unconfined,
            word=team.termination,
            asks_done=not (rules.people or rules.former),
        )

    def _prepare(self, run: Run) -> _Prepared:
        """Do what reads files, off the loop: importing the library takes seconds, and tools are hashed."""
        self.prepare()
        durable, building = import_module("agents.durable"), import_module("agents.teams.build")
        check(run.pinned, replay_version=REPLAY_VERSION)
        team = Team.model_validate(run.pinned["team"])
        parts = building.Parts(
            tell=durable.notice,
            at_end=durable.at_end,
            tools=tools_of(run.pinned),
            executor=self._executor(team, run),
            quoting=durable.quoting,
        )
        return _Prepared(team, building.build(run.pinned, run.opening, parts))

    def _executor(self, team: Team, run: Run) -> CodeExecutor | None:
        if not _runs_code(team):
            return None
        executor = self._executors(team, inputs_of(run.opening.attachments))
        extractor = executor.code_extractor
        if hasattr(extractor, "reading"):
            extractor.reading = reading_of(run.pinned, team)
        return executor


def _runs_code(team: Team) -> bool:
    return team.code.enabled and any(agent.code for agent in team.agents.values())


def _told(outcome: Outcome, run: Run) -> Outcome:
    """Say why the run ended in words for people; the library's own stand in the log."""
    words = in_words(outcome.stop_reason, run.language)
    if words == outcome.stop_reason:
        return outcome
    return replace(outcome, stop_reason=words, counts={**outcome.counts, "stop_reason": outcome.stop_reason})


def sandboxed(team: Team, inputs: Mapping[str, bytes]) -> CodeExecutor:
    """Return an executor over the sandbox that this process shares, within the team's limits."""
    from agents.sandbox.allowed import allowed  # noqa: PLC0415 - beside the below
    from agents.sandbox.executor import SandboxExecutor  # noqa: PLC0415 - imports the agent library

    return SandboxExecutor(allowed(team.code), inputs=inputs)
