"""The content network: attachments' bytes, and pictures of accounts."""

from __future__ import annotations

import base64

from aiohttp import web

from tests.discord_server.world import World

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One pixel: every avatar, icon and banner."""


def routes(world: World) -> list[web.RouteDef]:
    """Return where things are found; it asks for no token, but an attachment's address is good for a day only."""

    async def attachment(request: web.Request) -> web.StreamResponse:
        file = world.files.get(int(request.match_info["id"]))
        expired = int(request.query.get("ex", "0"), 16) < world.clock.now()
        if file is None or expired or str(file.channel_id) != request.match_info["channel"]:
            return web.Response(status=404, text="This content is no longer available.")
        kind = file.as_json().get("content_type", "application/octet-stream")
        return web.Response(body=file.content, headers={"Content-Type": kind})

    async def picture(request: web.Request) -> web.StreamResponse:
        return web.Response(body=PICTURE, content_type="image/png")

    async def emoji(request: web.Request) -> web.StreamResponse:
        key = int(request.match_info["id"])
        found = next((app.emojis[key] for app in world.apps.values() if key in app.emojis), None)
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found.content, content_type="image/png")

    return [
        web.get(r"/emojis/{id:\d+}.{kind:png|webp|gif}", emoji),
        web.get(r"/attachments/{channel:\d+}/{id:\d+}/{name}", attachment),
        web.get("/embed/avatars/{name}", picture),
        web.get(r"/{kind:avatars|icons|banners|app-icons|role-icons}/{id}/{name}", picture),
    ]
