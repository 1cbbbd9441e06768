"""The server itself: routes, and its life inside a test."""

from __future__ import annotations

from aiohttp import web

from tests.discord_server import cdn
from tests.discord_server.entities import App, Guild
from tests.discord_server.faults import Fault, Faults
from tests.discord_server.gateway import Gateway
from tests.discord_server.limits import Limits
from tests.discord_server.persons import Person, person
from tests.discord_server.rest import interactions, routes
from tests.discord_server.rest.calls import Request
from tests.discord_server.rest.door import Door
from tests.discord_server.world import World
from tests.wire.serving import LoopbackServer


class DiscordServer(LoopbackServer):
    """A Discord on a loopback port; an asynchronous context manager.

    The bot is pointed at it by `discord.http.Route.BASE = server.api_url`,
    `DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)` and `Asset.BASE = server.cdn_url`.
    """

    def __init__(self, *, port: int = 0, seed: int = 0) -> None:
        super().__init__(port=port)
        self.world = World()
        self.faults = Faults(seed)
        """What goes wrong; see `fault`."""
        self.limits = Limits(self.world.clock.now)
        """The rate limits, Discord's own at first: `limits.off()` or `limits.scale = 0.1`."""
        self.door = Door(self.world, self.faults, self.limits)
        self.gateway = Gateway(self.world)

    @property
    def api_url(self) -> str:
        """The REST API's address, as `discord.http.Route.BASE` wants it."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The gateway's address, as `DiscordWebSocket.DEFAULT_GATEWAY` wants it."""
        return f"ws://127.0.0.1:{self.port}/gateway/"

    @property
    def cdn_url(self) -> str:
        """The content network's address, as `Asset.BASE` wants it."""
        return self.url

    @property
    def app(self) -> App:
        """The app that there is from the beginning."""
        return self.world.app

    @property
    def token(self) -> str:
        """Its bot's token."""
        return self.app.token

    def person(self, name: str, *, locale: str | None = None, guild: Guild | None = None) -> Person:
        """Return somebody by name, to be driven; a new one joins every guild.

        Args:
            name: What people see.
            locale: The language of their Discord, if it changes.
            guild: Where channels are looked up by name; None: in every guild.
        """
        return person(self.world, name, locale=locale, guild=guild)

    @property
    def requests(self) -> list[Request]:
        """Every request to the API so far, in order of arrival."""
        return self.door.requests

    def calls(self, name: str) -> list[Request]:
        """Return the requests to one route, such as `create_message`."""
        return [request for request in self.requests if request.name == name]

    def sent(self) -> list[Request]:
        """Return every request that wants a message written, edited or answered; its JSON is in `.message`."""
        return [request for request in self.requests if request.message is not None]

    def fault(self, kind: str, **details: object) -> Fault:
        """Let something go wrong: once, unless `times` says otherwise; see Fault."""
        return self.faults.add(kind, **details)

    def advance(self, seconds: float) -> None:
        """Skip some time; threads that were quiet for too long are archived."""
        self.world.clock.advance(seconds)
        self.world.archive_quiet()

    def report(self) -> str:
        """Tell what a failed test needs to know: the bot's last requests."""
        shown = [f"  {one.method} {one.path} -> {one.outcome}" for one in self.requests[-12:]]
        return "\n".join(["last requests:", *shown, "gateway:", f"  {self.gateway.report()}"])

    async def start(self) -> None:
        """Listen; a port of 0 becomes the free port that was found."""
        await super().start()
        self.world.url = self.url

    async def stop(self) -> None:
        """Close every connection and let the port go.

        Raises:
            Exception: What went wrong in the server itself.
        """
        self.gateway.drop_all()
        await super().stop()
        if self.door.crashes:
            raise self.door.crashes[0]

    def application(self) -> web.Application:
        """Return what is served."""
        app = web.Application(client_max_size=2**28, middlewares=[self.door.middleware()])
        app.add_routes([*cdn.routes(self.world), *self.gateway.routes(), *interactions.routes()])
        app.add_routes([*routes.ROUTES, *self.routes])
        return app
