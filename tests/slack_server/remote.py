"""Driving a server of another process: `POST /_ctl` does what a test would do, the `GET`s tell what is there."""

from __future__ import annotations

import dataclasses
from typing import Any

from aiohttp import web

from tests.slack_server.entities import Json
from tests.slack_server.server import SlackServer
from tests.slack_server.shown import Shown
from tests.slack_server.transcript import transcript
from tests.slack_server.verbs import VERBS, Wanted, told
from tests.wire import remote


def written(shown: Shown) -> Json:
    """Return what a person sees of a message, as JSON."""
    values = {field.name: getattr(shown, field.name) for field in dataclasses.fields(shown) if field.name != "message"}
    return values | {"ts": shown.ts, "streaming": shown.streaming, "blocks": shown.blocks}


class Remote:
    """The control endpoints."""

    def __init__(self, server: SlackServer) -> None:
        self.server = server

    def routes(self) -> list[web.RouteDef]:
        """Return where they are found."""
        return [
            web.post("/_ctl", self.ctl),
            web.get("/_info", self.info),
            web.get("/_thread", self.thread),
            web.get("/_person", self.person),
            web.get("/_log", self.log),
        ]

    async def ctl(self, request: web.Request) -> web.Response:
        """Do what `do` names."""
        return await remote.do(request, VERBS, lambda args: Wanted(self.server, args))

    async def info(self, request: web.Request) -> web.Response:
        """Tell the addresses, tokens and secrets that the bot needs."""
        teams = self.server.hub.teams.values()
        workspaces = {
            one.name: {"id": one.id, "bot_token": one.bot.token, "bot_user": one.bot.user.id} for one in teams
        }
        app = dataclasses.asdict(self.server.app)
        sockets = len([one for one in self.server.sockets.open if not one.half_open])
        return web.json_response(
            {"api_url": self.server.api_url, "app": app, "workspaces": workspaces, "sockets": sockets}
        )

    async def thread(self, request: web.Request) -> web.Response:
        """Tell what a person sees of `channel`, or of the thread `ts` in it."""
        wanted, ts = Wanted(self.server, {**request.query}), request.query.get("ts")
        seen = wanted.channel.thread(ts)
        text = transcript(wanted.channel, ts)
        return web.json_response({"messages": [written(shown) for shown in seen], "transcript": text})

    async def person(self, request: web.Request) -> web.Response:
        """Tell what only `person` sees."""
        person = Wanted(self.server, {**request.query}).person
        views: Any = [view.wire() for view in person.modals]
        home = person.home.wire() if person.home is not None else None
        seen = [written(shown) for shown in person.sees]
        return web.json_response({"ephemerals": seen, "modals": views, "home": home, "notices": person.notices})

    async def log(self, request: web.Request) -> web.Response:
        """Tell every request so far, and what became of the deliveries."""
        deliveries = [
            {"id": one.id, "kind": one.kind, "shown": str(one)} | told(one) for one in self.server.deliveries.log
        ]
        requests = [dataclasses.asdict(one) for one in self.server.requests]
        return web.json_response({"requests": requests, "deliveries": deliveries})
