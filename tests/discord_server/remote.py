"""Driving a server of another process: `POST /_ctl` does what a test would do, the `GET`s tell what is there."""

from __future__ import annotations

import dataclasses

from aiohttp import web

from tests.discord_server.entities import Channel, Json
from tests.discord_server.server import DiscordServer
from tests.discord_server.shown import Shown, seen, threads
from tests.discord_server.transcript import transcript
from tests.discord_server.verbs import VERBS, Wanted
from tests.wire import remote


def written(shown: Shown) -> Json:
    """Return what a person sees of a message, as JSON."""
    values = {field.name: getattr(shown, field.name) for field in dataclasses.fields(shown) if field.name != "message"}
    return values | {"message": str(shown.id), "shown": str(shown)}


class Remote:
    """The control endpoints."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server

    def routes(self) -> list[web.RouteDef]:
        """Return where they are found."""
        return [
            web.post("/_ctl", self.ctl),
            web.get("/_info", self.info),
            web.get("/_channel", self.channel),
            web.get("/_log", self.log),
        ]

    async def ctl(self, request: web.Request) -> web.Response:
        """Do what `do` names."""
        return await remote.do(request, VERBS, lambda args: Wanted(self.server, args))

    async def info(self, request: web.Request) -> web.Response:
        """Tell the addresses and the token that the bot needs, what there is, and how the gateway fares."""
        server, gateway = self.server, self.server.gateway
        addresses = {"api_url": server.api_url, "gateway_url": server.gateway_url, "cdn_url": server.cdn_url}
        guilds = {
            one.name: {
                "id": str(one.id),
                "channels": {str(channel.id): channel.name for channel in one.channels.values()},
            }
            for one in server.world.guilds.values()
        }
        names = ("connects", "identifies", "resumes", "invalidated", "heartbeats", "refused")
        counts: Json = {name: getattr(gateway, name) for name in names}
        counts["connected"] = len(gateway.connected)
        app = {"id": str(server.app.id), "name": server.app.name, "token": server.token, "writes": server.app.writes}
        return web.json_response(addresses | {"app": app, "guilds": guilds, "gateway": counts})

    async def channel(self, request: web.Request) -> web.Response:
        """Tell what is seen in `channel`, by `person` if named, with its threads."""
        wanted = Wanted(self.server, {**request.query})
        person = wanted.person.user if "person" in request.query else None
        messages = [written(one) for one in seen(self.server.world, wanted.channel, person)]
        inside = [self._thread(one) for one in threads(self.server.world, wanted.channel)]
        text = transcript(self.server.world, wanted.channel, person=person)
        return web.json_response({"messages": messages, "threads": inside, "transcript": text})

    def _thread(self, thread: Channel) -> Json:
        messages = [written(one) for one in seen(self.server.world, thread)]
        return {"channel": str(thread.id), "name": thread.name, "archived": thread.archived, "messages": messages}

    async def log(self, request: web.Request) -> web.Response:
        """Tell every request so far, without the files' bytes."""
        fields = ("n", "method", "path", "name", "json", "moment", "outcome", "status")
        requests = [{name: getattr(one, name) for name in fields} for one in self.server.requests]
        return web.json_response({"requests": requests, "gateway": self.server.gateway.report()})
