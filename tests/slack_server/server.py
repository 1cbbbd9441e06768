"""The server itself: routes, and its life inside a test."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.slack_server.api import Api
from tests.slack_server.apps import Authorize
from tests.slack_server.deliveries import Deliveries, Delivery, Knobs
from tests.slack_server.faults import Fault, Faults, Limit
from tests.slack_server.hosting import Hosting
from tests.slack_server.http_mode import HttpMode
from tests.slack_server.hub import App, Hub, Request
from tests.slack_server.socket_mode import Sockets
from tests.slack_server.workspace import Workspace
from tests.wire.serving import LoopbackServer


class SlackServer(LoopbackServer):
    """A Slack on a loopback port; an asynchronous context manager."""

    def __init__(self, *, port: int = 0, seed: int = 0) -> None:
        super().__init__(port=port)
        self.hub = Hub(seed)
        self.sockets = self.hub.sockets = Sockets(self.hub)
        self.deliveries = self.hub.deliveries = Deliveries(self.hub, self.sockets)

    @property
    def api_url(self) -> str:
        """The Web API's address, as `AsyncWebClient(base_url=...)` and SLACK_API_URL want it."""
        return f"{self.url}/api/"

    @property
    def app(self) -> App:
        """The app's ids, tokens and secrets."""
        return self.hub.app

    @property
    def requests(self) -> list[Request]:
        """Every request so far, in order of arrival."""
        return self.hub.requests

    @property
    def faults(self) -> Faults:
        """What goes wrong, and the rate limits."""
        return self.hub.faults

    @property
    def knobs(self) -> Knobs:
        """How deliveries behave; set its fields at will."""
        return self.deliveries.knobs

    def workspace(self, name: str = "Acme", *, installed: bool = True) -> Workspace:
        """Return a workspace by name; a new one has the app installed unless told otherwise."""
        known = next((one for one in self.hub.teams.values() if one.name == name), None)
        return known or Workspace(self.hub, name, installed=installed)

    def calls(self, method: str) -> list[Request]:
        """Return the requests to one method."""
        return [request for request in self.requests if request.method == method]

    def fault(self, kind: str, **details: Any) -> Fault:
        """Let something go wrong: once, unless `times` says otherwise; see Fault."""
        fault = Fault(kind=kind, **details)
        self.faults.waiting.append(fault)
        return fault

    def limit(self, method: str = "chat.postMessage", **details: Any) -> None:
        """Switch a rate limit on: one call a second and channel, unless told otherwise; see Limit."""
        self.faults.limits.append(Limit(method=method, **details))

    def http_mode(self, url: str) -> HttpMode:
        """Deliver to a request URL from now on."""
        mode = HttpMode(self.hub, url)
        self.deliveries.transport = mode
        return mode

    def socket_mode(self) -> Sockets:
        """Deliver over sockets from now on, as at the start."""
        self.deliveries.transport = self.sockets
        return self.sockets

    def advance(self, seconds: float) -> None:
        """Skip some time."""
        self.hub.clock.advance(seconds)

    def report(self) -> str:
        """Tell what a failed test needs to know: the bot's last requests."""
        return self.hub.report()

    async def settled(self) -> list[Delivery]:
        """Wait until everything so far was acknowledged or given up, and return it."""
        await self.deliveries.settled()
        return self.deliveries.log

    async def start(self) -> None:
        """Listen; a port of 0 becomes the free port that was found."""
        await super().start()
        self.hub.url = self.url

    async def stop(self) -> None:
        """Close every connection and let the port go."""
        try:
            await self.hub.background.stop()
        finally:
            self.sockets.cut()
            await super().stop()

    def application(self) -> web.Application:
        """Return what is served."""
        app = web.Application(client_max_size=2**26)
        api = Api(self.hub)
        app.add_routes([*Hosting(self.hub).routes(), *self.routes])
        app.add_routes(
            [
                web.post("/api/{method}", api.answer),
                web.get("/api/{method}", api.answer),
                web.get("/link/", self.sockets.endpoint),
                web.get("/oauth/v2/authorize", Authorize(self.hub).answer),
            ]
        )
        return app
