"""The embedded demo model: a real model where there is no model server, fetched once and run beside the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from agents.models.connections import Patience
from agents.models.context import Room, budget
from agents.models.embedded.catalogue import SMALL, EmbeddedModel
from agents.models.embedded.fetch import ModelFiles
from agents.models.embedded.process import ServerProcess
from agents.models.port import Delta, ModelAnswer, ModelCall
from bot.errors import ModelFailedError, RetryLaterError

if TYPE_CHECKING:
    from agents.models.openai_compatible import OpenAICompatible

Stage = Callable[[str, int, int], None]
"""Called with `fetching` (bytes there, bytes in all), `loading` (0, 1) and `ready` (1, 1)."""

_TEMPERATURE = 0.3
"""Above it the small models leave the task, and Chinese falls to pieces."""
_LONGEST = 1024
"""Tokens of an answer where the call gives no limit; a small model may go on for ever."""
_PENALTIES = ("frequency_penalty", "presence_penalty", "repeat_penalty")


def unseen(stage: str, done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedSettings:
    """Which file, and how it is run."""

    cache: Path
    """The folder of fetched files."""
    model: EmbeddedModel = SMALL
    gguf: Path | None = None
    """A GGUF file of one's own; nothing is fetched then."""
    context: int = 8192
    """Tokens for each conversation at a time."""
    parallel: int = 2
    loading: float = 180.0
    """Seconds until loading is given up."""

    @property
    def name(self) -> str:
        """The model's name in answers."""
        return self.gguf.stem if self.gguf else self.model.name


class EmbeddedClient:
    """A ModelClient for the embedded model. The file is fetched and the server started by the first call."""

    def __init__(
        self,
        settings: EmbeddedSettings,
        *,
        on_stage: Stage = unseen,
        patience: Patience | None = None,
        http: httpx.AsyncClient | None = None,
        files: ModelFiles | None = None,
    ) -> None:
        self.settings = settings
        self._on_stage = on_stage
        self._patience = patience
        self._http = http
        self._files = files or ModelFiles(settings.cache)
        self._making = asyncio.Lock()
        self._process: ServerProcess | None = None
        self._client: OpenAICompatible | None = None

    @property
    def pid(self) -> int | None:
        """The id of the server's process while it runs."""
        return self._process.pid if self._process else None

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask the embedded model and return its whole answer, marked as the demo's; see ModelClient."""
        process = await self._server()
        address = await self._address(process)
        # Its server says that it keeps a connection, and lets go of it when it has streamed an answer: the next call
        # would write into one that is just being closed.
        options = {**tamed(call.options), "extra_headers": {"Connection": "close"}}
        wanted = replace(call, model=self.settings.name, options=options, base_url=f"{address}/v1", api_key=None)
        answer = await self._asked(process, wanted, on_delta)
        return replace(answer, demo=True)

    async def room(self, call: ModelCall) -> Room | None:
        """Return what the call's messages may take; see ModelClient. The server need not run for it."""
        wanted = replace(call, model=self.settings.name, options=tamed(call.options))
        if self._client is None:
            return Room(tokens=budget(self.settings.context, wanted.options.get("max_tokens")))
        return await self._client.room(wanted)

    async def start(self) -> None:
        """Fetch the file and start the server, whichever is still to be done.

        Raises:
            ModelFailedError: It cannot be had, or is no model.
        """
        await self._address(await self._server())

    async def close(self) -> None:
        """Stop the server and close the connections."""
        if self._process is not None:
            await self._process.stop()
        if self._client is not None:
            await self._client.close()

    async def _asked(self, process: ServerProcess, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        if self._client is None:
            # Here and not above: a bot that waits does without the library.
            from agents.models.openai_compatible import OpenAICompatible  # noqa: PLC0415

            self._client = OpenAICompatible("", patience=self._patience, http=self._http, context=self.settings.context)
        try:
            return await self._client.complete(call, on_delta)
        except RetryLaterError as error:
            if await process.ended(0.5):
                sentence = "The embedded model's server ended in the middle of an answer; it is started again."
                raise RetryLaterError(sentence, retry_after=0.5) from error
            raise

    async def _server(self) -> ServerProcess:
        """Return the one process; the file is fetched before, while other calls wait."""
        async with self._making:
            if self._process is None:
                self._process = ServerProcess(
                    await self._file(),
                    self.settings.name,
                    context=self.settings.context,
                    parallel=self.settings.parallel,
                    loading=self.settings.loading,
                )
            return self._process

    async def _address(self, process: ServerProcess) -> str:
        if process.running:
            return await process.address()
        self._on_stage("loading", 0, 1)
        address = await process.address()
        self._on_stage("ready", 1, 1)
        return address

    async def _file(self) -> Path:
        if self.settings.gguf is None:
            return await self._files.fetch(self.settings.model, self._fetching)
        if not await asyncio.to_thread(self.settings.gguf.is_file):
            raise ModelFailedError(f"The GGUF file {self.settings.gguf} that the settings name is not there.")
        return self.settings.gguf

    def _fetching(self, done: int, total: int) -> None:
        self._on_stage("fetching", done, total)


def tamed(options: dict[str, Any]) -> dict[str, Any]:
    """Return a call's options as a small model bears them: cool, without penalties, and with an end."""
    kept = {key: value for key, value in options.items() if key not in _PENALTIES}
    warm = kept.get("temperature")
    kept["temperature"] = min(_TEMPERATURE, _TEMPERATURE if warm is None else warm)
    if not kept.get("max_tokens") and not kept.get("max_completion_tokens"):
        kept["max_tokens"] = _LONGEST
    return kept
