"""The gateway: sessions over WebSockets, as Discord keeps them, and what a test can do to them."""

from __future__ import annotations

import asyncio
import contextlib
import json

from aiohttp import WSMsgType, web

from tests.discord_server import intents
from tests.discord_server.connections import ENCODINGS, Connection
from tests.discord_server.controls import INVALID, Controls
from tests.discord_server.entities import App, Json
from tests.discord_server.greeting import members_chunk, ready, refusal
from tests.discord_server.hub import Dispatch
from tests.discord_server.sessions import Session
from tests.discord_server.world import World

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, REQUEST_MEMBERS, HELLO, ACK = 1, 2, 3, 4, 6, 8, 10, 11
UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, BAD_TOKEN, ALREADY = range(4001, 4006)
INVALID_SEQUENCE, TIMED_OUT = 4007, 4009


class Gateway(Controls):
    """All sessions and connections."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.hub.subscribe(self.tell)

    def routes(self) -> list[web.RouteDef]:
        """Return where it is found: READY sends those who resume to the second address."""
        return [web.get("/gateway/", self.endpoint), web.get("/resume/", self.endpoint)]

    async def endpoint(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket."""
        if self.refuses or request.query.get("compress", "") not in ENCODINGS:
            self.refused += 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(timeout=1.0)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.append(connection)
        self.connects += 1
        connection.send({"op": HELLO, "d": {"heartbeat_interval": round(self.heartbeat_seconds * 1000)}})
        try:
            await self._serve(connection)
        except* ConnectionError:
            pass
        finally:
            self.connections.remove(connection)
            self._left(connection)
        return socket

    async def _serve(self, connection: Connection) -> None:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(self._read(connection))
            reading.add_done_callback(lambda _: connection.stop())
            code = await connection.write()
            if code is not None:
                # Nobody may be reading: then this waits until the bot has answered, and the bot sees the code.
                reading.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await reading
                await connection.socket.close(code=code)

    async def _read(self, connection: Connection) -> None:
        patience = 2 * self.heartbeat_seconds
        while True:
            left = connection.beaten + patience - asyncio.get_running_loop().time()
            try:
                message = await connection.socket.receive(timeout=None if connection.half_open else max(left, 0.001))
            except TimeoutError:
                if not connection.half_open:
                    self._expired(connection)
                continue
            if message.type is not WSMsgType.TEXT:
                connection.left = message.type is WSMsgType.CLOSE and message.data in (1000, 1001)
                return
            if not connection.half_open:
                self._received(connection, message.data)

    def _expired(self, connection: Connection) -> None:
        """Close a connection without heartbeats; its session is over."""
        connection.beaten = float("inf")
        if connection.session is not None and connection.session in self.sessions:
            self.sessions.remove(connection.session)
        connection.close(TIMED_OUT)

    def _left(self, connection: Connection) -> None:
        session = connection.session
        if session is None or session.connection is not connection:
            return
        session.connection, session.left = None, self.world.clock.now()
        if connection.left and session in self.sessions:
            self.sessions.remove(session)

    def _received(self, connection: Connection, text: str) -> None:
        op, data = _decoded(text)
        if op == HEARTBEAT:
            self._beat(connection)
        elif data is None:
            connection.close(DECODE_ERROR)
        elif op in (IDENTIFY, RESUME):
            self._enter(connection, op, data)
        elif connection.session is None:
            connection.close(NOT_AUTHENTICATED)
        elif op == REQUEST_MEMBERS:
            for chunk in members_chunk(self.world, data):
                connection.session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
        elif op not in (PRESENCE, VOICE):
            connection.close(UNKNOWN_OPCODE)

    def _beat(self, connection: Connection) -> None:
        self.heartbeats += 1
        connection.beaten = asyncio.get_running_loop().time()
        if self.acknowledges:
            connection.send({"op": ACK})

    def _enter(self, connection: Connection, op: int, data: Json) -> None:
        if connection.session is not None:
            connection.close(ALREADY)
        elif (app := self._app(str(data.get("token")))) is None:
            connection.close(BAD_TOKEN)
        elif op == RESUME:
            self._resume(connection, data)
        elif (code := refusal(data, app.intents)) is not None:
            connection.close(code)
        else:
            self._identify(connection, app, data)

    def _identify(self, connection: Connection, app: App, data: Json) -> None:
        self.identifies += 1
        number, count = data.get("shard") or (0, 1)
        session = Session(id=f"session-{self.identifies}", app=app, intents=data["intents"], shard=(number, count))
        self.sessions.append(session)
        session.connection, connection.session = connection, session
        self._greet(session, self.world.other_gateway or f"{self.url}/resume/")

    def _greet(self, session: Session, address: str) -> None:
        guilds = [one for one in self.world.guilds.values() if session.app.id in one.members and session.serves(one.id)]
        session.dispatch("READY", ready(session, guilds, address))
        for guild in guilds:
            if guild.id not in self.silent:
                created = guild.as_created(session.app.id)
                self._tell(session, Dispatch(type="GUILD_CREATE", payload=created, guild_id=guild.id))

    def _app(self, token: str) -> App | None:
        return next((one for one in self.world.apps.values() if one.token == token), None)

    def _resume(self, connection: Connection, data: Json) -> None:
        self.expire()
        session = next((one for one in self.sessions if one.id == data.get("session_id")), None)
        if session is None:
            self.invalidated += 1
            connection.send(INVALID)
            return
        if not 0 <= int(data.get("seq") or -1) <= session.number:
            connection.close(INVALID_SEQUENCE)
            return
        self.resumes += 1
        self.resumed_elsewhere += connection.request.path != "/resume/"
        if session.connection is not None:
            session.connection.cut()
        connection.session = session
        for sent in session.missed(int(data["seq"])):
            connection.send(sent.frame)
        session.connection = connection
        session.dispatch("RESUMED", {"_trace": []})

    def tell(self, dispatch: Dispatch) -> None:
        """Dispatch an event to the sessions that are told of it."""
        self.expire()
        for session in self.sessions:
            if self.world.sees(session.app.id, dispatch):
                self._tell(session, dispatch)

    def _tell(self, session: Session, told: Dispatch) -> None:
        direct = told.guild_id is None
        if session.serves(told.guild_id) and intents.wanted(told.type, session.intents, direct=direct):
            bot = str(session.app.id)
            session.dispatch(told.type, intents.seen(told.type, told.payload, session.intents, bot=bot, direct=direct))


def _decoded(text: str) -> tuple[int, Json | None]:
    """Return a frame's op and data; no data: it is no frame of a bot."""
    try:
        frame: Json = json.loads(text)
        op, data = int(frame["op"]), frame.get("d")
    except (ValueError, KeyError, TypeError):
        return -1, None
    return op, data if isinstance(data, dict) else None
