"""One call to the API: what it carries, by whom, and the checks that nearly every route makes."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from aiohttp import web

from tests.discord_server.entities import App, Channel, Guild, Json, User
from tests.discord_server.limits import Limits
from tests.discord_server.messages import Message
from tests.discord_server.permissions import Permission, can
from tests.discord_server.rest.errors import ApiError
from tests.discord_server.world import World

Answer = Any
"""What a route returns: something for JSON; None: 204 without content."""


@dataclass(slots=True, kw_only=True)
class Upload:
    """A file of a multipart request."""

    filename: str
    content: bytes
    content_type: str | None = None


@dataclass(slots=True, kw_only=True)
class Request:
    """One request as it was received, and what became of it."""

    n: int
    method: str
    path: str
    """Without the API's prefix and without the query."""
    name: str
    """The route's name, such as `create_message`."""
    json: Any = field(default_factory=dict)
    files: dict[int, Upload] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    moment: float = 0.0
    arrived: float = field(default_factory=time.monotonic)
    """When it came, by the machine's monotonic clock."""
    outcome: str = "open"
    """`ok`, Discord's error code, or the fault's name."""
    status: int = 0
    """What was answered; 0: nothing."""
    answer: Any = None

    @property
    def message(self) -> Json | None:
        """The message that it wants written, if it wants that: what holds content and allowed_mentions."""
        if not isinstance(self.json, dict):
            return None
        if self.name in MESSAGES:
            return self.json
        if self.name == "create_interaction_response" and self.json.get("type") in (4, 7):
            return dict(self.json.get("data") or {})
        inner = self.json.get("message")
        return inner if self.name == "create_thread" and isinstance(inner, dict) else None


MESSAGES = frozenset(
    {
        "create_message",
        "edit_message",
        "execute_webhook",
        "edit_webhook_message",
        "edit_original_response",
        "create_followup",
        "edit_followup",
    }
)
"""Routes whose JSON is a message."""


@dataclass(slots=True, kw_only=True)
class Call:
    """A request on its way through the API."""

    world: World
    limits: Limits
    logged: Request
    params: dict[str, str]
    bot: App | None

    @property
    def app(self) -> App:
        """Whose bot calls; the door has let in nobody else."""
        assert self.bot is not None, "this route is open without a token"
        return self.bot

    @property
    def user(self) -> User:
        """The bot's account."""
        return self.app.user

    @property
    def json(self) -> Json:
        """The request's JSON.

        Raises:
            ApiError: It is no object.
        """
        if not isinstance(self.logged.json, dict):
            raise ApiError(50109)
        return self.logged.json

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters."""
        return self.logged.query

    def id(self, name: str) -> int:
        """Return an id of the path.

        Raises:
            ApiError: It is none.
        """
        return snowflake(self.params[name], name)

    def guild(self) -> Guild:
        """Return the guild that the path names.

        Raises:
            ApiError: There is none, or the bot is not in it.
        """
        guild = self.world.guilds.get(self.id("guild"))
        if guild is None:
            raise ApiError(10004)
        if self.user.id not in guild.members:
            raise ApiError(50001)
        return guild

    def channel(self, key: int | None = None) -> Channel:
        """Return the channel that the path names, or another one, if the bot may see it.

        Raises:
            ApiError: 10003 or 50001.
        """
        channel = self.world.channels.get(self.id("channel") if key is None else key)
        if channel is None:
            raise ApiError(10003)
        if not self.allowed(channel, Permission.VIEW_CHANNEL):
            raise ApiError(50001)
        return channel

    def message(self, channel: Channel, key: int | None = None) -> Message:
        """Return the message that the path names.

        Raises:
            ApiError: 10008.
        """
        message = self.world.messages[channel.id].get(self.id("message") if key is None else key)
        if message is None or message.ephemeral_for is not None:
            raise ApiError(10008)
        return message

    def allowed(self, channel: Channel, *wanted: Permission) -> bool:
        """Whether the bot has all these permissions in a channel."""
        return can(self.world.permissions(self.user.id, channel), *wanted)

    def needs(self, channel: Channel, *wanted: Permission) -> None:
        """Refuse when the bot lacks one of these permissions in a channel.

        Raises:
            ApiError: 50013.
        """
        if not self.allowed(channel, *wanted):
            raise ApiError(50013)


CALL = web.RequestKey("call", Call)
"""Where the door leaves a call for its route."""
Handler = Callable[[Call], Awaitable[Answer]]


def snowflake(value: Any, name: str) -> int:
    """Return an id.

    Raises:
        ApiError: It is none.
    """
    if not str(value).isdecimal():
        wrong = {"code": "NUMBER_TYPE_COERCE", "message": f'Value "{value}" is not snowflake.'}
        raise ApiError(50035, errors={f"{name}_id": {"_errors": [wrong]}})
    return int(value)


def route(method: str, path: str, handler: Handler) -> web.RouteDef:
    """Return a route of the API; its name in logs, limits and faults is the handler's."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        told = await handler(request[CALL])
        request[CALL].logged.answer = told
        return web.Response(status=204) if told is None else answered(told)

    return web.route(method, f"/api/v10{path}", answer)


def answered(told: Answer, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return JSON with exactly the content type that discord.py compares with."""
    body = json.dumps(told).encode()
    return web.Response(
        body=body, status=status, headers={"Content-Type": "application/json", "Via": "1.1 google"} | (headers or {})
    )
