"""What the kinds of hosts are asked beyond calls, each in its own way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from agents.models.context import Room
from agents.models.failures import ModelMissingError
from agents.models.hosts.knowledge import Knowledge, digests_of, held_of, tags_of
from agents.models.port import Delta, ModelAnswer, ModelCall

if TYPE_CHECKING:
    from agents.models.embedded.client import EmbeddedClient
    from agents.models.ollama import OllamaClient
    from agents.models.openai_compatible import OpenAICompatible

SOON = 3.0
"""Seconds that a host has for a small question."""


class Server(Protocol):
    """One host's client, whatever the host speaks."""

    @property
    def loads(self) -> bool:
        """Whether it brings models into memory when they are wanted; else they are always there."""
        ...

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Make a call; see ModelClient."""
        ...

    async def room(self, call: ModelCall) -> Room | None:
        """Return what a call's messages may take; see ModelClient."""
        ...

    async def permit(self, call: ModelCall) -> None:
        """Refuse a call that can't be made there, before a model is loaded for it."""
        ...

    async def load(self, model: str) -> None:
        """Have a model in memory as calls want it."""
        ...

    async def learn(self, now: float) -> Knowledge:
        """Ask what it has, and what is in its memory."""
        ...

    def context(self, model: str) -> int | None:
        """Return the context that calls of a model want; None: the server decides."""
        ...

    def kept(self, model: str) -> str | float | None:
        """Return how long a model stays in memory; None: the server decides."""
        ...

    async def close(self) -> None:
        """Let connections and processes go."""
        ...


class OllamaServer:
    """An Ollama."""

    loads = True

    def __init__(self, client: OllamaClient) -> None:
        self.client = client
        self.complete, self.room, self.close = client.complete, client.room, client.close
        self.permit, self.load, self.context, self.kept = client.permit, client.load, client.num_ctx, client.host.kept
        self._digests: dict[str, str] = {}

    async def learn(self, now: float) -> Knowledge:
        """Ask for its version, its models and those in memory, all at once."""
        try:
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(self._told(f"/api/{what}")) for what in ("version", "tags", "ps")]
        except ExceptionGroup as several:
            raise several.exceptions[0] from None
        version, tags, running = (task.result() for task in asked)
        if tags is not None:
            self._compare(digests_of(tags))
        return Knowledge(
            at=now,
            version=str((version or {}).get("version", "")),
            there=None if tags is None else tags_of(tags),
            held=None if running is None else held_of(running),
        )

    def _compare(self, digests: dict[str, str]) -> None:
        """Ask anew about models that were pulled again, or removed, since."""
        for model, digest in self._digests.items():
            if digests.get(model) != digest:
                self.client.forget(model)
        self._digests = digests

    async def _told(self, path: str) -> dict[str, Any] | None:
        """Return an answer; None: it is too old to know the question, or a proxy does not let it through."""
        try:
            return await self.client.get(path, SOON)
        except ModelMissingError:
            return None


class OpenAIServer:
    """A server of OpenAI's dialect: it has its models in memory, and some don't tell which they are."""

    loads = False

    def __init__(self, client: OpenAICompatible) -> None:
        self.client = client
        self.complete, self.room, self.close = client.complete, client.room, client.close

    async def permit(self, call: ModelCall) -> None:
        """Permit everything: what it can do shows when it is asked."""

    async def load(self, model: str) -> None:
        """Do nothing."""

    async def learn(self, now: float) -> Knowledge:
        """Ask for its models."""
        try:
            there = await self.client.listed(SOON)
        except ModelMissingError:
            return Knowledge(at=now)
        for model, context in there.items():
            if context:
                self.client.learn(model, context)
        return Knowledge(at=now, there=dict.fromkeys(there, 0))

    def context(self, model: str) -> int | None:
        """Leave it to the server."""
        return None

    def kept(self, model: str) -> str | float | None:
        """Keep it for ever."""
        return -1


class EmbeddedServer:
    """The embedded model, which answers under any name."""

    loads = True

    def __init__(self, client: EmbeddedClient) -> None:
        self.client = client
        self.complete, self.room, self.close = client.complete, client.room, client.close

    async def permit(self, call: ModelCall) -> None:
        """Permit everything."""

    async def load(self, model: str) -> None:
        """Fetch the file and start the server, whichever is still to be done."""
        await self.client.start()

    async def learn(self, now: float) -> Knowledge:
        """Know that it can be asked."""
        return Knowledge(at=now)

    def context(self, model: str) -> int | None:
        """Leave it to the server."""
        return None

    def kept(self, model: str) -> str | float | None:
        """Keep it for ever."""
        return -1
