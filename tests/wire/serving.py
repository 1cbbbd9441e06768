"""A server's life: inside a test, or as a process of its own."""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Self

from aiohttp import web


class LoopbackServer(ABC):
    """A server on a loopback port; an asynchronous context manager."""

    cancels_handlers = False
    """Whether work on a request ends when its client goes away."""

    def __init__(self, *, port: int = 0) -> None:
        self.port = port
        self.routes: list[web.RouteDef] = []
        """More than the original has; to be added before the start."""
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def application(self) -> web.Application:
        """Return what is served."""

    @abstractmethod
    def report(self) -> str:
        """Tell what a failed test needs to know: the last requests."""

    async def until(self, condition: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait until something is true of the server, such as that a request has come.

        Raises:
            AssertionError: It was not true in time; says what was asked for last.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not condition():
            if loop.time() >= end:
                raise AssertionError(f"not so within {seconds} s\n{self.report()}")
            await asyncio.sleep(0.005)

    async def start(self) -> None:
        """Listen; a port of 0 becomes the free port that was found."""
        runner = self._runner = web.AppRunner(
            self.application(), handler_cancellation=self.cancels_handlers, access_log=None, shutdown_timeout=0.1
        )
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection and let the port go."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def serve(server: LoopbackServer, told: Callable[[], object]) -> None:
    """Serve until the starter of this process is gone, which is told where once the server listens."""
    starter = os.getppid()
    async with server:
        print(told(), flush=True)
        # Only polling tells that a starter was killed.
        while os.getppid() == starter:  # noqa: ASYNC110 - nothing sets an event for us
            await asyncio.sleep(0.5)
