"""The Web API's door: log, faults, tokens, scopes, and the method itself."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.slack_server import apps, chat, conversations, files, streams, users, views
from tests.slack_server.calls import Call, Method, arguments
from tests.slack_server.entities import Json, SlackError
from tests.slack_server.faults import Fault
from tests.slack_server.hub import Hub, Request
from tests.slack_server.workspace import Workspace

METHODS: dict[str, Method] = {
    **chat.METHODS,
    **streams.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **files.METHODS,
    **views.METHODS,
    **apps.METHODS,
}
WITHOUT_BOT_TOKEN = frozenset({"apps.connections.open", "oauth.v2.access"})
Answering = Callable[[], Awaitable[web.StreamResponse]]


class Api:
    """Answers `/api/<method>`."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method, token = request.match_info["method"], _bearer(request)
        try:
            args = await arguments(request)
        except SlackError as error:
            self.hub.note(method, {}, request.headers, token, request.method).outcome = error.code
            return web.json_response({"ok": False, "error": error.code} | error.more)
        token = token or args.pop("token", None)
        logged = self.hub.note(method, args, request.headers, token, request.method)

        async def answering() -> web.StreamResponse:
            answer, headers = await self._call(logged, request)
            logged.answer = answer
            logged.outcome = "ok" if answer["ok"] else str(answer["error"])
            return web.json_response(answer, headers=headers)

        return await troubled(self.hub, request, logged, answering)

    async def _call(self, logged: Request, request: web.Request) -> tuple[Json, dict[str, str]]:
        headers: dict[str, str] = {}
        try:
            method = METHODS.get(logged.method)
            if method is None:
                raise SlackError("unknown_method", req_method=logged.method)
            if logged.method in WITHOUT_BOT_TOKEN:
                return {"ok": True} | await apps.without_bot(self.hub, logged, _basic(request)), headers
            workspace = authorized(self.hub, logged.token)
            headers = _scopes(workspace, method)
            call = Call(hub=self.hub, method=logged.method, args=logged.args, workspace=workspace)
            if method.scope is not None:
                call.needs(method.scope)
            return {"ok": True} | await method.handler(call), headers
        except SlackError as error:
            return {"ok": False, "error": error.code} | error.more, headers


async def troubled(hub: Hub, request: web.Request, logged: Request, answering: Answering) -> web.StreamResponse:
    """Answer a request, unless a fault is in the way."""
    fault = hub.faults.take(logged.method, logged.channel)
    if fault is None:
        return await answering()
    logged.outcome = fault.kind
    if fault.kind == "latency":
        await asyncio.sleep(fault.seconds)
        return await answering()
    if fault.kind == "late_answer":
        response = await answering()
        await asyncio.sleep(fault.seconds)
        return response
    if fault.kind in ("drop", "accept_then_drop"):
        if fault.kind == "accept_then_drop":
            await answering()
            logged.outcome = fault.kind
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    return _refusal(fault)


def _refusal(fault: Fault) -> web.Response:
    if fault.kind == "ratelimited":
        body = {"ok": False, "error": "ratelimited"}
        return web.json_response(body, status=429, headers={"Retry-After": str(fault.retry_after)})
    if fault.kind == "error":
        return web.json_response({"ok": False, "error": fault.code})
    status = 200 if fault.kind == "not_json" else fault.status
    return web.Response(status=status, text="<html><body>Server Error</body></html>", content_type="text/html")


def authorized(hub: Hub, token: Any) -> Workspace:
    """Return the workspace of a bot token.

    Raises:
        SlackError: There is no such token, or it is worth nothing any more.
    """
    if not token:
        raise SlackError("not_authed")
    for workspace in hub.teams.values():
        if workspace.bot.token == token:
            if workspace.bot.removed:
                raise SlackError("account_inactive")
            if workspace.bot.revoked:
                raise SlackError("token_revoked")
            return workspace
    raise SlackError("not_allowed_token_type" if token == hub.app.app_token else "invalid_auth")


def _bearer(request: web.Request) -> str | None:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value if kind == "Bearer" else None


def _basic(request: web.Request) -> tuple[str, str] | None:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return None
    user, _, password = base64.b64decode(value).decode().partition(":")
    return user, password


def _scopes(workspace: Workspace, method: Method) -> dict[str, str]:
    scopes = {"x-oauth-scopes": ",".join(sorted(workspace.bot.scopes))}
    return scopes | ({"x-accepted-oauth-scopes": method.scope} if method.scope else {})
