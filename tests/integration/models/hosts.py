"""Several scripted hosts, and a pool over them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.models.fair import CALLER, Caller
from agents.models.pool import Models, ModelSettings
from agents.models.port import CallState, ModelAnswer, ModelCall
from agents.models.settings import HostSettings, Kind
from tests.integration.models.conftest import Heard
from tests.model_server import ModelServer, ModelSpec

SAID = "one two three four five"
SCRIPTS: dict[str, dict[str, Any]] = {name: {"_any": [SAID], "_selector": [SAID]} for name in ("a", "b", "c")}
GIGA = 1_000_000_000
ROOT = Path(__file__).parents[3]


class Pool:
    """A pool over scripted hosts, and what it was asked."""

    def __init__(self, servers: dict[str, ModelServer], models: Models) -> None:
        self.servers = servers
        self.models = models

    async def ask(self, model: str = "a", *, person: str = "", said: str = "hello", **more: Any) -> ModelAnswer:
        """Ask as a conversation of a person does."""
        if person:
            CALLER.set(Caller(person, person))
        return await self.models.complete(calling(model, said=said, **more), Heard())

    async def ask_all(self, models: Sequence[str]) -> list[ModelAnswer]:
        """Ask for all of them at once."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.ask(model)) for model in models]
        return [task.result() for task in tasks]

    @property
    def loads(self) -> int:
        """How often any host has loaded a model."""
        return sum(len(server.state.loads) for server in self.servers.values())

    def asked(self, path: str = "chat") -> dict[str, int]:
        """Return how many requests each host has had of a kind."""
        return {name: sum(path in logged.path for logged in server.log) for name, server in self.servers.items()}


def calling(model: str = "a", *, said: str = "hello", **more: Any) -> ModelCall:
    """Return a call."""
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": said}]
    return ModelCall(agent="writer", model=model, messages=messages, **more)


class Watched:
    """Collects the states of a call."""

    def __init__(self) -> None:
        self.states: list[CallState] = []

    def __call__(self, state: CallState) -> None:
        self.states.append(state)

    @property
    def kinds(self) -> list[str]:
        return [state.kind for state in self.states]


@asynccontextmanager
async def pooled(
    names: Sequence[str] = ("one", "two"),
    *,
    kind: Kind = "ollama",
    settings: dict[str, Any] | None = None,
    hosts: dict[str, dict[str, Any]] | None = None,
    has: dict[str, Sequence[str]] | None = None,
    **control: Any,
) -> AsyncIterator[Pool]:
    """Run hosts of these names and a pool over them.

    Args:
        names: Of the hosts.
        kind: What they speak.
        settings: More of the model settings.
        hosts: More of each host's settings.
        has: What each host has; without it, all models.
        control: How every host behaves.
    """
    async with AsyncExitStack() as stack:
        servers = {}
        for name in names:
            there = {model: ModelSpec(size=4 * GIGA) for model in (has or {}).get(name, list(SCRIPTS))}
            servers[name] = await stack.enter_async_context(ModelServer(SCRIPTS, models=there))
            for field, value in control.items():
                setattr(servers[name].control, field, value)
        wanted = ModelSettings(cache=Path("none"), **{"first": 30, "stall": 30, **(settings or {})})
        places = [
            HostSettings(name=name, kind=kind, address=_address(server, kind), **(hosts or {}).get(name, {}))
            for name, server in servers.items()
        ]
        models = Models(replace(wanted, hosts=tuple(places)))
        stack.push_async_callback(models.close)
        yield Pool(servers, models)


def _address(server: ModelServer, kind: Kind) -> str:
    return server.base_url if kind == "openai" else server.url


@asynccontextmanager
async def process() -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run a scripted server in a process that can be killed."""
    command = (sys.executable, "-m", "tests.model_server", "--scripts", "tests.integration.models.hosts:SCRIPTS")
    made = await asyncio.create_subprocess_exec(*command, "--token-delay=0.2", stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    try:
        assert made.stdout is not None
        yield made, f"http://127.0.0.1:{int(await made.stdout.readline())}"
    finally:
        if made.returncode is None:
            made.kill()
        await made.wait()
