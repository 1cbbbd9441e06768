"""The way of one chat request, in either dialect: log, refuse, load, say, send."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from aiohttp import web

from tests.model_server import confining, context
from tests.model_server.dialects import Dialect
from tests.model_server.faults import CONTENT, REFUSALS, STREAM
from tests.model_server.saying import Said, say
from tests.model_server.scripts import agent_of, digest_of, reply_for
from tests.model_server.sending import disconnected, forever, send
from tests.model_server.state import Logged, State


class RefusedError(Exception):
    """The request is answered with an error instead."""

    def __init__(self, status: int, error: str, extra: dict[str, Any] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.extra = extra or {}


class Chat:
    """The chat endpoint of one dialect."""

    def __init__(self, state: State, dialect: Dialect, *, native: bool) -> None:
        self.state = state
        self.dialect = dialect
        self.native = native

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        body = await request.json()
        logged = self._admit(request, body)
        try:
            async with self.state.counted():
                response = await self._answer(request, body, logged)
                logged.ended = time.monotonic()
        except RefusedError as refused:
            logged.outcome = str(refused.status)
            return web.json_response(
                self.dialect.refusal(refused.status, refused.error, refused.extra), status=refused.status
            )
        except (asyncio.CancelledError, ConnectionError):
            disconnected(logged)
            raise
        if logged.outcome == "open":
            logged.outcome = "answered"
        return response

    def _admit(self, request: web.Request, body: dict[str, Any]) -> Logged:
        logged = Logged(
            n=len(self.state.log),
            path=request.path,
            model=str(body.get("model")),
            agent=agent_of(body["messages"]) if body["messages"] else "",
            digest=digest_of(body),
            body=body if self.state.control.keep_bodies else {},
            headers=dict(request.headers),
        )
        self.state.log.append(logged)
        return logged

    async def _answer(self, request: web.Request, body: dict[str, Any], logged: Logged) -> web.StreamResponse:
        if self.state.control.hang_on == logged.n:
            self.state.control.hang_on = None
            await forever()
        refusal = self._refusal(logged)
        if refusal is not None:
            return refusal
        model = self.state.resolve(logged.model)
        if model is None:
            raise RefusedError(404, f"model '{logged.model}' not found")
        if self.state.control.schemas == "refused" and confining.schema_of(body) is not None:
            raise RefusedError(400, confining.REFUSAL)
        messages = await context.prepare(self.state, model, body, logged, native=self.native, refuse=RefusedError)
        if not body["messages"]:
            return web.json_response({"model": logged.model, "done": True, "done_reason": "load"})
        async with self.state.slot(model):
            return await self._speak(request, {**body, "messages": messages}, logged, model)

    def _refusal(self, logged: Logged) -> web.Response | None:
        fault = self.state.take_fault(frozenset(REFUSALS), logged.model)
        if fault is None:
            return None
        logged.outcome = fault.kind
        refusal = REFUSALS[fault.kind]
        text = refusal.raw
        if text is None:
            error = refusal.error.format(model=logged.model)
            text = json.dumps(self.dialect.refusal(refusal.status, error, refusal.extra))
        kind = "application/json" if refusal.raw is None else refusal.media_type
        return web.Response(status=refusal.status, text=text, content_type=kind, headers=refusal.headers)

    async def _speak(
        self, request: web.Request, body: dict[str, Any], logged: Logged, model: str
    ) -> web.StreamResponse:
        said = self._say(body, logged, model)
        fault = self.state.take_fault(STREAM, logged.model)
        if fault is not None:
            logged.outcome = fault.kind
        slow = fault.seconds if fault is not None and fault.kind == "slow_first_token" else 0.0
        await asyncio.sleep(self.state.latency(logged.digest) + slow)
        if body.get("stream", self.dialect.streams_by_default):
            return await send(request, self.dialect.frames(said, body), self.state, fault)
        if fault is not None and fault.kind == "stall":
            await forever()
        return web.json_response(self.dialect.whole(said))

    def _say(self, body: dict[str, Any], logged: Logged, model: str) -> Said:
        try:
            _, reply = reply_for(self.state.scripts[model], body["messages"])
        except KeyError as error:
            raise RefusedError(500, f"the script of {model} has nothing for {logged.agent}") from error
        schema = confining.schema_of(body)
        if self.state.control.schemas == "obeyed" and schema is not None:
            reply = confining.confine(reply, schema)
        # The cache holds all but the newest message, as it does in a talk that goes on.
        counted = body["messages"][-1:] if self.state.control.counts_uncached else body["messages"]
        tokens = context.tokens(counted, self.state.control.characters_per_token)
        said = Said(
            model=logged.model,
            digest=logged.digest,
            prompt_tokens=tokens,
            usage=self.state.control.usage or not body.get("stream", self.dialect.streams_by_default),
        )
        content = self.state.take_fault(CONTENT, logged.model)
        if content is not None:
            logged.outcome = content.kind
        return say(
            context.thinking(self.state, model, body, reply, native=self.native),
            said,
            content.kind if content else None,
        )
