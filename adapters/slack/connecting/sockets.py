"""Socket Mode: as many connections as the settings say, each watched, and renewed when it has fallen silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import time

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.connecting.connection import Door, vendor_logger
from bot.errors import SettingsError

PING_SECONDS = 5.0
"""Between two pings; a connection that answers none for four of them is renewed by the library."""
SILENCE_SECONDS = 30.0
"""After this long without a working connection it is renewed by us, and that is logged."""
OPEN_SECONDS = 20.0
"""How long a connection may take to open."""
LOOK_SECONDS = 2.0
LEAVE_SECONDS = 2.0
REFUSALS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "no_permission",
        "missing_scope",
        "app_not_found",
    }
)
"""What Slack says to an app token that will never do."""

log = structlog.get_logger()


class Socket(SocketModeClient):
    """One connection. The library renews it; what it would try for ever in vain, it does not."""

    def __init__(self, door: Door, client: AsyncWebClient, app_token: str, *, number: int, proxy: str = "") -> None:
        super().__init__(app_token=app_token, logger=vendor_logger(), web_client=client, ping_interval=PING_SECONDS)
        # Without one, the library takes the environment's, whatever is excepted from it there.
        self.proxy = proxy or None
        self._door = door
        self._number = number
        self.refusal = ""
        """Why Slack refuses the app token."""
        self.stands = asyncio.Event()
        """Set once it has connected."""
        self.socket_mode_request_listeners.append(self._hand_over)

    async def issue_new_wss_url(self) -> str:
        """Ask where to connect; an app token that Slack refuses ends this connection for good."""
        try:
            return await super().issue_new_wss_url()
        except SlackApiError as error:
            code = str(error.response.get("error", ""))
            if code in REFUSALS:
                self.refusal, self.closed = code, True
            raise

    async def _hand_over(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        # Straight to the door: what bolt does for each request before its first middleware is as slow as the record.
        answer = await self._door.enter(req.payload)
        await send_async_response(client, req, answer, time())

    async def watch(self) -> None:
        """Connect and stay connected until cancelled.

        Raises:
            SettingsError: Slack refuses the app token.
        """
        try:
            await self._prepare()
            await self.connect()  # type: ignore[no-untyped-call]  # the library's own
            silent = 0.0
            while True:
                self._check()
                self.stands.set()
                await asyncio.sleep(LOOK_SECONDS)
                silent = 0.0 if await self.is_connected() else silent + LOOK_SECONDS
                if silent >= SILENCE_SECONDS:
                    log.warning("slack.socket_silent", socket=self._number, seconds=silent)
                    await self.connect_to_new_endpoint(force=True)
                    silent = 0.0
        finally:
            await self._leave()

    async def _prepare(self) -> None:
        """Connect so that each try has an address of its own, and ends: Slack's are good once.

        The library tries the same address again until it succeeds, which then is never, and waits five minutes for an
        answer.
        """

        async def spend(*_: object) -> None:
            self.wss_uri = None

        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(spend)
        opening = aiohttp.ClientTimeout(total=OPEN_SECONDS)
        await self.aiohttp_client_session.close()
        self.aiohttp_client_session = aiohttp.ClientSession(timeout=opening, trace_configs=[trace])

    async def _leave(self) -> None:
        """Close the connection; one whose other end has fallen silent is not waited for."""
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await self.close()  # type: ignore[no-untyped-call]  # the library's own
        except TimeoutError:
            for task in (self.message_processor, self.current_session_monitor, self.message_receiver):
                if task is not None:
                    task.cancel()
            await self.aiohttp_client_session.close()

    def _check(self) -> None:
        if self.refusal:
            raise SettingsError(
                f"Slack refuses SLACK_APP_TOKEN ({self.refusal}): make an app-level token with the scope "
                "connections:write (Basic Information, App-Level Tokens) and set it."
            )


async def listen(
    door: Door,
    client: AsyncWebClient,
    app_token: str,
    *,
    sockets: int,
    proxy: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Receive over this many connections until cancelled; `tell` is called once all of them stand.

    Raises:
        SettingsError: Slack refuses the app token.
    """
    try:
        async with asyncio.TaskGroup() as group:
            opened = [Socket(door, client, app_token, number=number, proxy=proxy) for number in range(1, sockets + 1)]
            for each in opened:
                group.create_task(each.watch())
            for each in opened:
                await each.stands.wait()
            tell(f"Slack: Socket Mode, {sockets} connection{'s' if sockets > 1 else ''}.")
    except* SettingsError as errors:
        raise errors.exceptions[0] from None
