"""Any server that speaks OpenAI's chat completions, by OpenAI's own async client."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import httpx
import openai
from openai.resources.chat.completions import AsyncCompletions
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion

from agents.models.connections import Patience, RedirectedError, pieces, pool
from agents.models.context import Ratio, Room, room_of
from agents.models.events import Events
from agents.models.failures import (
    ContextOverflowError,
    ModelError,
    Refusal,
    cut_short,
    error_of,
    overflow_of,
    redirected,
    unreachable,
)
from agents.models.fitting import ask_fitting
from agents.models.ollama_host import named
from agents.models.port import Delta, EnoughError, ModelAnswer, ModelCall
from agents.models.speech import Spoken, without_thinking
from agents.models.tool_calls import ToolCalls, new_call
from bot.errors import RetryLaterError

_KNOWN = frozenset(inspect.signature(AsyncCompletions.create).parameters)
_OPTIONS = {"extra_headers": "headers", "extra_query": "params", "extra_body": "extra_json", "timeout": "timeout"}
"""Parameters of a call that are not in the request's body, and what the client calls them."""

_NO_KEY = "none"
"""The client insists on a key; local servers ignore it."""

_ENDING = 0.05
"""Seconds that a server has for ending an answer after its end mark."""


class OpenAICompatible:
    """A ModelClient for OpenAI's dialect. Nothing is retried here and nothing added but the usage's request."""

    def __init__(
        self,
        base_url: str,
        api_key: str = "",
        *,
        patience: Patience | None = None,
        http: httpx.AsyncClient | None = None,
        context: int | None = None,
        contexts: Mapping[str, int] | None = None,
        headers: Mapping[str, str] | None = None,
        title: str = "",
    ) -> None:
        """Take where to ask.

        Args:
            base_url: The server's address, usually ending in /v1.
            api_key: Its key, where it wants one.
            patience: How long to wait.
            http: Connections to share; without them it opens and closes its own.
            context: The context's size in tokens, where known; else the server's refusal tells.
            contexts: The same by model.
            headers: What a proxy before it wants; they go to this server only.
            title: What the settings call it.
        """
        self.base_url = base_url.rstrip("/")
        self._key = api_key
        self._patience = patience or Patience()
        self._own_http = http is None
        self._http = http or pool(self._patience)
        self._context = context
        self._contexts = dict(contexts or {})
        self._headers = dict(headers or {})
        self._title = title
        self._clients: dict[tuple[str, str], openai.AsyncOpenAI] = {}
        self._ratios: dict[str, Ratio] = {}

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask the model and return its whole answer; see ModelClient."""
        wanted = call.options.get("max_completion_tokens") or call.options.get("max_tokens")
        ratio = self._ratios.setdefault(call.model, Ratio())
        room = room_of(self._context_of(call), wanted, ratio)

        async def said(messages: list[dict[str, Any]]) -> ModelAnswer:
            return await self._ask(call, messages, on_delta)

        return await ask_fitting(said, call, room=room, ratio=ratio)

    async def room(self, call: ModelCall) -> Room | None:
        """Return what the call's messages may take, where the context is known; see ModelClient."""
        wanted = call.options.get("max_completion_tokens") or call.options.get("max_tokens")
        ratio = self._ratios.setdefault(call.model, Ratio())
        return room_of(self._context_of(call), wanted, ratio)

    def learn(self, model: str, context: int) -> None:
        """Take the server's word for how long a model's context is; one that was given stands."""
        self._contexts.setdefault(model, context)

    def _context_of(self, call: ModelCall) -> int | None:
        return self._context or (None if call.base_url else self._contexts.get(call.model))

    async def close(self) -> None:
        """Close the connections, if they are its own."""
        if self._own_http:
            await self._http.aclose()

    async def models(self) -> list[str]:
        """List what the server says it has.

        Raises:
            RetryLaterError, ModelFailedError: It cannot be asked.
        """
        return list(await self.listed())

    async def listed(self, seconds: float = 5.0) -> dict[str, int]:
        """Return what the server says it has, with the length of each model's context; 0: it does not tell.

        Raises:
            RetryLaterError, ModelFailedError: It cannot be asked.
        """
        try:
            there = [model async for model in self._client(self.base_url, self._key).models.list(timeout=seconds)]
        except (openai.OpenAIError, httpx.HTTPError, ValueError) as error:
            raise _translate(error, self._named(self.base_url), "") from error
        # vLLM and those like it tell how they were started; what a model was made for says nothing about that.
        return {model.id: _whole((model.model_extra or {}).get("max_model_len")) for model in there}

    def _named(self, base_url: str) -> str:
        return self._title if self._title and base_url == self.base_url else named(base_url)

    def _client(self, base_url: str, api_key: str) -> openai.AsyncOpenAI:
        place = (base_url, api_key)
        if place not in self._clients:
            self._clients[place] = openai.AsyncOpenAI(
                base_url=base_url,
                api_key=api_key or _NO_KEY,
                http_client=self._http,
                max_retries=0,
                timeout=None,
                default_headers=self._headers if base_url == self.base_url else None,
            )
        return self._clients[place]

    async def _ask(self, call: ModelCall, messages: list[dict[str, Any]], on_delta: Delta) -> ModelAnswer:
        base_url = (call.base_url or self.base_url).rstrip("/")
        key = (call.api_key or "") if call.base_url else self._key
        client, host = self._client(base_url, key), self._named(base_url)
        parameters = request_of(call, messages)
        try:
            if not parameters["stream"]:
                return await self._whole(client, parameters, host, on_delta)
            return await self._streamed(client, parameters, host, on_delta)
        except (openai.OpenAIError, httpx.HTTPError, ValueError) as error:
            raise _translate(error, host, call.model) from error

    async def _whole(
        self, client: openai.AsyncOpenAI, parameters: dict[str, Any], host: str, on_delta: Delta
    ) -> ModelAnswer:
        async def once() -> AsyncGenerator[ChatCompletion, None]:
            yield await client.chat.completions.create(**parameters)

        async with aclosing(pieces(once(), self._patience, host)) as answers:
            completion = await anext(answers)
        if not getattr(completion, "choices", None) or completion.choices[0].finish_reason is None:
            raise cut_short(host, parameters["model"])
        answer = _read(completion)
        if answer.content:
            with suppress(EnoughError):
                on_delta(answer.content)
        return answer

    async def _streamed(
        self, client: openai.AsyncOpenAI, parameters: dict[str, Any], host: str, on_delta: Delta
    ) -> ModelAnswer:
        spoken, calls = Spoken(on_delta), ToolCalls()
        finish, model, usage = "", str(parameters["model"]), None

        try:
            async with aclosing(pieces(_arrivals(client, parameters), self._patience, host)) as stream:
                async for chunks in stream:
                    for chunk in chunks:
                        usage, model = chunk.get("usage") or usage, chunk.get("model") or model
                        finish = _take(chunk, spoken, calls) or finish
        except EnoughError:
            finish = "stop"
        except (httpx.HTTPError, RetryLaterError):
            # The answer was whole: only the end mark, or the usage, was lost.
            if not finish:
                raise
        if not finish:
            raise cut_short(host, parameters["model"])
        prompt, completion = _counted(usage or {})
        return ModelAnswer(
            content=spoken.text,
            tool_calls=calls.whole,
            model=model,
            finish_reason=finish,
            prompt_tokens=prompt,
            completion_tokens=completion,
        )


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


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


