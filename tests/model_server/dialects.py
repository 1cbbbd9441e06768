"""The two ways to write the same answer: OpenAI's chat completions and Ollama's native chat."""

from __future__ import annotations

import json
from typing import Any, Protocol

from tests.model_server.saying import Said
from tests.model_server.scripts import pieces
from tests.model_server.sending import Frames

MIDSTREAM = "an error was encountered while running the model: CUDA error: out of memory"


class Dialect(Protocol):
    """How answers and errors are written."""

    streams_by_default: bool

    def refusal(self, status: int, error: str, extra: dict[str, Any]) -> dict[str, Any]:
        """Write an error's body."""
        ...

    def whole(self, said: Said) -> dict[str, Any]:
        """Write an answer that is not streamed."""
        ...

    def frames(self, said: Said, body: dict[str, Any]) -> Frames:
        """Write a streamed answer."""
        ...


class OpenAIDialect:
    """`/v1/chat/completions`."""

    streams_by_default = False

    def refusal(self, status: int, error: str, extra: dict[str, Any]) -> dict[str, Any]:
        """Write an error's body."""
        kinds = {400: "invalid_request_error", 404: "not_found_error"}
        return {
            "error": {"message": error, "type": kinds.get(status, "api_error"), "param": None, "code": None, **extra}
        }

    def whole(self, said: Said) -> dict[str, Any]:
        """Write an answer that is not streamed."""
        message: dict[str, Any] = {"role": "assistant", "content": said.content}
        if said.tool_calls:
            message["tool_calls"] = _openai_calls(said)
        choice = {"index": 0, "message": message, "finish_reason": _finish(said)}
        answer = {**_opening(said), "object": "chat.completion", "choices": [choice]}
        return {**answer, "usage": _usage(said)} if said.usage else answer

    def frames(self, said: Said, body: dict[str, Any]) -> Frames:
        """Write a streamed answer."""
        parts = [_event(said, {"role": "assistant", "content": ""})]
        parts += [_event(said, {"content": "", "reasoning_content": piece}) for piece in pieces(said.thinking)]
        parts += [_event(said, {"content": piece}) for piece in pieces(said.content)]
        parts += [_event(said, {"tool_calls": [piece]}) for piece in _call_pieces(said)]
        asked = (body.get("stream_options") or {}).get("include_usage")
        tail = [_event(said, {}, _finish(said))]
        if asked and said.usage:
            tail.append(
                _sse({**_opening(said), "object": "chat.completion.chunk", "choices": [], "usage": _usage(said)})
            )
        tail.append(b"data: [DONE]\n\n")
        return Frames(
            media_type="text/event-stream",
            body=parts,
            tail=tail if said.finished else [],
            error=[_event(said, {"content": ""})],
        )


def _opening(said: Said) -> dict[str, Any]:
    return {"id": f"cc-{said.digest}", "created": 1700000000, "model": said.model, "system_fingerprint": "scripted"}


def _finish(said: Said) -> str:
    return "tool_calls" if said.tool_calls and said.finish == "stop" else said.finish


def _usage(said: Said) -> dict[str, int]:
    total = said.prompt_tokens + said.completion_tokens
    return {
        "prompt_tokens": said.prompt_tokens,
        "completion_tokens": said.completion_tokens,
        "total_tokens": total,
    }


def _openai_calls(said: Said) -> list[dict[str, Any]]:
    return [
        {
            "id": f"call_{said.digest}_{at}",
            "type": "function",
            "function": {"name": name, "arguments": _text(arguments)},
        }
        for at, (name, arguments) in enumerate(said.tool_calls)
    ]


def _call_pieces(said: Said) -> list[dict[str, Any]]:
    """Cut each call in two, as servers do: the name first, then the rest of the arguments."""
    cut: list[dict[str, Any]] = []
    for at, call in enumerate(_openai_calls(said)):
        function = call["function"]
        half = len(function["arguments"]) // 2
        cut.append({"index": at, **call, "function": {**function, "arguments": function["arguments"][:half]}})
        cut.append({"index": at, "function": {"arguments": function["arguments"][half:]}})
    return cut


def _text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def _event(said: Said, delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _sse({**_opening(said), "object": "chat.completion.chunk", "choices": [choice]})


def _sse(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


class OllamaDialect:
    """`/api/chat`."""

    streams_by_default = True

    def refusal(self, status: int, error: str, extra: dict[str, Any]) -> dict[str, Any]:
        """Write an error's body."""
        return {"error": error, **extra}

    def whole(self, said: Said) -> dict[str, Any]:
        """Write an answer that is not streamed."""
        message: dict[str, Any] = {"role": "assistant", "content": said.content}
        if said.thinking:
            message["thinking"] = said.thinking
        if said.tool_calls:
            message["tool_calls"] = _native_calls(said)
        return {**_last(said), "message": message}

    def frames(self, said: Said, body: dict[str, Any]) -> Frames:
        """Write a streamed answer."""
        parts = [_line(said, {"content": "", "thinking": piece}) for piece in pieces(said.thinking)]
        parts += [_line(said, {"content": piece}) for piece in pieces(said.content)]
        if said.tool_calls:
            parts.append(_line(said, {"content": "", "tool_calls": _native_calls(said)}))
        tail = [_json({**_last(said), "message": {"role": "assistant", "content": ""}})]
        return Frames(
            media_type="application/x-ndjson",
            body=parts,
            tail=tail if said.finished else [],
            error=[_json({"error": MIDSTREAM})],
        )


def _native_calls(said: Said) -> list[dict[str, Any]]:
    return [{"function": {"name": name, "arguments": arguments}} for name, arguments in said.tool_calls]


def _stamp(said: Said) -> dict[str, Any]:
    return {"model": said.model, "created_at": "2026-01-01T00:00:00.000001Z"}


def _line(said: Said, message: dict[str, Any]) -> bytes:
    return _json({**_stamp(said), "message": {"role": "assistant", **message}, "done": False})


def _last(said: Said) -> dict[str, Any]:
    last = {**_stamp(said), "done": said.finished, "done_reason": said.finish}
    if said.usage:
        last |= {"prompt_eval_count": said.prompt_tokens, "eval_count": said.completion_tokens}
    return last


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
