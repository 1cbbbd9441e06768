"""Between our words and OpenAI's: requests, answers whole or in chunks, and the errors of its client."""

from __future__ import annotations

import inspect
from typing import Any

import httpx
import openai
from openai.resources.chat.completions import AsyncCompletions
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion

from agents.models.connections import RedirectedError
from agents.models.failures import (
    ContextOverflowError,
    ModelError,
    Refusal,
    error_of,
    overflow_of,
    redirected,
    unreachable,
)
from agents.models.port import ModelAnswer, ModelCall
from agents.models.speech import Spoken, without_thinking
from agents.models.tool_calls import ToolCalls, new_call

_KNOWN = frozenset(inspect.signature(AsyncCompletions.create).parameters)


def request_of(call: ModelCall, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what is sent: the call's parameters as they are, streamed with usage unless it says otherwise."""
    parameters: dict[str, Any] = {"model": call.model, "messages": messages}
    if call.tools:
        parameters["tools"] = call.tools
    known = {key: value for key, value in call.options.items() if key in _KNOWN}
    extra = {key: value for key, value in call.options.items() if key not in _KNOWN}
    parameters |= known
    if extra:
        parameters["extra_body"] = {**(known.get("extra_body") or {}), **extra}
    parameters["stream"] = call.options.get("stream", True) is not False
    if parameters["stream"]:
        parameters.setdefault("stream_options", {"include_usage": True})
    return parameters


def take(chunk: dict[str, Any], spoken: Spoken, calls: ToolCalls) -> str | None:
    """Take a chunk's text and tool calls; return the finish reason once it comes."""
    finish: str | None = None
    for choice in (chunk.get("choices") or [])[:1]:
        finish = choice.get("finish_reason")
        delta = choice.get("delta") or {}  # some servers send null in the last chunk
        spoken.add(delta.get("content") or "")
        for piece in delta.get("tool_calls") or []:
            calls.add(piece)
    return finish


def answer_of(completion: ChatCompletion) -> ModelAnswer:
    """Return an answer that came whole."""
    choice = completion.choices[0]
    calls = [
        new_call(made.function.name, made.function.arguments, made.id)
        for made in choice.message.tool_calls or []
        if made.type == "function"
    ]
    prompt, answered = _tokens(completion.usage)
    return ModelAnswer(
        content=without_thinking(choice.message.content or ""),
        tool_calls=calls,
        model=completion.model,
        finish_reason=choice.finish_reason,
        prompt_tokens=prompt,
        completion_tokens=answered,
    )


def counted(usage: dict[str, Any]) -> tuple[int, int]:
    """Return a stream's tokens; `_tokens` without a model object, which took as long as reading a dozen chunks."""
    return usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0


def _tokens(usage: CompletionUsage | None) -> tuple[int, int]:
    if usage is None:
        return 0, 0
    return usage.prompt_tokens or 0, usage.completion_tokens or 0


def error_in(error: Exception, host: str, model: str) -> ModelError | ContextOverflowError:
    """Say in our errors what OpenAI's client, or the connection below it, met."""
    if isinstance(error, openai.APIStatusError):
        response = error.response
        refusal = Refusal(
            host=host, model=model, status=response.status_code, text=response.text, headers=response.headers
        )
        return overflow_of(refusal) or error_of(refusal)
    if isinstance(error.__cause__, RedirectedError):
        return redirected(host, error.__cause__.target)
    if isinstance(error, openai.APIConnectionError | httpx.HTTPError):
        return unreachable(host, error.__cause__ or error)
    if isinstance(error, openai.APIError):
        refusal = Refusal(host=host, model=model, status=0, text=error.message)
        return overflow_of(refusal) or error_of(refusal)
    return unreachable(host, ValueError("it does not speak OpenAI's dialect"))
