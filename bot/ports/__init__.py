"""What the core asks of the outside, as Protocols.

Each docstring is a promise that every implementation keeps. No port has more than six methods, none optional.
"""

from __future__ import annotations

from bot.ports.neighbours import (
    ChatAdapter,
    Claim,
    Clock,
    DefaultTeams,
    Engine,
    Inbox,
    Listening,
    Overview,
    OwnConversations,
    PinnedTeams,
    Preview,
    RunJournal,
    Teams,
)
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

__all__ = [
    "Approvals",
    "Audit",
    "ChatAdapter",
    "Claim",
    "Clock",
    "Conversations",
    "DefaultTeams",
    "Deliveries",
    "Engine",
    "Forgetting",
    "Inbox",
    "InboxRecords",
    "Journal",
    "Listening",
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
