"""Shapes a history for models and servers that are strict: no `name` field, one system message first, roles in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

Message = dict[str, Any]
Names = Literal["auto", "prefix", "drop", "keep"]

RESULTS = ("tool", "function")
"""Roles of what a tool has returned; its `name` is the tool's."""
BEGIN = "Begin."
"""Said by the user where the history would begin with the model's own words."""
GO_ON = "Go on."
"""Said by the user where the model would otherwise have to answer itself."""


def named(messages: Sequence[Message], names: Names) -> list[Message]:
    """Say who said what without the `name` field, which many servers ignore or refuse.

    `auto` writes `name: ` before a message where more than one other speaks, and leaves it out elsewhere.
    """
    if names == "keep":
        return [dict(message) for message in messages]
    prefix = names == "prefix" or (names == "auto" and len(_speakers(messages)) > 1)
    if prefix:
        return [_prefixed(message) for message in messages]
    made = [dict(message) for message in messages]
    for message in made:
        if message.get("role") not in RESULTS:
            message.pop("name", None)
    return made


def speaks_of_itself(text: str, agent: str) -> str:
    """Remove the agent's own `name: ` from the beginning of its answer: it copies what it reads.

    Not where nothing follows in the same line: so begins YAML.
    """
    begun = text.lstrip()
    for mark in (f"{agent}:", f"**{agent}:**", f"**{agent}**:", f"[{agent}]:"):
        if begun.lower().startswith(mark.lower()):
            rest = begun[len(mark) :]
            is_key = rest.strip() and not rest.partition("\n")[0].strip()
            return text if is_key and mark[0] not in "*[" else rest.lstrip()
    return text


def alternating(messages: Sequence[Message]) -> list[Message]:
    """Put one system message first and let user and assistant alternate, without losing a word.

    Later system messages are said by the user in their place. Tool calls and their results stay as they are.
    """
    return [*messages] if take_turns(messages) else made_to_alternate(messages)


def made_to_alternate(messages: Sequence[Message]) -> list[Message]:
    """Do what `alternating` promises, also where nothing is to be done."""
    at = next((at for at, message in enumerate(messages) if message.get("role") != "system"), len(messages))
    made: list[Message] = []
    for message in messages[:at]:
        _add(made, dict(message))
    rest: list[Message] = []
    for message in messages[at:]:
        turned = {**message, "role": "user"} if message.get("role") == "system" else dict(message)
        if _says(turned):
            _add(rest, turned)
    if not rest or rest[0].get("role") == "assistant":
        rest.insert(0, {"role": "user", "content": BEGIN})
    if rest[-1].get("role") == "assistant" and not rest[-1].get("tool_calls"):
        rest.append({"role": "user", "content": GO_ON})
    return made + rest


def take_turns(messages: Sequence[Message]) -> bool:
    """Whether nothing is to be done, as mostly: whole histories pass here with each call."""
    due = "user"
    for at, message in enumerate(messages):
        role = message.get("role")
        if role == "system" and at == 0:
            continue
        if role != due or not message.get("content") or message.get("tool_calls") or message.get("function_call"):
            return False
        due = "assistant" if role == "user" else "user"
    return due == "assistant"


def _speakers(messages: Sequence[Message]) -> set[str]:
    return {message["name"] for message in messages if message.get("role") == "user" and message.get("name")}


def _prefixed(message: Message) -> Message:
    made = dict(message)
    if made.get("role") in RESULTS:
        return made
    name = made.pop("name", None)
    if not name or made.get("role") != "user":
        return made
    content = message.get("content")
    if isinstance(content, list):
        made["content"] = [{"type": "text", "text": f"{name}:"}, *content]
    elif content:
        made["content"] = f"{name}: {content}"
    return made


def _says(message: Message) -> bool:
    return bool(message.get("content")) or _calls(message) or message.get("role") in RESULTS


def _calls(message: Message) -> bool:
    return bool(message.get("tool_calls") or message.get("function_call"))


def _add(messages: list[Message], message: Message) -> None:
    """Append a message, or join it with the one before when the same role speaks again."""
    last = messages[-1] if messages else {}
    role = message.get("role")
    if last.get("role") != role or role in RESULTS or _calls(last) or _calls(message):
        messages.append(message)
        return
    messages[-1] = {**last, "content": _joined(last.get("content"), message.get("content"))}


def _joined(first: Any, second: Any) -> Any:
    if isinstance(first, list) or isinstance(second, list):
        return _parts(first) + _parts(second)
    return "\n\n".join(text for text in (first, second) if text)


def _parts(content: Any) -> list[Any]:
    if isinstance(content, list):
        return content
    return [{"type": "text", "text": content}] if content else []
