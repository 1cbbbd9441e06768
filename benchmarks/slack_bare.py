"""A bare bolt app as a process of its own: the same library, acknowledges at once and keeps nothing."""

from __future__ import annotations

import asyncio
import sys

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def nothing() -> None:
    """Do nothing with an event: the library has acknowledged it."""


async def serve(api_url: str, bot_token: str, app_token: str) -> None:
    """Receive for ever."""
    app = AsyncApp(client=AsyncWebClient(token=bot_token, base_url=api_url))
    app.event("message")(nothing)
    app.event("app_mention")(nothing)
    await AsyncSocketModeHandler(app, app_token).start_async()  # type: ignore[no-untyped-call]  # the library's own


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
