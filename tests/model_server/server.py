"""The server itself: routes, the control endpoints, and its life inside a test."""

from __future__ import annotations

import dataclasses
from typing import Any

from aiohttp import web

from tests.model_server.chat import Chat
from tests.model_server.dialects import OllamaDialect, OpenAIDialect
from tests.model_server.faults import Fault
from tests.model_server.host import Host
from tests.model_server.scripts import Scripts
from tests.model_server.state import Control, Logged, ModelSpec, State
from tests.wire.serving import LoopbackServer


class ModelServer(LoopbackServer):
    """A scripted model server on a loopback port; OLLAMA_HOST wants its `url`. An asynchronous context manager."""

    cancels_handlers = True

    def __init__(self, scripts: Scripts, *, models: dict[str, ModelSpec] | None = None, port: int = 0) -> None:
        super().__init__(port=port)
        self.state = State(scripts, models)

    @property
    def base_url(self) -> str:
        """The address for clients of OpenAI's dialect."""
        return f"{self.url}/v1"

    @property
    def log(self) -> list[Logged]:
        """Every request so far, in order of arrival."""
        return self.state.log

    @property
    def chats(self) -> list[Logged]:
        """The chat requests so far."""
        return [logged for logged in self.log if "chat" in logged.path]

    @property
    def control(self) -> Control:
        """How it behaves; set its fields at will."""
        return self.state.control

    def fault(self, kind: str, **details: Any) -> None:
        """Let something go wrong: once, unless `once=False`; see Fault."""
        self.state.faults.append(Fault(kind=kind, **details))

    def application(self) -> web.Application:
        """Return what is served."""
        app = application(self.state)
        app.add_routes(self.routes)
        return app

    def report(self) -> str:
        """Tell what a failed test needs to know: the last requests."""
        return "\n".join(["last requests:", *(f"  {one.path}" for one in self.log[-12:])])


def application(state: State) -> web.Application:
    """Build the routes over a state."""
    app = web.Application(client_max_size=2**26)
    app.add_routes(Host(state).routes())
    app.add_routes(
        [
            web.post("/v1/chat/completions", Chat(state, OpenAIDialect(), native=False).answer),
            web.post("/api/chat", Chat(state, OllamaDialect(), native=True).answer),
            web.post("/_ctl", _Remote(state).ctl),
            web.get("/_log", _Remote(state).log),
        ]
    )
    return app


class _Remote:
    """Control and log for a server in another process."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def ctl(self, request: web.Request) -> web.Response:
        """Set fields of Control, add a fault (`{"fault": {"kind": ...}}`), or forget (`{"reset": true}`)."""
        wanted: dict[str, Any] = await request.json()
        if wanted.pop("reset", False):
            self.state.control = Control()
            self.state.faults.clear()
            self.state.log.clear()
            self.state.max_in_flight = self.state.in_flight
        fault = wanted.pop("fault", None)
        if fault is not None:
            self.state.faults.append(Fault(**fault))
        self.state.control = dataclasses.replace(self.state.control, **wanted)
        return web.json_response(dataclasses.asdict(self.state.control))

    async def log(self, request: web.Request) -> web.Response:
        """Tell the counts; `?full=1` adds the log, `?clear=1` empties it afterwards."""
        stats = {
            "n": len(self.state.log),
            "in_flight": self.state.in_flight,
            "max_in_flight": self.state.max_in_flight,
            "loads": self.state.loads,
        }
        if request.query.get("full"):
            stats["log"] = [dataclasses.asdict(logged) for logged in self.state.log]
        if request.query.get("clear"):
            self.state.log.clear()
            self.state.max_in_flight = self.state.in_flight
        return web.json_response(stats)
