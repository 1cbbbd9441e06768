"""What is done beside the calls: asking hosts how they are. It ends with the pool that wants it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from agents.models.hosts.host import Host


class Beside:
    """The tasks that ask hosts, at most one for each."""

    def __init__(self) -> None:
        self._tasks: dict[Host, asyncio.Task[bool]] = {}

    def learn(self, host: Host) -> asyncio.Task[bool]:
        """Ask a host what it has; whoever wants the same waits for the same answer."""
        task = self._tasks.get(host)
        if task is None or task.done():
            # No call owns it: several may wait for it, or none. `close` is its end.
            task = asyncio.create_task(host.learn())  # noqa: TID251
            self._tasks[host] = task
            task.add_done_callback(_read)
        return task

    async def close(self) -> None:
        """End them all."""
        for task in self._tasks.values():
            task.cancel()
        for task in self._tasks.values():
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()


def _read(task: asyncio.Task[bool]) -> None:
    """Take what it raised, so that nobody is told that nobody did."""
    if not task.cancelled():
        task.exception()
