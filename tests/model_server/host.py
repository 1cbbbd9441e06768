"""Ollama's other endpoints: what the host has, what is loaded, pulling and deleting."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from tests.model_server import context
from tests.model_server.faults import LOAD, PULL, REFUSALS
from tests.model_server.state import Logged, ModelSpec, State

VERSION = "0.33.1"


def _tagged(name: str) -> str:
    return name if ":" in name else f"{name}:latest"


def _moment(seconds: float) -> str:
    """Write a moment from now on as Go does."""
    moment = datetime.now(UTC) + timedelta(seconds=min(seconds, 1e9))
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"


class Host:
    """The endpoints besides chat."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        """Return where they are found."""
        return [
            web.get("/", self.root),
            web.get("/api/version", self.version),
            web.get("/api/tags", self.tags),
            web.get("/api/ps", self.ps),
            web.post("/api/show", self.show),
            web.post("/api/generate", self.generate),
            web.post("/api/pull", self.pull),
            web.delete("/api/delete", self.delete),
            web.get("/v1/models", self.models),
        ]

    async def root(self, request: web.Request) -> web.Response:
        """Say that it runs."""
        return web.Response(text="Ollama is running")

    async def version(self, request: web.Request) -> web.Response:
        """Tell the version."""
        return web.json_response({"version": VERSION})

    async def tags(self, request: web.Request) -> web.Response:
        """List what the host has."""
        return web.json_response({"models": [self._entry(name) for name in self.state.models]})

    async def ps(self, request: web.Request) -> web.Response:
        """List what is loaded, with the context it was loaded with."""
        now = time.monotonic()
        return web.json_response(
            {
                "models": [
                    {
                        **self._entry(name),
                        "context_length": loaded.num_ctx,
                        "size_vram": 0,
                        "expires_at": _moment(loaded.expires - now),
                    }
                    for name, loaded in self.state.loaded.items()
                    if loaded.expires > now
                ]
            }
        )

    async def show(self, request: web.Request) -> web.Response:
        """Describe one model."""
        name, body = await self._named(request)
        if name is None:
            return self._missing(body)
        spec = self.state.models[name]
        return web.json_response(
            {
                "details": {"family": "scripted", "format": "gguf", "parameter_size": "1B"},
                "model_info": {"general.architecture": "scripted", "scripted.context_length": spec.context},
                "capabilities": list(spec.capabilities),
                **({"remote_host": "https://ollama.com:443", "remote_model": name} if spec.cloud else {}),
            }
        )

    async def generate(self, request: web.Request) -> web.Response:
        """Load or unload a model; the empty prompt is the only one that is scripted."""
        name, body = await self._named(request)
        if name is None:
            return self._missing(body)
        keep = context.keep_alive_seconds(body.get("keep_alive"))
        size = int((body.get("options") or {}).get("num_ctx") or self.state.models[name].context)
        await self.state.load(name, size, keep)
        if self.state.take_fault(LOAD, name) is not None:
            del self.state.loaded[name]
            return web.json_response({"error": REFUSALS["oom"].error}, status=REFUSALS["oom"].status)
        reason = "unload" if keep == 0 else "load"
        return web.json_response({"model": body["model"], "response": "", "done": True, "done_reason": reason})

    async def pull(self, request: web.Request) -> web.StreamResponse:
        """Stream a download's progress; the model is there afterwards."""
        body = await request.json()
        name = str(body["model"])
        self._note(request, body)
        fault = self.state.take_fault(PULL, name)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        digest = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
        steps: list[dict[str, Any]] = [{"status": "pulling manifest"}]
        steps += [{"status": "pulling", "digest": digest, "total": 100, "completed": done} for done in (0, 50, 100)]
        steps += [{"status": "verifying sha256 digest"}, {"status": "success"}]
        if fault is not None:
            steps = steps[:3]
            steps += [{"error": "pull model manifest: file does not exist"}] if fault.kind == "pull_error" else []
        for step in steps:
            await response.write(json.dumps(step).encode() + b"\n")
            await asyncio.sleep(self.state.control.token_delay)
        if fault is None:
            self.state.models.setdefault(name, ModelSpec())
        return response

    async def delete(self, request: web.Request) -> web.Response:
        """Remove a model."""
        name, body = await self._named(request)
        if name is None:
            return self._missing(body)
        del self.state.models[name]
        self.state.loaded.pop(name, None)
        return web.Response()

    async def models(self, request: web.Request) -> web.Response:
        """List what the host has, in OpenAI's words."""
        data = [
            {"id": name, "object": "model", "created": 1700000000, "owned_by": "library"} for name in self.state.models
        ]
        return web.json_response({"object": "list", "data": data})

    async def _named(self, request: web.Request) -> tuple[str | None, dict[str, Any]]:
        body = await request.json()
        self._note(request, body)
        return self.state.resolve(str(body.get("model"))), body

    def _note(self, request: web.Request, body: dict[str, Any]) -> None:
        self.state.log.append(
            Logged(
                n=len(self.state.log), path=request.path, model=str(body.get("model")), body=body, outcome="answered"
            )
        )

    def _missing(self, body: dict[str, Any]) -> web.Response:
        return web.json_response({"error": f"model '{body.get('model')}' not found"}, status=404)

    def _entry(self, name: str) -> dict[str, Any]:
        spec = self.state.models[name]
        entry: dict[str, Any] = {
            "name": _tagged(name),
            "model": _tagged(name),
            "modified_at": "2026-01-01T00:00:00Z",
            "size": spec.size,
            "digest": hashlib.sha256(name.encode()).hexdigest(),
            "details": {"family": "scripted", "format": "gguf"},
        }
        return {**entry, "remote_host": "https://ollama.com:443"} if spec.cloud else entry
