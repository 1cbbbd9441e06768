"""One WebSocket of the gateway: frames in the order they were given, compressed as the URL asks."""

from __future__ import annotations

import asyncio
import json
import zlib
from importlib import import_module
from typing import Any

from aiohttp import web

from tests.discord_server.sessions import Session


class Plain:
    """Frames as text."""

    async def send(self, socket: web.WebSocketResponse, frame: str) -> None:
        """Send a frame."""
        await socket.send_str(frame)


class Zlib:
    """All frames of a connection as one zlib stream, flushed after each."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj()

    async def send(self, socket: web.WebSocketResponse, frame: str) -> None:
        """Send a frame."""
        data = self._stream.compress(frame.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
        await socket.send_bytes(data)


class Zstd:
    """All frames of a connection as one zstd stream: a bot asks for it where the library finds `zstandard`."""

    def __init__(self) -> None:
        zstandard = import_module("zstandard")
        self._stream: Any = zstandard.ZstdCompressor().compressobj()
        self._whole: int = zstandard.COMPRESSOBJ_FLUSH_BLOCK

    async def send(self, socket: web.WebSocketResponse, frame: str) -> None:
        """Send a frame."""
        data = self._stream.compress(frame.encode()) + self._stream.flush(self._whole)
        await socket.send_bytes(data)


ENCODINGS: dict[str, type[Plain | Zlib | Zstd]] = {"": Plain, "zlib-stream": Zlib, "zstd-stream": Zstd}
"""How frames are sent, by the compression that the address asks for."""


class Connection:
    """A connection, with or without a session yet."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.session: Session | None = None
        self.half_open = False
        """It sends and reads nothing any more, and nobody has told the bot."""
        self.closing: int | None = None
        """The code that it was closed with by the server."""
        self.left = False
        """Whether the bot closed it for good: then its session is over, too."""
        self.beaten = asyncio.get_running_loop().time()
        """When the bot's last heartbeat came."""
        self._encoding: Plain | Zlib | Zstd = ENCODINGS[request.query.get("compress", "")]()
        self._frames: asyncio.Queue[str | int | None] = asyncio.Queue()

    @property
    def gone(self) -> bool:
        """Whether nothing can be sent over it."""
        return self.closing is not None or self.socket.closed or self.request.transport is None

    def send(self, frame: str | dict[str, Any]) -> None:
        """Send a frame after all others."""
        self._frames.put_nowait(frame if isinstance(frame, str) else json.dumps(frame))

    def close(self, code: int) -> None:
        """Close it, after what was given to it before."""
        if self.closing is None:
            self.closing = code
            self._frames.put_nowait(code)

    def cut(self) -> None:
        """Break it without a word."""
        self.closing = self.closing or 1006
        if self.request.transport is not None:
            self.request.transport.abort()

    def stop(self) -> None:
        """Let nothing more be sent."""
        self._frames.put_nowait(None)

    async def write(self) -> int | None:
        """Send what is given to it; return the code that it is to be closed with, or None when nobody listens."""
        while True:
            frame = await self._frames.get()
            if frame is None:
                return None
            if self.half_open:
                continue
            if isinstance(frame, int):
                return frame
            await self._encoding.send(self.socket, frame)
