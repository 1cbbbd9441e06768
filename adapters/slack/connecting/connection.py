"""The door: whatever Slack delivers is recorded first, then acknowledged; nothing is worked on here.

Sockets hand over to it themselves, signed requests through a bolt app whose one middleware answers everything:
no listener of bolt's ever runs, and nothing is asked of Slack before the acknowledgement.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol
from weakref import WeakValueDictionary

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.recent import Recent
from adapters.slack.events import delivery_id
from adapters.slack.ids import ADAPTER
from bot.domain import Delivery, Json
from bot.errors import StoreError
from bot.ports import Clock, Inbox

MOST_HELD = 20
"""Recorded deliveries that wait at most until those that came with them are acknowledged."""

MOST_UNSURE = 2000
"""Deliveries of which it is remembered that recording them failed."""

log = structlog.get_logger()


class Judge(Protocol):
    """What can be said of a delivery without asking anybody."""

    def is_nothing(self, kind: str, payload: Json) -> bool:
        """Whether it is surely not for the bot, so that it needs no record: other people's talk."""
        ...

    def complaints(self, kind: str, payload: Json) -> dict[str, str]:
        """Return what is wrong with a form that was sent, by its block; a form with complaints stays open."""
        ...


class Door:
    """Records deliveries and hands the new ones on."""

    def __init__(self, inbox: Inbox, *, judge: Judge, offer: Callable[[Delivery], None], clock: Clock) -> None:
        self._inbox = inbox
        self._judge = judge
        self._offer = offer
        self._clock = clock
        self._entering = 0
        self._recorded: list[Delivery] = []
        """What is handed on once nothing else waits for its acknowledgement."""
        self._unsure: Recent[str, None] = Recent(MOST_UNSURE)
        """Ids that may be recorded although that failed, and were not handed on."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def enter(self, body: Json) -> BoltResponse:
        """Record a delivery and return its acknowledgement; without one, Slack delivers it again."""
        self._entering += 1
        try:
            return await self._enter(body)
        finally:
            self._entering -= 1
            if self._recorded:
                # Once the caller has sent its acknowledgement, which waits for nothing.
                asyncio.get_running_loop().call_soon(self._hand_on)

    def _hand_on(self) -> None:
        if self._entering and len(self._recorded) < MOST_HELD:
            return
        recorded, self._recorded = self._recorded, []
        for delivery in recorded:
            self._offer(delivery)

    async def _enter(self, body: Json) -> BoltResponse:
        kind = kind_of(body)
        if kind == "verification":
            return BoltResponse(status=200, body={"challenge": str(body.get("challenge", ""))})
        complaints = self._judge.complaints(kind, body)
        if complaints:
            return BoltResponse(status=200, body={"response_action": "errors", "errors": complaints})
        if kind == "unknown" or self._judge.is_nothing(kind, body):
            return BoltResponse(status=200, body="")
        delivery = Delivery(
            adapter=ADAPTER,
            id=delivery_id(kind, body),
            body={"kind": kind, "payload": body},
            received_at=self._clock.now(),
        )
        return await self._record(delivery)

    async def _record(self, delivery: Delivery) -> BoltResponse:
        # Its twin waits: only once the first is recorded, or failed to be, is it known what the second one means.
        lock = self._locks.setdefault(delivery.id, asyncio.Lock())
        async with lock:
            try:
                new = await self._inbox.receive(delivery)
            except BaseException as error:
                # The answer may be all that was lost: then the next one finds it known, and nobody works on it.
                self._unsure[delivery.id] = None
                if not isinstance(error, StoreError):
                    raise
                log.error("delivery.not_recorded", delivery=delivery.id, error=type(error).__name__)
                return BoltResponse(status=503, body="")
            if new or delivery.id in self._unsure:
                self._unsure.pop(delivery.id, None)
                self._recorded.append(delivery)
        return BoltResponse(status=200, body="")


def kind_of(body: Json) -> str:
    """Return what a request brings: `event`, `command`, `interactive`, `verification` or `unknown`."""
    kind = body.get("type")
    if kind == "event_callback":
        return "event"
    if kind == "url_verification":
        return "verification"
    if "command" in body:
        return "command"
    if kind == "app_rate_limited":
        log.warning("slack.rate_limited", since=body.get("minute_rate_limited"))
        return "unknown"
    return "interactive" if isinstance(kind, str) and isinstance(body.get("user"), dict) else "unknown"


def bolt_app(client: AsyncWebClient, door: Door, flow: AsyncOAuthFlow | None) -> AsyncApp:
    """Return the bolt app: its one middleware stands before anything of bolt's own that would ask Slack.

    Requests are verified before they come here (`http`), so bolt need not know the secret.
    """

    async def enter(req: AsyncBoltRequest) -> BoltResponse:
        return await door.enter(req.body)

    middleware: Callable[..., Awaitable[BoltResponse]] = enter
    return AsyncApp(
        name="threadfast",
        logger=vendor_logger(),
        client=client,
        before_authorize=middleware,
        authorize=None if flow is not None else _nobody,
        oauth_flow=flow,
        signing_secret="",
        request_verification_enabled=False,
        ssl_check_enabled=False,
        ignoring_self_events_enabled=False,
    )


async def _nobody() -> AuthorizeResult:
    raise AssertionError("the middleware answers every request")


class _Events(logging.Handler):
    """Turns the library's prose into an event: its sentences may quote messages, addresses and tokens."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        log.warning("slack.library", module=record.module, function=record.funcName, error=error)


def vendor_logger() -> logging.Logger:
    """Return the logger that Slack's libraries are given: errors only, and none of their words."""
    logger = logging.Logger("threadfast.slack", level=logging.ERROR)
    logger.addHandler(_Events())
    return logger
