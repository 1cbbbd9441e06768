"""Chats that an agent holds with others before it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autogen import ConversableAgent, GroupChatManager

from agents.teams.definition import Nested

HANDING_OFF = "[Handing off to "
"""How AutoGen begins the note that a context variable handed the floor on."""

HEARD_IN_GROUPS = 2
"""The format of pinned runs since which a group's agents, and not only its manager, set chats off."""


def nest(made: ConversableAgent, nested: Nested, agents: Mapping[str, ConversableAgent], pinned_format: int) -> None:
    """Let an agent hold its nested chats."""
    partners = {chat.recipient for chat in nested.chats} | {chat.sender or made.name for chat in nested.chats}
    in_groups = pinned_format >= HEARD_IN_GROUPS

    def sets_off(sender: Any) -> bool:
        if not nested.trigger:
            return sender.name not in partners
        return (_speaker(sender) if in_groups else sender.name) in nested.trigger

    queue: list[dict[str, Any]] = []
    for at, chat in enumerate(nested.chats):
        before = list(range(1, at + 1))
        queue.append(
            {
                "chat_id": at + 1,
                "prerequisites": before,
                "sender": agents[chat.sender or made.name],
                "recipient": agents[chat.recipient],
                "message": chat.message or (_last_words if in_groups else _last_message),
                "max_turns": chat.max_turns,
                "summary_method": chat.summary_method,
                "finished_chat_indexes_to_exclude_from_carryover": [] if chat.carryover else before,
            }
        )
    made.register_nested_chats(queue, trigger=sets_off, use_async=True)


def _speaker(sender: Any) -> str:
    """Return who spoke: in a group everything comes from its manager."""
    if not isinstance(sender, GroupChatManager):
        return str(sender.name)
    said = (message.get("name", "") for message in reversed(sender.groupchat.messages) if message.get("role") != "tool")
    return str(next(said, ""))


def _last_message(_recipient: Any, messages: list[dict[str, Any]], _sender: Any, _config: Any) -> Any:
    return messages[-1].get("content")


def _last_words(_recipient: Any, messages: list[dict[str, Any]], _sender: Any, _config: Any) -> Any:
    """Return what set the chats off: where that is the note of a handoff, what was said before it."""
    said = messages[-1].get("content")
    if not str(said).startswith(HANDING_OFF):
        return said
    before = [message.get("content") for message in messages if message.get("role") != "tool"]
    return next((words for words in reversed(before) if words and not str(words).startswith(HANDING_OFF)), said)
