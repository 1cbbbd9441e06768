"""The words of the core as values: no I/O, no platform, no agent library.

docs/glossary.md defines each of them. A change is a new value; times are aware UTC.
"""

from __future__ import annotations

from bot.domain.address import Attachment, Conversation, ConversationId, Json, Person, RequestId, RunId, Said, ThreadRef
from bot.domain.approvals import Approval, ApprovalPolicy, ApprovalState, Claim
from bot.domain.audit import AuditAction, AuditEntry, AuditFilter, ForgetReason, ForgetWish
from bot.domain.events import Accepted, Event, EventKind, Receipt
from bot.domain.posts import OutboxRow, Post, PostKind, PostStatus, Sent
from bot.domain.pulls import ModelsTold, PullStep
from bot.domain.requests import (
    Answer,
    ApprovalItem,
    Decision,
    InputRequest,
    RequestKind,
    RequestStatus,
    Verdict,
    seal_of,
)
from bot.domain.runs import (
    Batch,
    Effect,
    EffectState,
    Opening,
    Outcome,
    Position,
    Recorded,
    Run,
    RunStatus,
    TeamSummary,
)
from bot.domain.turns import Turn, TurnKind
from bot.domain.workspaces import ConversationSummary, Delivery, Installation

__all__ = [
    "Accepted",
    "Answer",
    "Approval",
    "ApprovalItem",
    "ApprovalPolicy",
    "ApprovalState",
    "Attachment",
    "AuditAction",
    "AuditEntry",
    "AuditFilter",
    "Batch",
    "Claim",
    "Conversation",
    "ConversationId",
    "ConversationSummary",
    "Decision",
    "Delivery",
    "Effect",
    "EffectState",
    "Event",
    "EventKind",
    "ForgetReason",
    "ForgetWish",
    "InputRequest",
    "Installation",
    "Json",
    "ModelsTold",
    "Opening",
    "OutboxRow",
    "Outcome",
    "Person",
    "Position",
    "Post",
    "PostKind",
    "PostStatus",
    "PullStep",
    "Receipt",
    "Recorded",
    "RequestId",
    "RequestKind",
    "RequestStatus",
    "Run",
    "RunId",
    "RunStatus",
    "Said",
    "Sent",
    "TeamSummary",
    "ThreadRef",
    "Turn",
    "TurnKind",
    "Verdict",
    "seal_of",
]
