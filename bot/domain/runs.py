"""Pieces of work: what they start from, what their journal holds, how a step ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.address import Attachment, ConversationId, Json, Person, RunId
from bot.domain.approvals import Claim
from bot.domain.requests import Answer, ApprovalItem, InputRequest
from bot.domain.turns import Turn

TITLE_CHARS = 100
"""How long a run's title may be."""


class RunStatus(StrEnum):
    """The life of a run; the last three are final."""

    WORKING = "working"
    INPUT_REQUIRED = "input_required"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing leads out of this status."""
        return self in (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a run starts from: recorded once, never re-computed."""

    text: str
    """The person's words; several kept messages are joined, with their authors."""
    attachments: tuple[Attachment, ...] = ()
    history: tuple[Json, ...] = ()
    """What was said before, in earlier runs or by people alone, as `{"name", "role", "content"}`, trimmed once.

    The name is empty where the content itself says who spoke.
    """
    others: tuple[str, ...] = ()
    """Ids of those who wrote some of the words, besides who started the run."""

    @property
    def title(self) -> str:
        """How it begins, on one short line; without words the first file's name."""
        words = next((" ".join(line.split()) for line in self.text.splitlines() if line.strip()), "")
        if not words and self.attachments:
            words = self.attachments[0].name
        return words if len(words) <= TITLE_CHARS else words[: TITLE_CHARS - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One piece of work of a team, from a person's message until a final status."""

    id: RunId
    conversation: ConversationId
    team: str
    pinned: Json
    """The resolved team, library version and replay_version: what the run was started with, for ever."""
    opening: Opening
    started_by: Person
    language: str
    status: RunStatus = RunStatus.WORKING
    stop_reason: str = ""
    summary: str = ""
    attempts: int = 0
    """Steps that were begun since the last one that recorded something, the one under way included."""
    started_at: datetime
    ended_at: datetime | None = None


class EffectState(StrEnum):
    """Whether an effect's outcome is known."""

    STARTED = "started"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A recorded outcome that a run cannot compute itself."""

    key: str
    """chat path / kind / agent / ordinal."""
    kind: str
    """`model`, `compact` (a summary that a model call needed), `human`, `code`, `tool`, `approval`, `random`, or
    `files` (which attached texts the agents are quoted)."""
    request: str
    """Hash of what was asked; a replay that asks something else has diverged."""
    state: EffectState
    value: Any = None
    """JSON; None while started."""
    completed: int = 0
    """The order of completion within the run, from 1; 0 while started."""
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Everything a run's journal holds: what a replay answers with."""

    effects: tuple[Effect, ...] = ()
    """In the order in which they were first recorded."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """The answers of people by effect key; an expired request's has `by` None."""
    turns: frozenset[tuple[str, int]] = frozenset()
    """(path, n) of the turns that are recorded already."""
    requests: frozenset[str] = frozenset()
    """Effect keys of the requests that are recorded, whatever their status."""
    items: dict[str, tuple[ApprovalItem, ...]] = field(default_factory=dict)
    """What the approvals among them are about, by effect key, exactly as it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a run's journal has come, without reading it."""

    effects: int
    """How many effects are recorded."""
    answers: int
    """How many of them are people's answers."""
    completed: int = 0
    """The highest order of completion: it moves when a started effect is done, though no effect is added."""
    answer: Answer | None = None
    """The answer to the request that was asked about, once there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one commit of a step records together: one transaction."""

    effects: tuple[Effect, ...] = ()
    turns: tuple[Turn, ...] = ()
    requests: tuple[InputRequest, ...] = ()
    claims: tuple[Claim, ...] = ()
    """Executions whose begin this records: unless each is covered by an approval, nothing of the batch is recorded."""
    tokens: int = 0
    """What models used for its effects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How far a team came in one step."""

    waiting: bool
    """True: at least one input request is open; nothing of the run stays in memory."""
    summary: str = ""
    stop_reason: str = ""
    counts: Json = field(default_factory=dict)
    """Numbers for the run's log line: model calls, tokens, tools, code runs, turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSummary:
    """What a list of teams shows."""

    name: str
    description: str
    kind: str
    agents: tuple[str, ...]
    source: str
    """`preset` or the file's path."""
