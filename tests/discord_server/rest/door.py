"""The API's door, through which every request goes: the log, faults, limits, tokens, and errors as JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from tests.discord_server.entities import App
from tests.discord_server.faults import Fault, Faults
from tests.discord_server.limits import Limits, Verdict, headers
from tests.discord_server.rest.calls import CALL, Call, Request, Upload, answered
from tests.discord_server.rest.errors import ApiError, unauthorized
from tests.discord_server.world import World

PREFIX = "/api/v10"
OPEN = (f"{PREFIX}/interactions/", f"{PREFIX}/gateway", f"{PREFIX}/webhooks/")
"""Where no bot's token is needed; a webhook without its token in the path asks for one itself."""
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Lets requests in."""

    def __init__(self, world: World, faults: Faults, limits: Limits) -> None:
        self.world = world
        self.faults = faults
        self.limits = limits
        self.requests: list[Request] = []
        self.crashes: list[Exception] = []
        """What went wrong in the server itself."""

    def middleware(self) -> Middleware:
        """Return what the web application calls for every request."""

        @web.middleware
        async def enter(request: web.Request, handler: Answering) -> web.StreamResponse:
            return await self.enter(request, handler)

        return enter

    async def enter(self, request: web.Request, answering: Answering) -> web.StreamResponse:
        """Answer one request to the API; everything else passes by."""
        if request.path.startswith("/attachments/"):
            return await self._served(request, answering)
        if not request.path.startswith("/api/"):
            return await answering(request)
        logged = self._note(request)
        problem: ApiError | None = None
        try:
            logged.json, logged.files = await _body(request)
        except ApiError as error:
            problem = error

        async def normally() -> web.StreamResponse:
            return await self._limited(request, logged, answering, problem)

        response = await self._troubled(request, logged, normally)
        logged.status = response.status if logged.status == 0 and response.status != 444 else logged.status
        return response

    async def _served(self, request: web.Request, answering: Answering) -> web.StreamResponse:
        """Answer a download, unless a fault is in the way; its name in the log is `attachment`."""
        logged = self._note(request)

        async def normally() -> web.StreamResponse:
            response = await answering(request)
            logged.outcome, logged.status = "ok" if response.status == 200 else str(response.status), response.status
            return response

        return await self._troubled(request, logged, normally)

    def _note(self, request: web.Request) -> Request:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        logged = Request(
            n=len(self.requests),
            method=request.method,
            path=request.path.removeprefix(PREFIX),
            name=str(getattr(request.match_info.handler, "__name__", "unknown")),
            query={**request.query},
            headers={name.lower(): value for name, value in request.headers.items()},
            token=token if kind == "Bot" else None,
            moment=self.world.clock.now(),
        )
        self.requests.append(logged)
        return logged

    async def _troubled(
        self, request: web.Request, logged: Request, normally: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        body = json.dumps(logged.json, ensure_ascii=False)
        fault = self.faults.take(logged.name, f"{logged.method} {logged.path}", body)
        if fault is None:
            return await normally()
        if fault.kind == "latency":
            await asyncio.sleep(fault.seconds)
        done = await normally() if fault.kind.startswith("accept") or fault.kind.startswith("late") else None
        if fault.kind == "late_answer":
            await asyncio.sleep(fault.seconds)
        logged.outcome = fault.kind
        if done is not None and not fault.kind.startswith("accept"):
            return done
        return _refused(request, fault)

    async def _limited(
        self, request: web.Request, logged: Request, answering: Answering, problem: ApiError | None
    ) -> web.StreamResponse:
        verdict = self.limits.judge(logged.name, _major(request), logged.token or "")
        if verdict is not None and verdict.refused:
            logged.outcome = "ratelimited"
            return too_many(verdict, self.world.clock.now())
        response = await self._answered(request, logged, answering, problem)
        response.headers["Via"] = "1.1 google"
        if verdict is not None:
            response.headers.update(headers(verdict, self.world.clock.now()))
        return response

    async def _answered(
        self, request: web.Request, logged: Request, answering: Answering, problem: ApiError | None
    ) -> web.StreamResponse:
        try:
            if problem is not None:
                raise problem
            app = self._app(logged)
            if app is None and not request.path.startswith(OPEN):
                raise unauthorized()
            request[CALL] = Call(
                world=self.world, limits=self.limits, logged=logged, params={**request.match_info}, bot=app
            )
            response = await answering(request)
            logged.outcome = "ok"
            return response
        except web.HTTPException as error:
            logged.outcome = str(error.status)
            return answered({"message": f"{error.status}: {error.reason}", "code": 0}, error.status)
        except ApiError as error:
            logged.outcome = str(error.code)
            return answered(error.as_json(), error.status)
        except Exception as error:
            # The library would try again after a 500: what is broken here must not look like Discord's bad day.
            self.crashes.append(error)
            raise

    def _app(self, logged: Request) -> App | None:
        apps = self.world.apps.values()
        return next((app for app in apps if logged.token is not None and app.token == logged.token), None)


def too_many(verdict: Verdict, now: float) -> web.Response:
    """Return a 429."""
    body = {"message": "You are being rate limited.", "retry_after": round(verdict.reset_after, 3)}
    return answered(body | {"global": verdict.is_global}, 429, headers(verdict, now))


def _refused(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind in ("drop", "accept_then_drop"):
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=444)
    if fault.kind == "error":
        error = ApiError(fault.code)
        return answered(error.as_json(), error.status)
    if fault.kind == "ratelimited":
        return _flood(fault)
    status = 200 if fault.kind == "not_json" else fault.status
    return web.Response(status=status, text="<html><body>error</body></html>", content_type="text/html")


def _flood(fault: Fault) -> web.Response:
    body = {"message": "You are being rate limited.", "retry_after": fault.retry_after, "global": fault.is_global}
    more = {"Retry-After": str(fault.retry_after), "X-RateLimit-Scope": "global" if fault.is_global else "user"}
    response = answered(body, 429, more)
    if not fault.via:
        del response.headers["Via"]
    return response


def _major(request: web.Request) -> str:
    found = request.match_info
    if "token" in found:
        return f"{found.get('webhook', '')}:{found['token']}"
    return found.get("channel") or found.get("guild") or found.get("webhook") or ""


async def _body(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    """Return a request's JSON and files.

    Raises:
        ApiError: 50109: it is no JSON.
    """
    raw, files = "", dict[int, Upload]()
    if request.content_type == "multipart/form-data":
        raw, files = await _multipart(request)
    elif request.can_read_body:
        raw = await request.text()
    try:
        return (json.loads(raw) if raw else {}), files
    except ValueError as error:
        raise ApiError(50109) from error


async def _multipart(request: web.Request) -> tuple[str, dict[int, Upload]]:
    raw, files = "", dict[int, Upload]()
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            number = int(name.removeprefix("files[").removesuffix("]"))
            files[number] = Upload(filename=value.filename, content=value.file.read(), content_type=value.content_type)
        elif name == "payload_json":
            raw = value if isinstance(value, str) else bytes(value).decode()
    return raw, files
