"""What a model is asked once more when its answer cannot be used. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from agents.content import text_of
from agents.models.port import ModelCall

CANDIDATES: ContextVar[tuple[str, ...]] = ContextVar("threadfast_candidates", default=())
"""The agents of which a speaker selection that goes on now may name one; empty: none goes on."""

SELECTING = "speaker_selection_agent"
"""The agent that the library makes for a selection."""
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
