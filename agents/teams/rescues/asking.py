"""What a model is asked once more when its answer cannot be used, and for what a choice is confined. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from agents.content import text_of
from agents.models.port import ModelCall
from agents.teams.rescues.calls.checked import functions_of
from agents.teams.rescues.calls.names import meant
from bot.errors import ModelFailedError

CANDIDATES: ContextVar[tuple[str, ...]] = ContextVar("threadfast_candidates", default=())
"""The agents of which a speaker selection that goes on now may name one; empty: none goes on."""

SELECTING = "speaker_selection_agent"
"""The agent that the library makes for a selection."""
NEXT = "next_speaker"
"""The key of a confined answer."""
DONE = "done"
"""The key of the answer whether the task is done."""
_IS_DONE = "Is the task done, so that the chat can end?"
_WARM, _COOL = 0.6, 0.2
_TRY_AGAIN = (
    "That call was not made. {problems}\nCall the right tool now, with arguments that match its schema. "
    "If you did not mean to call a tool, give your answer once more in words."
)
_RESULTS = (
    "You have the result of the tool{results}. Answer the task with it in one sentence, in words, "
    "and then write {word}."
)
_REFUSES = re.compile(r"response_format|schema|\bformat\b|grammar|structured|guided", re.IGNORECASE)
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


def with_problems(call: ModelCall, content: str, wrong: Sequence[dict[str, Any]], problems: Sequence[str]) -> ModelCall:
    """Return the call with what the model wrote, the calls of it that are wrong, and what is wrong with them.

    Said in words: a call that is no JSON breaks the templates of some servers.
    """
    wrote = [content, *(_as_text(made) for made in wrong)]
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
    """Return the call without the sentences of its system message that hold a word.

    One that would say nothing any more stays as it is.
    """
    said = " ".join(text_of(each.get("content")) for each in call.messages if each.get("role") == "system")
    # In another case only where it never stands as it is: `in the end` does not name the word END.
    wanted = _whole(word, 0) if _whole(word, 0).search(said) else _whole(word, re.IGNORECASE)
    messages = [_without(each, wanted) if each.get("role") == "system" else each for each in call.messages]
    return replace(call, messages=messages)


def _whole(word: str, flags: int) -> re.Pattern[str]:
    """Return what finds a word and no part of a longer one; words of scripts without spaces have no edges."""
    before = r"(?<![A-Za-z0-9_])" if re.match(r"[A-Za-z0-9_]", word) else ""
    after = r"(?![A-Za-z0-9_])" if re.search(r"[A-Za-z0-9_]\Z", word) else ""
    return re.compile(before + re.escape(word) + after, flags)


def _without(message: dict[str, Any], word: re.Pattern[str]) -> dict[str, Any]:
    content = message.get("content")
    if not isinstance(content, str):
        return message
    kept = "".join(part for part in _SENTENCE.findall(content) if not word.search(part)).strip()
    return {**message, "content": kept} if kept else message


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
    schema = {
        "type": "object",
        "properties": {NEXT: {"type": "string", "enum": list(names)}},
        "required": [NEXT],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": NEXT, "strict": True, "schema": schema}}
    return replace(call, options={**call.options, "response_format": wanted})


def confined_end(call: ModelCall) -> ModelCall:
    """Return the call with the question whether the task is done, and an answer that can be nothing but yes or no."""
    schema = {
        "type": "object",
        "properties": {DONE: {"type": "boolean"}},
        "required": [DONE],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": DONE, "strict": True, "schema": schema}}
    options = {**call.options, "response_format": wanted, "temperature": 0.0}
    messages, shaped = _with_question(call.messages), call.shaped
    if shaped is not None:
        make = shaped.make
        shaped = replace(shaped, made=messages, make=lambda said: _with_question(make(said)))
    return replace(call, tools=[], options=options, messages=messages, shaped=shaped)


def _with_question(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    *before, last = messages
    content = last.get("content")
    if isinstance(content, list):
        return [*before, {**last, "content": [*content, {"type": "text", "text": _IS_DONE}]}]
    return [*before, {**last, "content": f"{text_of(content)}\n\n{_IS_DONE}"}]


def is_done(text: str) -> bool:
    """Return whether a confined answer says that the task is done; every other answer does not."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get(DONE) is True


def confined_name(text: str, names: Sequence[str]) -> str | None:
    """Return the name that a confined answer gives, or None for every other answer."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    name = value.get(NEXT) if isinstance(value, dict) and len(value) == 1 else None
    return name if isinstance(name, str) and name in names else None
