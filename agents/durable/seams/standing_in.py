"""AutoGen's synchronous code around a model call, with a stand-in for its client: no I/O.

It builds the request and reads the answer around a blocking call. That code is kept: it runs once with a stand-in
that takes the request, and once more with a stand-in that gives the answer.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any

from autogen import OpenAIWrapper
from autogen.oai.client import OPEN_API_BASE_URL_PREFIX
from openai.types.chat import ChatCompletion

from agents.durable.seams.method import original
from agents.durable.signals import refusal
from agents.models.port import ModelAnswer, ModelCall

_STANDING_IN: ContextVar[bool] = ContextVar("threadfast_standing_in", default=False)


class _Asked(BaseException):
    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__()
        self.params = params


class _StandIn:
    """AutoGen's model client without any I/O: takes the request, or gives the answer."""

    def __init__(self, real: Any, answer: ChatCompletion | None = None) -> None:
        self._real = real
        self._answer = answer

    def create(self, params: dict[str, Any]) -> ChatCompletion:
        if self._answer is None:
            raise _Asked(params)
        return self._answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Usage:
    """Takes what AutoGen books for one call, and books it."""

    def __init__(self, wrapper: OpenAIWrapper) -> None:
        self._wrapper = wrapper
        self.booked: list[list[Any]] = []

    def __call__(self, actual_usage: Any, total_usage: Any) -> None:
        """Stand for the wrapper's own method."""
        self.booked.append([actual_usage, total_usage])
        book: Any = OpenAIWrapper._update_usage
        book(self._wrapper, actual_usage=actual_usage, total_usage=total_usage)


def request_of(self: Any, wrapper: Any, messages: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the request that AutoGen makes of messages."""
    real = wrapper._clients
    wrapper._clients = [_StandIn(real[0])]
    token = _STANDING_IN.set(True)
    try:
        self._generate_oai_reply_from_client(wrapper, messages, None, **kwargs)
    except _Asked as asked:
        return asked.params
    finally:
        _STANDING_IN.reset(token)
        wrapper._clients = real
    raise AssertionError("the stand-in always raises")


def read(
    self: Any, wrapper: Any, messages: Any, completion: ChatCompletion, usage: Usage, kwargs: dict[str, Any]
) -> Any:
    """Return the reply that AutoGen makes of an answer."""
    real = wrapper._clients
    wrapper._clients = [_StandIn(real[0], completion)]
    wrapper._update_usage = usage
    token = _STANDING_IN.set(True)
    try:
        # The last message is enough: the answer is there already.
        return self._generate_oai_reply_from_client(wrapper, messages[-1:], None, **kwargs)
    finally:
        _STANDING_IN.reset(token)
        wrapper._clients = real
        del wrapper._update_usage


def call_of(wrapper: Any, agent: str, params: dict[str, Any]) -> ModelCall:
    """Return a request as our clients take it."""
    options = dict(params)
    server = getattr(wrapper._clients[0], "_oai_client", None)
    base_url = str(getattr(server, "base_url", ""))
    # The library's default address means that the agent names no server: the settings decide.
    named = bool(base_url) and not base_url.startswith(OPEN_API_BASE_URL_PREFIX)
    return ModelCall(
        agent=agent,
        model=options.pop("model"),
        messages=options.pop("messages"),
        tools=options.pop("tools", None) or [],
        options=options,
        base_url=base_url if named else None,
        api_key=getattr(server, "api_key", None) if named else None,
    )


def completion_of(answer: ModelAnswer) -> ChatCompletion:
    """Return an answer as AutoGen takes it."""
    message = {"role": "assistant", "content": answer.content, "tool_calls": answer.tool_calls or None}
    return ChatCompletion.model_validate(
        {
            "id": f"threadfast-{time.time_ns()}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": answer.model,
            "choices": [{"index": 0, "finish_reason": answer.finish_reason or "stop", "message": message}],
            "usage": {
                "prompt_tokens": answer.prompt_tokens,
                "completion_tokens": answer.completion_tokens,
                "total_tokens": answer.prompt_tokens + answer.completion_tokens,
            },
        }
    )


def create(self: Any, **config: Any) -> Any:
    """Refuse a blocking model call inside a run (autogen OpenAIWrapper.create)."""
    if not _STANDING_IN.get():
        raise refusal("sync_model")
    return original(OpenAIWrapper, "create")(self, **config)
