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
    """Return where things are found; unlike the API it asks for no token."""

    async def attachment(request: web.Request) -> web.StreamResponse:
        file = world.files.get(int(request.match_info["id"]))
        if file is None or str(file.channel_id) != request.match_info["channel"]:
            return web.Response(status=404, text="This content is no longer available.")
        kind = file.as_json().get("content_type", "application/octet-stream")
        return web.Response(body=file.content, headers={"Content-Type": kind})

    async def picture(request: web.Request) -> web.StreamResponse:
        return web.Response(body=PICTURE, content_type="image/png")

    return [
        web.get(r"/attachments/{channel:\d+}/{id:\d+}/{name}", attachment),
        web.get("/embed/avatars/{name}", picture),
        web.get(r"/{kind:avatars|icons|banners|app-icons|role-icons}/{id}/{name}", picture),
    ]
