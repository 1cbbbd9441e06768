"""What was approved, and that it runs no oftener than that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.address import RequestId, RunId


class ApprovalPolicy(StrEnum):
    """How often people are asked before code, or a tool, runs. The words are those of team files."""

    ALWAYS = "always"
    """Each time: one approval, one execution."""
    ONCE_PER_RUN = "once_per_run"
    """The first time in a run; once that has begun, all the run's code, or all its calls of that tool, are covered."""
    ONCE_PER_CODE = "once_per_code"
    """Once for the same bytes, in the same language with the same files and limits, or for the same tool, in a run."""
    NEVER = "never"


class ApprovalState(StrEnum):
    """The life of one approved, or not approved, item; `approved` leads to `claimed` and that to `done`, never back."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    """By a person, by expiry, or because the run ended."""
    REPLACED = "replaced"
    """A person approved other bytes in its place, which have a record of their own."""
    CLAIMED = "claimed"
    """Its execution was begun, and is recorded as begun; it is never begun again."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The record of one item of an approval."""

    request: RequestId
    place: int
    """Which item of the request, from 0."""
    run: RunId
    kind: str
    """`code` or `tool`."""
    title: str
    """The language of the code, or the tool's name."""
    sha256: str
    """Of the exact content that may run."""
    seal: str
    """Of the whole record (see `ApprovalItem.seal`); empty in records of versions that had none."""
    policy: ApprovalPolicy
    state: ApprovalState
    by: str = ""
    """The id of the person who decided; empty: nobody, it expired or its run ended."""
    decided_at: datetime | None = None
    claims: int = 0
    """How many executions it covered; more than one only with a policy that allows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An execution that wants to begin: it may, if this record of its run covers it."""

    effect: str = ""
    """The key of the effect that it is; empty until that is known."""
    request: RequestId
    """The request that it was approved by; with `once_per_run` and `once_per_code` perhaps an earlier one's."""
    place: int
    kind: str
    title: str
    sha256: str
    """Of the content that is about to run, computed from it just now."""
    seal: str
    policy: ApprovalPolicy
