"""Scripted model hosts behind an operators' desk, for bots of tests on any platform."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from agents.models.pool import Models
from agents.models.settings import HostSettings, ModelSettings
from bot.operating.desk import OperatorDesk
from bot.operating.operators import Operators
from bot.permissions import Permissions
from bot.ports import Clock, ModelDesk, Store
from tests.model_server import ModelServer, ModelSpec

PASSWORD = "geheim-4711"
"""Stands in each host's address, and nowhere else."""


class Operated:
    """Hosts by name, and what makes the desk over them."""

    def __init__(
        self, servers: dict[str, ModelServer], models: Models, permissions: Permissions, wanted: Sequence[str]
    ) -> None:
        self.servers = servers
        self.permissions = permissions
        self._models = models
        self._wanted = tuple(wanted)

    def desk(self, store: Store, clock: Clock) -> ModelDesk:
        """Return the desk of one process."""

        async def wanted() -> tuple[str, ...]:
            return self._wanted

        return OperatorDesk(self._models, Operators(store=store, permissions=self.permissions, now=clock.now), wanted)

    @property
    def pulls(self) -> list[str]:
        """The models that any host was asked to pull."""
        logged = [one for server in self.servers.values() for one in server.log]
        return [one.model for one in logged if one.path == "/api/pull"]

    def slowly(self, seconds: float) -> None:
        """Let each step of a pull take so long."""
        for server in self.servers.values():
            server.control.token_delay = seconds


@asynccontextmanager
async def operated(
    permissions: Permissions | None = None,
    *,
    has: Mapping[str, Sequence[str]] | None = None,
    wanted: Sequence[str] = ("big:70b",),
) -> AsyncIterator[Operated]:
    """Run hosts of these names with these models.

    Args:
        permissions: Who may operate.
        has: What each host has.
        wanted: What the teams want.
    """
    async with AsyncExitStack() as stack:
        servers = {}
        for name, there in (has or {"gpu1": ["small:1b"]}).items():
            models = {model: ModelSpec() for model in there}
            servers[name] = await stack.enter_async_context(ModelServer({}, models=models))
        hosts = tuple(
            HostSettings(name=name, address=f"http://anna:{PASSWORD}@{server.url.removeprefix('http://')}")
            for name, server in servers.items()
        )
        pool = Models(ModelSettings(cache=Path("none"), hosts=hosts))
        stack.push_async_callback(pool.close)
        yield Operated(servers, pool, permissions or Permissions(), wanted)
