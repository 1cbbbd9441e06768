"""Requests that can be answered with nothing but what a schema allows: a call, a name, or whether the task is done."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.content import text_of
from agents.models.port import ModelAnswer, ModelCall
from agents.teams.rescues.calls.names import functions_of, meant
from agents.teams.rescues.requests import Asking
from bot.errors import ModelFailedError

NEXT = "next_speaker"
"""The key of a confined answer."""
DONE = "done"
"""The key of the answer whether the task is done."""
_IS_DONE = "Is the task done, so that the chat can end?"
_REFUSES = re.compile(r"response_format|schema|\bformat\b|grammar|structured|guided", re.IGNORECASE)


class Confining:
    """Makes such requests, and remembers whose server refuses them."""

    def __init__(self, unconfined: set[str] | None) -> None:
        """Take the models, each with a schema's name, whose server is known to refuse; further ones are added."""
        self._unconfined = set() if unconfined is None else unconfined

    async def ask(self, narrow: ModelCall, call: ModelCall, asking: Asking) -> ModelAnswer:
        """Return the answer to the narrow request; where the model's server refuses that, to the call itself."""
        if (kind := _kind(narrow)) in self._unconfined:
            return await asking.ask(call)
        try:
            return await asking.ask(narrow)
        except ModelFailedError as error:
            answer = await asking.ask(call)
            if refuses_to_confine(error):
                self._unconfined.add(kind)
            return answer

    async def done(self, call: ModelCall, asking: Asking) -> bool:
        """Return whether the task is done; a server that cannot confine the answer is not asked."""
        told = confined_end(call)
        if (kind := _kind(told)) in self._unconfined:
            return False
        try:
            answer = await asking.ask(told, aside=True)
        except ModelFailedError as error:
            if refuses_to_confine(error):
                self._unconfined.add(kind)
            return False
        return is_done(answer.content)


def _kind(confined: ModelCall) -> str:
    return f"{confined.model} {confined.options['response_format']['json_schema']['name']}"


def confined_call(call: ModelCall, made: dict[str, Any], offered: Sequence[dict[str, Any]]) -> ModelCall | None:
    """Return the call with an answer that can be nothing but a call of the tool that this one names.

    None: there is no such tool, so nobody knows which is meant. Without tools: servers confine an answer, or offer it
    tools, and not both.
    """
    schemas = functions_of(offered)
    name = meant(str((made.get("function") or {}).get("name")), schemas)
    if name is None:
        return None
    properties = {"name": {"type": "string", "enum": [name]}, "arguments": schemas[name] or {"type": "object"}}
    schema = {"type": "object", "properties": properties, "required": ["name", "arguments"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "tool_call", "schema": schema}}
    return replace(call, tools=[], options={**call.options, "response_format": wanted})


def refuses_to_confine(error: Exception) -> bool:
    """Return whether a server says that it cannot confine an answer; else it may at another time."""
    return type(error) is ModelFailedError and bool(_REFUSES.search(str(error)))


def confined(call: ModelCall, names: Sequence[str]) -> ModelCall:
    """Return the call with an answer that can be nothing but one of these names."""
    wanted = _one_value(NEXT, {"type": "string", "enum": list(names)})
    return replace(call, options={**call.options, "response_format": wanted})


def confined_end(call: ModelCall) -> ModelCall:
    """Return the call with the question whether the task is done, and an answer that can be nothing but yes or no."""
    options = {**call.options, "response_format": _one_value(DONE, {"type": "boolean"}), "temperature": 0.0}
    messages, shaped = _with_question(call.messages), call.shaped
    if shaped is not None:
        make = shaped.make
        shaped = replace(shaped, made=messages, make=lambda said: _with_question(make(said)))
    return replace(call, tools=[], options=options, messages=messages, shaped=shaped)


def _one_value(key: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the format of an object that has nothing but one value."""
    whole = {"type": "object", "properties": {key: schema}, "required": [key], "additionalProperties": False}
    return {"type": "json_schema", "json_schema": {"name": key, "strict": True, "schema": whole}}


def _with_question(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    *before, last = messages
    content = last.get("content")
    if isinstance(content, list):
        return [*before, {**last, "content": [*content, {"type": "text", "text": _IS_DONE}]}]
    return [*before, {**last, "content": f"{text_of(content)}\n\n{_IS_DONE}"}]


def is_done(text: str) -> bool:
    """Return whether a confined answer says that the task is done; every other answer does not."""
    return _object(text).get(DONE) is True


def confined_name(text: str, names: Sequence[str]) -> str | None:
    """Return the name that a confined answer gives, or None for every other answer."""
    value = _object(text)
    name = value.get(NEXT) if len(value) == 1 else None
    return name if isinstance(name, str) and name in names else None


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
