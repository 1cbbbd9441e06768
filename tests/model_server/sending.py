"""Puts an answer on the wire: pacing, and the faults of the way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from tests.model_server.faults import Fault
from tests.model_server.state import Logged, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """A streamed answer in one dialect."""

    media_type: str
    body: list[bytes]
    """One chunk of text, thinking or tools each."""
    tail: list[bytes]
    """The end mark and what belongs to it."""
    error: list[bytes]
    """What the dialect sends when it fails in the middle."""


async def forever() -> None:
    """Wait until the client goes away."""
    await asyncio.Event().wait()


async def send(request: web.Request, frames: Frames, state: State, fault: Fault | None) -> web.StreamResponse:
    """Stream an answer chunk by chunk."""
    response = web.StreamResponse(headers={"Content-Type": frames.media_type})
    if fault is not None and fault.kind == "disconnect" and fault.after == 0:
        return _abort(request, response)
    await response.prepare(request)
    for at, frame in enumerate([*frames.body, None]):
        if fault is not None and at == min(fault.after, len(frames.body)) and fault.kind != "utf8_split":
            ended = await _fail(request, response, frames, fault)
            if ended:
                return response
        if frame is not None:
            await _write(response, frame, split=fault is not None and fault.kind == "utf8_split")
            await _pause(state.control.token_delay)
    for frame in frames.tail:
        await response.write(frame)
    return response


async def _fail(request: web.Request, response: web.StreamResponse, frames: Frames, fault: Fault) -> bool:
    """Do what the fault does at its place; True when the answer ends there."""
    if fault.kind == "stall":
        await forever()
    if fault.kind == "disconnect":
        _abort(request, response)
        return True
    if fault.kind == "error_midstream":
        for frame in frames.error:
            await response.write(frame)
        return True
    if fault.kind == "end_without_done":
        for frame in frames.body[fault.after :]:
            await response.write(frame)
        return True
    return False


def _abort(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return response


async def _write(response: web.StreamResponse, frame: bytes, *, split: bool) -> None:
    """Write a frame; split, it arrives byte by byte where it is not ASCII."""
    if not split or frame.isascii():
        await response.write(frame)
        return
    first = next(at for at, byte in enumerate(frame) if byte > 127)
    for part in (frame[: first + 1], frame[first + 1 : first + 2], frame[first + 2 :]):
        await response.write(part)
        await asyncio.sleep(0.01)


async def _pause(seconds: float) -> None:
    if seconds:
        await asyncio.sleep(seconds)


def disconnected(logged: Logged) -> None:
    """Note that the client left before the answer was whole."""
    logged.outcome = "disconnected"
