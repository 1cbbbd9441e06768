"""Between OpenAI's words and Ollama's: messages, options, formats and tool calls, as pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from agents.models.tool_calls import new_call
from bot.errors import ModelFailedError

Message = dict[str, Any]

_RENAMED = {"max_tokens": "num_predict", "max_completion_tokens": "num_predict"}
_OPTIONS = frozenset(
    {
        *("temperature", "top_p", "top_k", "min_p", "typical_p", "seed", "stop", "num_predict", "num_keep"),
        *("frequency_penalty", "presence_penalty", "repeat_penalty", "repeat_last_n"),
    }
)
"""Those that don't load the model again. num_ctx is the client's: one per model and host."""


def options_of(call_options: Mapping[str, Any], num_ctx: int) -> dict[str, Any]:
    """Return Ollama's `options`; what it has no name for is left out."""
    options: dict[str, Any] = {"num_ctx": num_ctx}
    for key, value in call_options.items():
        name = _RENAMED.get(key, key)
        if name in _OPTIONS and value is not None:
            options[name] = value
    return options


def format_of(response_format: Any) -> Any:
    """Return Ollama's `format` for OpenAI's `response_format`: a JSON schema, `json`, or None for free text."""
    if response_format is None:
        return None
    if hasattr(response_format, "model_json_schema"):
        return response_format.model_json_schema()
    kind = response_format.get("type")
    if kind == "json_schema":
        return response_format["json_schema"]["schema"]
    return "json" if kind == "json_object" else None


def messages_of(messages: Sequence[Message]) -> list[Message]:
    """Return Ollama's messages: text and images apart, arguments as objects, tools named instead of numbered."""
    names: dict[str, str] = {}
    return [_message(message, names) for message in messages]


def _message(message: Message, names: dict[str, str]) -> Message:
    role = "tool" if message.get("role") == "function" else message.get("role", "user")
    text, images = _content(message.get("content"))
    native: Message = {"role": role, "content": text}
    if images:
        native["images"] = images
    calls = [_call(call, names) for call in message.get("tool_calls") or []]
    if calls:
        native["tool_calls"] = calls
    name = names.get(str(message.get("tool_call_id")), message.get("name"))
    if role == "tool" and name:
        native["tool_name"] = name
    return native


def _content(content: Any) -> tuple[str, list[str]]:
    if not isinstance(content, list):
        return str(content or ""), []
    texts = [str(part.get("text") or "") for part in content if part.get("type", "text") == "text"]
    images = [_image(part["image_url"]) for part in content if part.get("type") == "image_url"]
    return "\n".join(texts), images


def _image(image: Any) -> str:
    """Return an image's bytes as base64 text, from a `data:` address."""
    url = str(image.get("url") if isinstance(image, dict) else image)
    head, comma, data = url.partition(",")
    if not (head.startswith("data:") and head.endswith(";base64") and comma):
        raise ModelFailedError(
            f"An image is given by its address ({url[:80]}), but Ollama takes only images that are in the message "
            "itself, as data:image/...;base64."
        )
    return data


def _call(call: Message, names: dict[str, str]) -> Message:
    function = call.get("function") or {}
    names[str(call.get("id"))] = function.get("name", "")
    return {"function": {"name": function.get("name", ""), "arguments": _arguments(function.get("arguments"))}}


def _arguments(text: Any) -> dict[str, Any]:
    """Read arguments; what is no JSON object is kept as text, so that the model sees what it wrote."""
    if isinstance(text, dict):
        return text
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {"arguments": str(text)}


def call_of(name: str, arguments: Any, call_id: str | None) -> Message:
    """Return OpenAI's tool call for Ollama's, whose arguments are an object and which may have no id."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
    return new_call(name, text, call_id)


def is_cloud(name: str, details: Mapping[str, Any] | None = None) -> bool:
    """Whether a model runs at somebody else's: by its tag, or by what the host says of it."""
    tag = name.rpartition(":")[2]
    return tag == "cloud" or tag.endswith("-cloud") or bool(details and details.get("remote_host"))
