"""What a model is asked once more when its answer cannot be used, and for what a choice is confined. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from agents.content import text_of
from agents.models.port import ModelAnswer, ModelCall
from agents.teams.rescues.calls.checked import functions_of

CANDIDATES: ContextVar[tuple[str, ...]] = ContextVar("threadfast_candidates", default=())
"""The agents of which a speaker selection that goes on now may name one; empty: none goes on."""

SELECTING = "speaker_selection_agent"
"""The agent that the library makes for a selection."""
NEXT = "next_speaker"
"""The key of a confined answer."""
_WARM, _COOL = 0.6, 0.2
_TRY_AGAIN = (
    "That call was not made. {problems}\nCall the right tool now, with arguments that match its schema. "
    "If you did not mean to call a tool, give your answer once more in words."
)
_RESULTS = (
    "You have the result of the tool{results}. Answer the task with it in one sentence, in words, "
    "and then write {word}."
)
_SENTENCE = re.compile(r"[^.!?。！？\n]*(?:[.!?。！？]+|\n|\Z)")


def candidates_of(call: ModelCall) -> tuple[str, ...]:
    """Return the names of which a call is to choose one; none when it is no speaker selection."""
    names = CANDIDATES.get()
    if not names or call.agent != SELECTING or not call.messages:
        return ()
    # The library's own words for it; a summary of what was said may be asked for on the way.
    words = text_of(call.messages[-1].get("content"))
    return names if "[" in words and all(f"'{name}'" in words for name in names) else ()


def at_another_temperature(call: ModelCall) -> ModelCall:
    """Return the call with another temperature, and another seed where it has one: the same would say the same."""
    warm = call.options.get("temperature")
    options = {**call.options, "temperature": _COOL if warm is None or warm > _WARM else round(warm + 0.5, 2)}
    if isinstance(options.get("seed"), int):
        options["seed"] += 1
    return replace(call, options=options)


def with_problems(call: ModelCall, answer: ModelAnswer, problems: Sequence[str]) -> ModelCall:
    """Return the call with what the model wrote and what is wrong with it.

    Said in words: a call that is no JSON breaks the templates of some servers.
    """
    wrote = [answer.content, *(_as_text(made) for made in answer.tool_calls)]
    told = _TRY_AGAIN.format(problems=" ".join(problems))
    said = {"role": "assistant", "content": "\n".join(text for text in wrote if text.strip())}
    return replace(call, messages=[*call.messages, said, {"role": "user", "content": told}])


def _as_text(made: dict[str, Any]) -> str:
    function = made.get("function") or {}
    return f'{{"name": {json.dumps(function.get("name"))}, "arguments": {function.get("arguments")}}}'


def with_results(call: ModelCall, results: Sequence[str], word: str) -> ModelCall:
    """Return the call without tools, and with the request to say in words what these have returned."""
    told = ": " + "; ".join(result[:2_000] for result in results) if results else ""
    asked = {"role": "user", "content": _RESULTS.format(results=told, word=word)}
    return replace(call, tools=[], messages=[*call.messages, asked])


def ends_with_result(call: ModelCall) -> bool:
    """Return whether the last that a model was told is what a tool has returned."""
    return bool(call.messages) and call.messages[-1].get("role") in ("tool", "function")


def is_first(call: ModelCall) -> bool:
    """Return whether nothing has been said yet but the task."""
    return [message.get("role") for message in call.messages if message.get("role") != "system"] == ["user"]


def without_word(call: ModelCall, word: str) -> ModelCall:
    """Return the call without the sentences of its system message that hold a word."""
    messages = [_without(message, word) if message.get("role") == "system" else message for message in call.messages]
    return replace(call, messages=[each for each in messages if each.get("role") != "system" or each["content"]])


def _without(message: dict[str, Any], word: str) -> dict[str, Any]:
    content = message.get("content")
    if not isinstance(content, str):
        return message
    kept = [part for part in _SENTENCE.findall(content) if word.casefold() not in part.casefold()]
    return {**message, "content": "".join(kept).strip()}


def confined_call(call: ModelCall, made: Sequence[dict[str, Any]], offered: Sequence[dict[str, Any]]) -> ModelCall:
    """Return the call with an answer that can be nothing but a call of one of the tools that these calls name.

    Without tools: servers confine an answer, or offer it tools, and not both.
    """
    schemas = functions_of(offered)
    named = {str((each.get("function") or {}).get("name")) for each in made}
    kinds = [_kind_of(name, schema) for name, schema in schemas.items() if name in named or not named & schemas.keys()]
    schema = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    wanted = {"type": "json_schema", "json_schema": {"name": "tool_call", "schema": schema}}
    return replace(call, tools=[], options={**call.options, "response_format": wanted})


def _kind_of(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    properties = {"name": {"type": "string", "enum": [name]}, "arguments": schema or {"type": "object"}}
    return {"type": "object", "properties": properties, "required": ["name", "arguments"]}


def confined(call: ModelCall, names: Sequence[str]) -> ModelCall:
    """Return the call with an answer that can be nothing but one of these names."""
    schema = {
        "type": "object",
        "properties": {NEXT: {"type": "string", "enum": list(names)}},
        "required": [NEXT],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": NEXT, "strict": True, "schema": schema}}
    return replace(call, options={**call.options, "response_format": wanted})


def confined_name(text: str, names: Sequence[str]) -> str | None:
    """Return the name that a confined answer gives, or None for every other answer."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    name = value.get(NEXT) if isinstance(value, dict) and len(value) == 1 else None
    return name if isinstance(name, str) and name in names else None
