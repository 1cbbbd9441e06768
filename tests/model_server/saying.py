"""What the model says to one request, after the script and the faults of content."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.model_server.faults import tools_as_text
from tests.model_server.scripts import pieces

ToolCalls = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer, independent of the dialect."""

    model: str
    digest: str
    content: str = ""
    thinking: str = ""
    tool_calls: ToolCalls = ()
    finish: str = "stop"
    finished: bool = True
    """Whether the end mark is sent."""
    usage: bool = True
    prompt_tokens: int = 0
    native_arguments: bool = True
    """False: a tool call's arguments are sent as they are, even if they are no JSON."""

    @property
    def completion_tokens(self) -> int:
        """A word is a token, a tool call five."""
        return len(pieces(self.content)) + len(pieces(self.thinking)) + 5 * len(self.tool_calls)


def say(reply: dict[str, Any], said: Said, fault: str | None) -> Said:
    """Put a script's reply into an answer and apply a fault of content."""
    if fault in _TOOL_TEXT:
        reply = tools_as_text(reply, _TOOL_TEXT[fault])
    said = replace(
        said,
        content=reply.get("content") or "",
        thinking=reply.get("thinking") or "",
        tool_calls=tuple((name, arguments) for name, arguments in reply.get("tool_calls") or ()),
        finish=reply.get("finish", "stop"),
    )
    return _FAULTS[fault](said) if fault in _FAULTS else said


def _json_call(name: str, arguments: Any) -> str:
    return json.dumps({"name": name, "arguments": arguments})


def _malformed(said: Said) -> Said:
    calls = said.tool_calls or (("lookup", {}),)
    return replace(said, tool_calls=tuple((name, '{"word": "x"') for name, _ in calls), native_arguments=False)


def _fenced_call(name: str, arguments: Any) -> str:
    return f"```json\n{_json_call(name, arguments)}\n```"


_TOOL_TEXT: dict[str | None, Callable[[str, Any], str]] = {"bare_tools": _json_call, "fenced_tools": _fenced_call}

_FAULTS: dict[str | None, Callable[[Said], Said]] = {
    "malformed_tools": _malformed,
    "empty": lambda said: replace(said, content="", thinking="", tool_calls=()),
    "thinking_only": lambda said: replace(said, content="", thinking="Let me think about it.", tool_calls=()),
    "think_tags": lambda said: replace(said, content=f"<think>\nHm, let me see.\n</think>\n\n{said.content}"),
    "repetition": lambda said: replace(said, content="and again " * 40, tool_calls=(), finished=False),
    "length": lambda said: replace(said, finish="length"),
    "no_usage": lambda said: replace(said, usage=False),
}
