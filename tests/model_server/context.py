"""Ollama's habits with a model's memory and abilities: loading, the context's size, capabilities, thinking."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.model_server.state import Logged, State

Refuse = Callable[..., Exception]
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def tokens(messages: list[dict[str, Any]], characters_per_token: int) -> int:
    """Count tokens the scripted way; exact for tests, true for no model."""
    return len(json.dumps(messages)) // characters_per_token


def keep_alive_seconds(value: Any) -> float:
    """Read `5m`, a number of seconds, or a negative one for ever."""
    if value is None:
        return 300.0
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)(ms|s|m|h)?", str(value))
    if found is None:
        raise ValueError(f"time: invalid duration {value!r}")
    seconds = float(found.group(1)) * _UNITS[found.group(2) or "s"]
    return float("inf") if seconds < 0 else seconds


async def prepare(
    state: State, model: str, body: dict[str, Any], logged: Logged, *, native: bool, refuse: Refuse
) -> list[dict[str, Any]]:
    """Check abilities, load the model, fit the messages into its context and return what is left of them."""
    _check_abilities(state, model, body, native=native, refuse=refuse)
    if native and state.overloaded(model):
        raise refuse(503, "server busy, please try again.  maximum pending requests exceeded")
    size = int((body.get("options") or {}).get("num_ctx") or state.models[model].context)
    keep = keep_alive_seconds(body.get("keep_alive"))
    await state.load(model, size, keep)
    return _fit(state, body, size, logged, native=native, refuse=refuse)


def _check_abilities(state: State, model: str, body: dict[str, Any], *, native: bool, refuse: Refuse) -> None:
    able = state.models[model].capabilities
    if body.get("tools") and "tools" not in able:
        raise refuse(400, f"registry.ollama.ai/library/{model} does not support tools")
    if native and body.get("think") and "thinking" not in able:
        raise refuse(400, f'"{model}" does not support thinking')
    if any(message.get("images") for message in body["messages"]) and "vision" not in able:
        raise refuse(400, "this model is missing data required for image input")


def _fit(
    state: State, body: dict[str, Any], size: int, logged: Logged, *, native: bool, refuse: Refuse
) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = list(body["messages"])
    per = state.control.characters_per_token
    asked = tokens(messages, per)
    if asked <= size:
        return messages
    if native and body.get("truncate") is False:
        raise refuse(400, "the input length exceeds the context length")
    if not native and state.control.overflow != "truncate":
        raise refuse(400, *_overflow(state.control.overflow, asked, size))
    while len(messages) > 1 and tokens(messages, per) > size:
        oldest = next((at for at, message in enumerate(messages[:-1]) if message.get("role") != "system"), None)
        if oldest is None:
            break
        del messages[oldest]
        logged.truncated += 1
    return messages


def _overflow(kind: str, asked: int, size: int) -> tuple[str, dict[str, Any]]:
    if kind == "llama_cpp":
        sentence = f"request ({asked} tokens) exceeds the available context size ({size} tokens), try increasing it"
        return sentence, {"code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": asked, "n_ctx": size}
    if kind == "bare":
        return "The prompt exceeds the context of this model.", {"code": 400}
    sentence = (
        f"This model's maximum context length is {size} tokens. However, your messages resulted in {asked} tokens."
    )
    return sentence, {"code": "context_length_exceeded", "param": "messages"}


def thinking(state: State, model: str, body: dict[str, Any], reply: dict[str, Any], *, native: bool) -> dict[str, Any]:
    """Add or remove thinking: on by default where the model can, unless `think` is false."""
    able = "thinking" in state.models[model].capabilities
    wanted = body.get("think", True) if native else True
    if not able:
        return reply
    if wanted is False:
        return {**reply, "thinking": ""}
    return {"thinking": "Let me think about it.", **reply}
