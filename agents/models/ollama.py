"""Ollama's native chat by its publisher's async client: what its other dialect has no words for.

Imported only when an Ollama is to be asked: see `ollama_library`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agents.models import ollama_wire as wire
from agents.models.connections import Patience, pieces
from agents.models.context import Ratio, Room, room_of
from agents.models.failures import ContextOverflowError, HostRefusesError, ModelError, cut_short
from agents.models.fitting import ask_fitting
from agents.models.ollama_host import OllamaHost
from agents.models.ollama_library import TROUBLE, Library, RefusedError, error_in
from agents.models.port import Delta, EnoughError, ModelAnswer, ModelCall
from agents.models.speech import Spoken
from bot.errors import ModelFailedError

if TYPE_CHECKING:
    from ollama import ChatResponse


class OllamaClient:
    """A ModelClient for one Ollama host."""

    def __init__(self, host: OllamaHost, *, patience: Patience | None = None) -> None:
        self.host = host
        self._patience = patience or Patience()
        self._client = Library(host, self._patience)
        self._ratios: dict[str, Ratio] = {}
        self._details: dict[str, dict[str, Any]] = {}

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask the model and return its whole answer; see ModelClient."""
        await self.permit(call)
        num_ctx = self.num_ctx(call.model)
        options = wire.options_of(call.options, num_ctx)
        ratio = self._ratios.setdefault(call.model, Ratio())
        room = room_of(num_ctx, options.get("num_predict"), ratio)

        async def said(messages: list[dict[str, Any]]) -> ModelAnswer:
            body = self._body(call, messages, options)
            return await self._ask(call.model, body, on_delta)

        return await ask_fitting(said, call, room=room, ratio=ratio)

    async def room(self, call: ModelCall) -> Room | None:
        """Return what the call's messages may take; see ModelClient."""
        num_ctx = self.num_ctx(call.model)
        wanted = wire.options_of(call.options, num_ctx).get("num_predict")
        return room_of(num_ctx, wanted, self._ratios.setdefault(call.model, Ratio()))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()  # type: ignore[no-untyped-call]  # the library leaves it so

    def num_ctx(self, model: str) -> int:
        """Return the context this client always asks for with this model."""
        return self.host.num_ctx(model)

    async def version(self, seconds: float = 5.0) -> str:
        """Return the host's version.

        Raises:
            RetryLaterError, ModelFailedError: There is no Ollama.
        """
        answer = await self.get("/api/version", seconds)
        return str(answer.get("version", "unknown"))

    async def models(self, seconds: float = 5.0) -> dict[str, dict[str, Any]]:
        """Return what the host has, by name."""
        answer = await self.get("/api/tags", seconds)
        return {str(model["name"]): model for model in answer.get("models") or []}

    async def get(self, path: str, seconds: float = 5.0) -> dict[str, Any]:
        """Ask one of the small questions.

        Raises:
            RetryLaterError, ModelFailedError: There is no answer.
        """
        try:
            return await self._client.fetch("GET", path, seconds)
        except TROUBLE as error:
            raise self._translate(error, "") from error

    async def load(self, model: str) -> None:
        """Have a model in memory as every call wants it; it returns when it is there, which may take minutes.

        Raises:
            RetryLaterError, ModelFailedError: It cannot be loaded.
        """
        body: dict[str, Any] = {"model": model, "options": {"num_ctx": self.num_ctx(model)}, "stream": False}
        if (kept := self.host.kept(model)) is not None:
            body["keep_alive"] = kept
        try:
            await self._client.fetch("POST", "/api/generate", self._patience.first, body)
        except TROUBLE as error:
            raise self._translate(error, model) from error

    async def pull(self, model: str) -> AsyncGenerator[dict[str, Any], None]:
        """Have the host fetch a model; give what it tells on the way, which ends with `success` or was cut short.

        Raises:
            RetryLaterError, ModelFailedError: It cannot be fetched.
        """
        try:
            patience = replace(self._patience, stall=max(self._patience.stall, self._patience.first))
            async with aclosing(pieces(self._client.pulling(model), patience, self.host.name)) as steps:
                async for step in steps:
                    yield step
        except TROUBLE as error:
            raise self._translate(error, model) from error

    async def permit(self, call: ModelCall) -> None:
        """Refuse what is not there, what runs elsewhere, and what this model cannot do.

        Raises:
            RetryLaterError, ModelFailedError: The call cannot be made.
        """
        details = await self.show(call.model)
        if wire.is_cloud(call.model, details) and not self.host.cloud:
            raise HostRefusesError(
                f"The model {call.model!r} does not run on {self.host.name} but in a cloud, which would send this "
                "conversation there. An operator can allow that in the settings."
            )
        able = details.get("capabilities")
        if call.tools and able and "tools" not in able:
            raise ModelFailedError(
                f"The model {call.model!r} on {self.host.name} cannot call tools. "
                "Give the agent another model, or no tools."
            )

    async def show(self, model: str) -> dict[str, Any]:
        """Return what the host says of a model, which it is asked once; what runs elsewhere it is not asked about.

        Raises:
            RetryLaterError, ModelFailedError: It says nothing.
        """
        if model not in self._details:
            if wire.is_cloud(model):
                return {}
            try:
                shown = await self._client.fetch("POST", "/api/show", self._patience.stall, {"model": model})
                self._details[model] = shown
            except TROUBLE as error:
                raise self._translate(error, model) from error
        return self._details[model]

    def forget(self, model: str) -> None:
        """Ask anew what a model is: it may have been pulled again, or removed."""
        short = model.removesuffix(":latest")
        self._details = {name: told for name, told in self._details.items() if name.removesuffix(":latest") != short}

    def _think(self, call: ModelCall) -> Any:
        """Return whether to think: what the call says, else the host's setting where the model can."""
        able = "thinking" in (self._details.get(call.model, {}).get("capabilities") or ())
        return call.options.get("think", call.options.get("may_think", self.host.think) and able)

    def _body(self, call: ModelCall, messages: list[dict[str, Any]], options: dict[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": call.model,
            "messages": wire.messages_of(messages),
            "options": options,
            "think": self._think(call),
        }
        if call.tools and call.options.get("tool_choice") != "none":
            body["tools"] = call.tools
        form = wire.format_of(call.options.get("response_format"))
        if form is not None:
            body["format"] = form
        if (kept := self.host.kept(call.model)) is not None:
            body["keep_alive"] = kept
        return body

    async def _ask(self, model: str, body: dict[str, Any], on_delta: Delta) -> ModelAnswer:
        spoken, calls = Spoken(on_delta), list[dict[str, Any]]()
        last: ChatResponse | None = None
        try:
            async with aclosing(pieces(self._client.untruncated(body), self._patience, self.host.name)) as parts:
                async for part in parts:
                    spoken.add(part.message.content or "")
                    for made in part.message.tool_calls or []:
                        arguments = dict(made.function.arguments)
                        calls.append(wire.call_of(made.function.name, arguments, getattr(made, "id", None)))
                    last = part if part.done else last
        except EnoughError:
            return ModelAnswer(content=spoken.text, tool_calls=calls, model=model)
        except TROUBLE as error:
            raise self._translate(error, model) from error
        if last is None:
            raise cut_short(self.host.name, model)
        return ModelAnswer(
            content=spoken.text,
            tool_calls=calls,
            model=last.model or model,
            finish_reason="tool_calls" if calls else last.done_reason or "stop",
            prompt_tokens=last.prompt_eval_count or 0,
            completion_tokens=last.eval_count or 0,
        )

    def _translate(self, error: Exception, model: str) -> ModelError | ContextOverflowError:
        if isinstance(error, RefusedError) and error.status == 404:
            self.forget(model)
        return error_in(error, self.host.name, model)
