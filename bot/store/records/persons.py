"""How rows name a person: ids of people mean something only within their workspace."""

from __future__ import annotations

from bot.domain import ConversationId


def person_of(conversation: ConversationId, person: str) -> str:
    """Return `adapter:workspace:id` for a person who takes part in this conversation."""
    adapter, workspace, *_ = conversation.split(":", 2)
    return f"{adapter}:{workspace}:{person}"
