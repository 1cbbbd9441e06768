"""Replies as a pure function of the request: which agent asks, and how often it has spoken already."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Message = dict[str, Any]
Reply = str | dict[str, Any]
"""Text, or `{"content", "thinking", "tool_calls": [(name, arguments), ...]}`."""
Script = Sequence[Reply] | Callable[[list[Message]], Reply]
"""Replies by index, the last one for ever; or a function of the messages."""
Scripts = Mapping[str, Mapping[str, Script]]
"""By model name, then by agent; `_selector` answers whatever names no agent, `_any` every agent without its own."""

SELECTOR = "_selector"
ANY = "_any"
_TAG = re.compile(r"\[\[agent:(\w+)\]\]")
_SELECTION = "You are in a role play game"


def text_of(content: Any) -> str:
    """Return a message's content as text; parts are joined."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def agent_of(messages: list[Message]) -> str:
    """Return the agent that a `[[agent:NAME]]` tag names, or the selector for a speaker-selection prompt."""
    for message in messages:
        text = text_of(message.get("content"))
        if message.get("role") not in ("system", "user"):
            continue
        if text.startswith(_SELECTION):
            return SELECTOR
        found = _TAG.search(text)
        if found:
            return found.group(1)
    return SELECTOR


def assistant_messages(messages: list[Message]) -> int:
    """Return how often an assistant has spoken in this request."""
    return sum(message.get("role") == "assistant" for message in messages)


def reply_for(script: Mapping[str, Script], messages: list[Message]) -> tuple[str, dict[str, Any]]:
    """Return the asking agent and its reply as a dictionary.

    Raises:
        KeyError: The script has neither this agent nor `_any`.
    """
    agent = agent_of(messages)
    lines = script[agent] if agent in script else script[ANY]
    reply = lines(messages) if callable(lines) else lines[min(assistant_messages(messages), len(lines) - 1)]
    return agent, {"content": reply} if isinstance(reply, str) else dict(reply)


def digest_of(body: Mapping[str, Any]) -> str:
    """Return a short hash of a request: equal requests, equal digests, in every process."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]


def pieces(text: str) -> list[str]:
    """Cut text into the chunks in which it is streamed: words with the space behind them."""
    return re.findall(r"\S+\s*|\s+", text)
