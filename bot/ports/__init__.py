"""What the core asks of the outside, as Protocols.

Each docstring is a promise that every implementation keeps. No port has more than six methods, none optional.
"""

from __future__ import annotations

from bot.ports.neighbours import ChatAdapter, Clock, Engine, Inbox, Overview, Preview, RunJournal, Teams
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
    "Clock",
    "Conversations",
    "Deliveries",
    "Engine",
    "Inbox",
    "InboxRecords",
    "Journal",
    "Outbox",
    "Overview",
    "Preview",
    "Records",
    "Requests",
    "RunJournal",
    "Runs",
    "Store",
    "Teams",
    "Workspaces",
]
