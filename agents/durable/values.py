"""What tools return and change, as JSON that comes back exactly: results, handoffs, context variables."""

from __future__ import annotations

import base64
from typing import Any

from autogen.agentchat.group.context_variables import ContextVariables
from autogen.agentchat.group.reply_result import ReplyResult
from autogen.agentchat.group.targets import group_manager_target, transition_target
from autogen.agentchat.group.targets.transition_target import TransitionTarget

from agents.durable.signals import refusal

TARGETS: dict[str, type[TransitionTarget]] = {
    name: value
    for module in (transition_target, group_manager_target)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, TransitionTarget)
}
"""AutoGen's targets of a handoff, by the name of their class."""


def encode(value: Any, what: str) -> Any:
    """Return JSON for a value of plain Python types, or of AutoGen's handoff types.

    Raises:
        Unwound: With a RunFailedError that names `what`: a value of this type would not come back the same.
    """
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, list):
        return [encode(part, what) for part in value]
    if isinstance(value, dict):
        return {"dict": [[encode(key, what), encode(part, what)] for key, part in value.items()]}
    if isinstance(value, (tuple, set, frozenset)):
        parts = sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value
        return {type(value).__name__: [encode(part, what) for part in parts]}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    return _encode_handoff(value, what)


def _encode_handoff(value: Any, what: str) -> Any:
    if isinstance(value, ContextVariables):
        return {"context": encode(value.data, what)}
    if isinstance(value, ReplyResult):
        parts = (value.message, value.target, value.context_variables)
        return {"reply": [encode(part, what) for part in parts]}
    if isinstance(value, TransitionTarget) and type(value).__name__ in TARGETS:
        return {"target": [type(value).__name__, encode(value.model_dump(), what)]}
    raise refusal("cannot_be_kept", what=what, type=type(value).__name__)


def decode(value: Any) -> Any:
    """Return the value that `encode` was given."""
    if isinstance(value, list):
        return [decode(part) for part in value]
    if not isinstance(value, dict):
        return value
    ((kind, body),) = value.items()
    return _DECODERS[kind](body)


def _decode_reply(body: list[Any]) -> ReplyResult:
    message, target, context = (decode(part) for part in body)
    return ReplyResult(message=message, target=target, context_variables=context)


def _decode_target(body: list[Any]) -> TransitionTarget:
    name, fields = body
    return TARGETS[name].model_construct(**decode(fields))


_DECODERS: dict[str, Any] = {
    "dict": lambda body: {decode(key): decode(part) for key, part in body},
    "tuple": lambda body: tuple(decode(body)),
    "set": lambda body: set(decode(body)),
    "frozenset": lambda body: frozenset(decode(body)),
    "bytes": base64.b64decode,
    "context": lambda body: ContextVariables(data=decode(body)),
    "reply": _decode_reply,
    "target": _decode_target,
}


class ContextChanges:
    """What tools change in context variables, each tool's share in the order in which the tools complete."""

    def __init__(self) -> None:
        self._seen: dict[int, dict[str, Any]] = {}
        self._running: dict[int, int] = {}

    def begin(self, context: ContextVariables) -> None:
        """Note the variables as they are before a tool; what plain code changed between tools is not a tool's."""
        if not self._running.get(id(context)):
            self._seen[id(context)] = self._encoded(context)
        self._running[id(context)] = self._running.get(id(context), 0) + 1

    def end(self, context: ContextVariables) -> dict[str, Any]:
        """Return what changed since the last tool of these variables completed: `set` and `removed`."""
        before, now = self._seen[id(context)], self._encoded(context)
        self._seen[id(context)] = now
        self._running[id(context)] -= 1
        return {
            "set": {key: value for key, value in now.items() if key not in before or before[key] != value},
            "removed": [key for key in before if key not in now],
        }

    def apply(self, context: ContextVariables, changes: dict[str, Any]) -> None:
        """Make a tool's journalled changes again."""
        for key in changes["removed"]:
            context.remove(key)
        for key, value in changes["set"].items():
            context.set(key, decode(value))

    def _encoded(self, context: ContextVariables) -> dict[str, Any]:
        return {key: encode(value, f"The context variable {key!r}") for key, value in context.data.items()}
