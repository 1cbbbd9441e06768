"""HTTP mode: signed requests from Slack, each taken once, and the pages on which workspaces install the app.

A request that does not prove where it comes from costs one hash; nothing of it is parsed before.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Sequence

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.settings import EVENTS_PATH
from bot.errors import SettingsError
from bot.ports import Clock

MOST_BYTES = 2 * 2**20
WINDOW_SECONDS = 300
"""How far a request's time may be from ours."""
REMEMBERED_SECONDS = 600.0
"""How long a request is remembered: longer than it could be taken for new."""
REMEMBERED = 100_000

log = structlog.get_logger()


class Signatures:
    """Tells whether a request is Slack's, and new."""

    def __init__(self, secret: str, clock: Clock) -> None:
        """Take the signing secret.

        Raises:
            SettingsError: There is none: everybody could then speak as Slack.
        """
        if not secret.strip():
            raise SettingsError("SLACK_SIGNING_SECRET is missing: in HTTP mode it proves that a request is Slack's.")
        self._secret = secret.encode()
        self._clock = clock
        self._taken: OrderedDict[tuple[str, str], float] = OrderedDict()

    def valid(self, body: bytes, timestamps: list[str], signatures: list[str]) -> bool:
        """Whether a request with these headers was signed by Slack within the last minutes."""
        if len(timestamps) != 1 or len(signatures) != 1:
            return False
        [timestamp], [signature] = timestamps, signatures
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
            return False
        if abs(self._clock.now().timestamp() - int(timestamp)) > WINDOW_SECONDS:
            return False
        digest = hmac.new(self._secret, f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={digest}".encode(), signature.encode("utf-8", "replace"))

    def taken(self, timestamp: str, signature: str) -> bool:
        """Whether this very request was taken before."""
        now = self._clock.now().timestamp()
        while self._taken and (len(self._taken) > REMEMBERED or next(iter(self._taken.values())) < now):
            self._taken.popitem(last=False)
        return (timestamp, signature) in self._taken

    def take(self, timestamp: str, signature: str) -> None:
        """Remember a request: all of it is recorded."""
        self._taken[timestamp, signature] = self._clock.now().timestamp() + REMEMBERED_SECONDS


class Requests:
    """The routes of HTTP mode."""

    def __init__(self, app: AsyncApp, signatures: Signatures, flow: AsyncOAuthFlow | None) -> None:
        self._app = app
        self._signatures = signatures
        self._flow = flow

    def application(self) -> web.Application:
        """Return what serves the routes."""
        application = web.Application(client_max_size=MOST_BYTES)
        application.router.add_post(EVENTS_PATH, self.deliver)
        if self._flow is not None:
            application.router.add_get(self._flow.install_path, self.install)
            application.router.add_get(self._flow.redirect_uri_path, self.installed)
        return application

    async def deliver(self, request: web.Request) -> web.Response:
        """Take a signed request."""
        body = await request.read()
        timestamps = request.headers.getall("X-Slack-Request-Timestamp", [])
        signatures = request.headers.getall("X-Slack-Signature", [])
        if not self._signatures.valid(body, timestamps, signatures):
            log.warning("slack.request_refused", reason="signature")
            return web.Response(status=401, text="This request is not signed by Slack.")
        if self._signatures.taken(timestamps[0], signatures[0]):
            # Slack's own retry within the same second looks like this too: its answer was lost on the way.
            log.info("slack.request_repeated")
            return web.Response()
        answer = await self._dispatch(request, body)
        if answer.status == 200 and not answer.body:
            self._signatures.take(timestamps[0], signatures[0])
        return await to_aiohttp_response(answer)

    async def install(self, request: web.Request) -> web.Response:
        """Show the page that begins an installation."""
        assert self._flow is not None
        return await to_aiohttp_response(await self._flow.handle_installation(_bolt_request(request, "")))

    async def installed(self, request: web.Request) -> web.Response:
        """Take a workspace's installation."""
        assert self._flow is not None
        return await to_aiohttp_response(await self._flow.handle_callback(_bolt_request(request, "")))

    async def _dispatch(self, request: web.Request, body: bytes) -> BoltResponse:
        try:
            read = _bolt_request(request, body.decode())
        except ValueError:
            return BoltResponse(status=400, body="This request cannot be read.")
        return await self._app.async_dispatch(read)


def _bolt_request(request: web.Request, body: str) -> AsyncBoltRequest:
    headers: dict[str, str | Sequence[str]] = {name: request.headers.getall(name) for name in request.headers}
    return AsyncBoltRequest(body=body, query=request.query_string, headers=headers)


async def serve(application: web.Application, host: str, port: int, *, tell: Callable[[str], None]) -> None:
    """Serve until cancelled; `tell` is called once requests are taken.

    Raises:
        SettingsError: Nothing can listen there.
    """
    # No access log: addresses of the installation's pages hold codes.
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=3.0)
    await runner.setup()
    try:
        await _listen(runner, host, port)
        tell(f"Slack: signed requests at http://{host}:{port}{EVENTS_PATH}.")
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise SettingsError(f"--http {host}:{port}: nothing can listen there: {error.strerror}.") from error
    log.info("slack.listening", host=host, port=port)
