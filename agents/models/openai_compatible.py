"""Any server that speaks OpenAI's chat completions, by OpenAI's own async client."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Any

import httpx
import openai
from openai.types.chat import ChatCompletion

from agents.models import openai_wire as wire
from agents.models.connections import Patience, pieces, pool
from agents.models.context import Ratio, Room, room_of
from agents.models.failures import cut_short
from agents.models.fitting import ask_fitting
from agents.models.ollama_host import named
from agents.models.openai_stream import arrivals
from agents.models.port import Delta, EnoughError, ModelAnswer, ModelCall
from agents.models.speech import Spoken
from agents.models.tool_calls import ToolCalls
from bot.errors import RetryLaterError

_NO_KEY = "none"
"""The client insists on a key; local servers ignore it."""


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
            raise wire.error_in(error, self._named(self.base_url), "") from error
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
        parameters = wire.request_of(call, messages)
        try:
            if not parameters["stream"]:
                return await self._whole(client, parameters, host, on_delta)
            return await self._streamed(client, parameters, host, on_delta)
        except (openai.OpenAIError, httpx.HTTPError, ValueError) as error:
            raise wire.error_in(error, host, call.model) from error

    async def _whole(
        self, client: openai.AsyncOpenAI, parameters: dict[str, Any], host: str, on_delta: Delta
    ) -> ModelAnswer:
        async def once() -> AsyncGenerator[ChatCompletion, None]:
            yield await client.chat.completions.create(**parameters)

        async with aclosing(pieces(once(), self._patience, host)) as answers:
            completion = await anext(answers)
        if not getattr(completion, "choices", None) or completion.choices[0].finish_reason is None:
            raise cut_short(host, parameters["model"])
        answer = wire.answer_of(completion)
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
            async with aclosing(pieces(arrivals(client, parameters), self._patience, host)) as stream:
                async for chunks in stream:
                    for chunk in chunks:
                        usage, model = chunk.get("usage") or usage, chunk.get("model") or model
                        finish = wire.take(chunk, spoken, calls) or finish
        except EnoughError:
            finish = "stop"
        except (httpx.HTTPError, RetryLaterError):
            # The answer was whole: only the end mark, or the usage, was lost.
            if not finish:
                raise
        if not finish:
            raise cut_short(host, parameters["model"])
        prompt, completion = wire.counted(usage or {})
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
