from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from tests.slack_server import Channel, Person, SlackServer, Workspace


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        server.knobs.ack_timeout = 0.5
        yield server


@dataclass(slots=True, kw_only=True)
class Place:
    """A workspace with a person, a channel and the app's client."""

    slack: SlackServer
    workspace: Workspace
    anna: Person
    general: Channel
    client: AsyncWebClient


@pytest.fixture
async def place(slack: SlackServer) -> AsyncIterator[Place]:
    workspace = slack.workspace("Acme")
    anna = workspace.person("Anna", locale="zh-CN")
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=workspace.bot.token, base_url=slack.api_url, session=session, retry_handlers=[])
        yield Place(slack=slack, workspace=workspace, anna=anna, general=workspace.channel("general"), client=client)


@asynccontextmanager
async def connected(place: Place, *, sockets: int = 1, ping: float = 10) -> AsyncIterator[AsyncApp]:
    """Run a bolt app over Socket Mode; listeners may be added while it runs."""
    app = AsyncApp(client=place.client, signing_secret=place.slack.app.signing_secret)
    handlers = [AsyncSocketModeHandler(app, place.slack.app.app_token, ping_interval=ping) for _ in range(sockets)]
    for handler in handlers:
        await handler.connect_async()  # type: ignore[no-untyped-call] # untyped in bolt
    await place.slack.sockets.until(sockets)
    try:
        yield app
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call] # untyped in bolt


async def refused(call: Coroutine[Any, Any, AsyncSlackResponse]) -> dict[str, Any]:
    """Return the error that a call is answered with."""
    with pytest.raises(SlackApiError) as error:
        await call
    return dict(error.value.response.data)
