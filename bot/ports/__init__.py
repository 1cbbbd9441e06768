"""What the core asks of the outside, as Protocols.

Each docstring is a promise that every implementation keeps. No port has more than six methods, none optional.
"""

from __future__ import annotations

from bot.ports.chat import ChatAdapter, Decoration, Inbox, Listening
from bot.ports.desk import ModelDesk
from bot.ports.neighbours import Claim, Clock, DefaultTeams, Engine, Overview, OwnConversations, PinnedTeams
from bot.ports.platforms import Deliveries, Notes, Places, Steering, Workspaces
from bot.ports.security import Approvals, Audit, Forgetting, Redact, Refusals, Retention, Usage
from bot.ports.store import (
    Conversations,
    InboxRecords,
    Journal,
    Outbox,
    Records,
    Requests,
    Runs,
    Store,
)
from bot.ports.teams import Preview, RunJournal, Teams

__all__ = [
    "Approvals",
    "Audit",
    "ChatAdapter",
    "Claim",
    "Clock",
    "Conversations",
    "Decoration",
    "DefaultTeams",
    "Deliveries",
    "Engine",
    "Forgetting",
    "Inbox",
    "InboxRecords",
    "Journal",
    "Listening",
    "ModelDesk",
    "Notes",
    "Outbox",
    "Overview",
    "OwnConversations",
    "PinnedTeams",
    "Places",
    "Preview",
    "Records",
    "Redact",
    "Refusals",
    "Requests",
    "Retention",
    "RunJournal",
    "Runs",
    "Steering",
    "Store",
    "Teams",
    "Usage",
    "Workspaces",
]
