"""What the core asks of the outside, as Protocols.

Each docstring is a promise that every implementation keeps. No port has more than six methods, none optional.
"""

from __future__ import annotations

from bot.ports.neighbours import (
    ChatAdapter,
    Claim,
    Clock,
    Engine,
    Inbox,
    Overview,
    PinnedTeams,
    Preview,
    RunJournal,
    Teams,
)
from bot.ports.store import (
    Conversations,
    Deliveries,
    InboxRecords,
    Journal,
    Outbox,
    Records,
    Requests,
    Runs,
    Store,
    Workspaces,
)

__all__ = [
    "ChatAdapter",
    "Claim",
    "Clock",
    "Conversations",
    "Deliveries",
    "Engine",
    "Inbox",
    "InboxRecords",
    "Journal",
    "Outbox",
    "Overview",
    "PinnedTeams",
    "Preview",
    "Records",
    "Requests",
    "RunJournal",
    "Runs",
    "Store",
    "Teams",
    "Workspaces",
]
