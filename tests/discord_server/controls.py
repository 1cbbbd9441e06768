"""What a test can do to the gateway's connections and sessions, and what it can count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.discord_server.connections import Connection
from tests.discord_server.entities import Json
from tests.discord_server.sessions import Session
from tests.discord_server.world import World

RECONNECT: Json = {"op": 7, "d": None}
INVALID: Json = {"op": 9, "d": False}
INVALID_RESUMABLE: Json = {"op": 9, "d": True}


class Controls:
    """The gateway's state, and its bad days."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.connections: list[Connection] = []
        self.sessions: list[Session] = []
        """Those that can be resumed, connected or not, oldest first."""
        self.connects = self.identifies = self.resumes = self.invalidated = self.heartbeats = 0
        """How many there have been of each."""
        self.resumed_elsewhere = 0
        """How many resumed at another address than READY's resume_gateway_url."""
        self.heartbeat_seconds = 41.25
        """What HELLO says; for connections to come."""
        self.keeps_seconds = 180.0
        """How long a session can be resumed after its connection ended, by the server's clock."""
        self.acknowledges = True
        """Whether heartbeats are answered."""
        self.refuses = False
        """Whether new connections are refused with 503."""
        self.refused = 0
        """How many were."""
        self.silent: set[int] = set()
        """Guilds in an outage: READY names them, no GUILD_CREATE follows."""

    @property
    def url(self) -> str:
        """The server's address for WebSockets."""
        return self.world.url.replace("http", "ws", 1)

    @property
    def connected(self) -> list[Session]:
        """The sessions that somebody listens to."""
        return [one for one in self.sessions if one.connected]

    @property
    def session(self) -> Session:
        """The newest session.

        Raises:
            AssertionError: There is none.
        """
        assert self.sessions, "the bot has no session"
        return self.sessions[-1]

    def drop(self, session: Session | None = None, *, resumable: bool = True) -> None:
        """Break a connection (the newest session's) without a word; what happens meanwhile is replayed on RESUME."""
        session = session or self.session
        if not resumable:
            self.forget(session)
        if session.connection is not None:
            session.connection.cut()

    def drop_all(self, *, resumable: bool = True) -> None:
        """Break every connection, those without a session included."""
        if not resumable:
            self.sessions.clear()
        for connection in [*self.connections]:
            connection.cut()

    def close(self, code: int = 4000) -> None:
        """Close every connection with a code; 4009: their sessions are over, too."""
        if code in (4007, 4009):
            self.sessions.clear()
        for connection in [*self.connections]:
            connection.close(code)

    def reconnect(self) -> None:
        """Ask every connection to be made anew (op 7); the sessions can be resumed."""
        for session in self.connected:
            session.connection.send(RECONNECT)  # type: ignore[union-attr] # connected

    def invalidate(self, *, resumable: bool = False) -> None:
        """Call every session invalid (op 9); not resumable: the bot has to identify anew."""
        for session in self.connected:
            if not resumable:
                self.forget(session)
            session.connection.send(INVALID_RESUMABLE if resumable else INVALID)  # type: ignore[union-attr] # connected

    def forget(self, session: Session | None = None) -> None:
        """End a session that its connection does not know of: the next RESUME is refused."""
        session = session or self.session
        if session in self.sessions:
            self.sessions.remove(session)

    def expire(self) -> None:
        """Forget the sessions that nobody has resumed for too long."""
        oldest = self.world.clock.now() - self.keeps_seconds
        self.sessions[:] = [one for one in self.sessions if one.connection is not None or one.left >= oldest]

    def half_open(self) -> None:
        """Let every present connection go silent without closing."""
        for connection in self.connections:
            connection.half_open = True

    def resend(self, last: int, session: Session | None = None) -> None:
        """When a session (the newest) resumes, send it so many of the dispatches again that it had already."""
        (session or self.session).again = last

    def malform(self) -> None:
        """Send every session a message that the bot's library fails to parse: it has no channel."""
        message = {"id": str(self.world.ids.next()), "channel_id": None, "content": "", "type": 0}
        for session in self.sessions:
            session.dispatch("MESSAGE_CREATE", message)

    async def until(self, condition: Callable[[], object] | int, seconds: float = 10.0) -> None:
        """Wait until something is true, or until so many sessions are connected.

        Raises:
            AssertionError: It was not true in time; says what was sent last.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not (len(self.connected) == condition if isinstance(condition, int) else condition()):
            assert loop.time() < end, f"not so within {seconds} s\n{self.report()}"
            await asyncio.sleep(0.005)

    def report(self) -> str:
        """Tell what a failed test needs to know."""
        counts = ("connects", "identifies", "resumes", "invalidated", "heartbeats")
        lines = [", ".join(f"{getattr(self, name)} {name}" for name in counts)]
        for session in self.sessions:
            state = "connected" if session.connected else "not connected"
            lines.append(f"{session.id} ({state}): {' '.join(session.kinds()[-12:])}")
        return "\n".join(lines)
