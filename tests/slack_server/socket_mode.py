"""Socket Mode: real WebSockets that carry envelopes one way and acknowledgements the other."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

from aiohttp import WSMsgType, web

from tests.slack_server.deliveries import Answer, Delivery
from tests.slack_server.hub import Hub


class Socket:
    """One connection of the app."""

    def __init__(self, hub: Hub, response: web.WebSocketResponse, request: web.Request) -> None:
        self.hub = hub
        self.response = response
        self.request = request
        self.half_open = False
        """It answers nothing any more, and nobody has told the app."""
        self.leaving = False
        """It was told to reconnect; nothing new comes over it."""
        self.waiting: dict[str, asyncio.Future[Answer]] = {}
        self.envelopes: list[dict[str, Any]] = []
        self.acknowledged: list[str] = []

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        await self.response.send_str(json.dumps(message))

    async def deliver(self, delivery: Delivery, number: int, reason: str, patience: float) -> Answer:
        """Send an envelope and wait for its acknowledgement."""
        envelope_id = str(uuid.uuid4())
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.waiting[envelope_id] = waiting
        envelope = {
            "envelope_id": envelope_id,
            "type": delivery.kind,
            "accepts_response_payload": delivery.accepts_response,
            "payload": delivery.payload,
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": number, "retry_reason": reason}
        self.envelopes.append(envelope)
        try:
            if not self.half_open:
                await self.send(envelope)
            async with asyncio.timeout(patience):
                return await waiting
        except TimeoutError:
            return Answer(ok=False, reason="timeout")
        except ConnectionError:
            return Answer(ok=False, reason="closed")
        finally:
            self.waiting.pop(envelope_id, None)

    async def serve(self) -> None:
        """Read acknowledgements until the connection ends."""
        try:
            async for message in self.response:
                if self.half_open:
                    continue
                if message.type is WSMsgType.PING:
                    await self.response.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(message.data))
        finally:
            for waiting in self.waiting.values():
                if not waiting.done():
                    waiting.set_result(Answer(ok=False, reason="closed"))

    def _acknowledge(self, message: dict[str, Any]) -> None:
        envelope_id = str(message.get("envelope_id"))
        self.acknowledged.append(envelope_id)
        waiting = self.waiting.get(envelope_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(Answer(ok=True, payload=message.get("payload")))

    def cut(self) -> None:
        """Break the connection without a word."""
        self.leaving = True
        if self.request.transport is not None:
            self.request.transport.abort()


class Sockets:
    """All connections of the app; each delivery goes over any of them."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.open: list[Socket] = []
        self.connections = 0
        """How many there have been."""
        self.refuse = False
        """Whether new connections are refused."""
        self.refused = 0
        """How many were."""
        self.mute = 0
        """So many of the next connections get no answer at all."""
        self._tickets: set[str] = set()

    def ticket(self) -> str:
        """Return a ticket for one connection; used once, it is worth nothing any more, however that went."""
        ticket = str(uuid.uuid4())
        self._tickets.add(ticket)
        return ticket

    async def endpoint(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket."""
        ticket = request.query.get("ticket", "")
        good = ticket in self._tickets
        self._tickets.discard(ticket)
        if self.refuse or not good:
            self.refused += 1
            return web.Response(status=408)
        if self.mute:
            self.mute -= 1
            await asyncio.Event().wait()
        response = web.WebSocketResponse(autoping=False)
        await response.prepare(request)
        socket = Socket(self.hub, response, request)
        self.open.append(socket)
        self.connections += 1
        try:
            await socket.send(self._hello())
            await socket.serve()
        except ConnectionError:
            pass
        finally:
            self.open.remove(socket)
        return response

    def _hello(self) -> dict[str, Any]:
        debug = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}
        info = {"app_id": self.hub.app.id}
        return {"type": "hello", "num_connections": len(self.open), "debug_info": debug, "connection_info": info}

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Answer:
        """Send an envelope over any of the sockets."""
        usable = [socket for socket in self.open if not socket.leaving and not socket.response.closed]
        if not usable:
            return Answer(ok=False, reason="no_connection")
        socket = self.hub.chance.choice(usable)
        return await socket.deliver(delivery, number, reason, self.hub.deliveries.knobs.ack_timeout)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to be made anew: `warning` comes some time before `refresh_requested`."""
        for socket in [*self.open]:
            socket.leaving = reason != "warning"
            await socket.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})

    def half_open(self) -> None:
        """Let every present connection go silent without closing."""
        for socket in self.open:
            socket.half_open = True

    def cut(self) -> None:
        """Break every connection."""
        for socket in [*self.open]:
            socket.cut()

    async def close(self) -> None:
        """Close every connection as a server does that goes away."""
        for socket in [*self.open]:
            await socket.response.close(code=1001)

    async def until(self, count: int, seconds: float = 10.0) -> None:
        """Wait until so many connections are open.

        Raises:
            AssertionError: They were not in time.
        """
        try:
            async with asyncio.timeout(seconds):
                while len([one for one in self.open if not one.half_open]) != count:  # noqa: ASYNC110 - changes anywhere
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"{count} sockets were expected, {len(self.open)} are open") from None