async def _arrivals(
    client: openai.AsyncOpenAI, parameters: dict[str, Any]
) -> AsyncGenerator[list[dict[str, Any]], None]:
    """Stream an answer's chunks as JSON objects, those that arrive together at once.

    The library would look up the type of every part of the request, and make a model object of each chunk. That took
    half of the processor's time that two hundred conversations in flight spent on their models; five fields are read.
    """
    events = Events()
    async with _answering(client, parameters) as response:
        body = response.aiter_bytes()
        async for data in body:
            if chunks := events.take(data):
                yield chunks
            if events.over:
                break
        else:
            if chunks := events.end():
                yield chunks
        if events.broken is not None:
            raise events.broken
        if (error := events.refused) is not None:
            message = error.get("message") if isinstance(error, dict) else error
            raise openai.APIError(str(message or error), response.request, body=error)
        await _until_over(body)


@asynccontextmanager
async def _answering(client: openai.AsyncOpenAI, parameters: dict[str, Any]) -> AsyncIterator[httpx.Response]:
    """Send the request, and let go of its answer afterwards."""
    response = await _asked(client, parameters)
    try:
        yield response
    finally:
        await response.aclose()
        # The two know each other: only a collection of garbage would free them, and stop everything else.
        del response.stream


async def _asked(client: openai.AsyncOpenAI, parameters: dict[str, Any]) -> httpx.Response:
    """Send the request by the library's own way for what it has no types for; what it refuses, it raises."""
    body = {name: value for name, value in parameters.items() if name not in _OPTIONS}
    options: Any = {option: parameters[name] for name, option in _OPTIONS.items() if name in parameters}
    path = "/chat/completions"
    return await client.post(path, cast_to=httpx.Response, body=body, options=options, stream=True)


async def _until_over(body: AsyncIterator[bytes]) -> None:
    """Read past the end mark: a connection whose answer has not ended is not used again."""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(_ENDING):
            async for _ in body:
                pass


def _take(chunk: dict[str, Any], spoken: Spoken, calls: ToolCalls) -> str | None:
    """Take a chunk's text and tool calls; return the finish reason once it comes."""
    finish: str | None = None
    for choice in (chunk.get("choices") or [])[:1]:
        finish = choice.get("finish_reason")
        delta = choice.get("delta") or {}  # some servers send null in the last chunk
        spoken.add(delta.get("content") or "")
        for piece in delta.get("tool_calls") or []:
            calls.add(piece)
    return finish


def _read(completion: ChatCompletion) -> ModelAnswer:
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


def _counted(usage: dict[str, Any]) -> tuple[int, int]:
    """Return a stream's tokens; `_tokens` without a model object, which took as long as reading a dozen chunks."""
    return usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0


def _tokens(usage: CompletionUsage | None) -> tuple[int, int]:
    if usage is None:
        return 0, 0
    return usage.prompt_tokens or 0, usage.completion_tokens or 0


def _translate(error: Exception, host: str, model: str) -> ModelError | ContextOverflowError:
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
