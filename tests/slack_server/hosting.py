"""Everything that is not the Web API: uploads, downloads, response URLs."""

from __future__ import annotations

import json

from aiohttp import web

from tests.slack_server.api import authorized, troubled
from tests.slack_server.entities import File, SlackError
from tests.slack_server.hooks import respond
from tests.slack_server.hub import Hub

LOGIN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>"


class Hosting:
    """The file host and the response URLs."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def routes(self) -> list[web.RouteDef]:
        """Return where they are found."""
        return [
            web.post("/upload/v1/{id}", self.upload),
            web.get("/files-pri/{owner}/{name}", self.download),
            web.get("/files-pri/{owner}/download/{name}", self.download),
            web.post("/response/{key}", self.response),
        ]

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take a file's bytes, as the raw body or as a form."""
        file = self.hub.uploads.get(request.match_info["id"])
        logged = self.hub.note("upload", {"file": request.match_info["id"]}, request.headers, None, "POST")
        content = await _content(request)

        async def answering() -> web.StreamResponse:
            if file is None:
                return web.Response(status=404, text="no such upload")
            if len(content) != file.length:
                logged.outcome = "length"
                return web.Response(status=400, text=f"{file.length} bytes were announced, {len(content)} came")
            file.content = content
            logged.outcome = "ok"
            return web.Response(text=f"OK - {len(content)}")

        return await troubled(self.hub, request, logged, answering)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Give a file's bytes to who may have them, and everybody else a login page."""
        owner, _, key = request.match_info["owner"].partition("-")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        logged = self.hub.note("download", {"file": key}, request.headers, token, "GET")

        async def answering() -> web.StreamResponse:
            file = self._permitted(owner, key, token)
            logged.outcome = "ok" if file is not None else "login"
            if file is None or file.content is None:
                return web.Response(text=LOGIN, content_type="text/html")
            return web.Response(body=file.content, content_type=file.mimetype)

        return await troubled(self.hub, request, logged, answering)

    def _permitted(self, owner: str, key: str, token: str) -> File | None:
        try:
            workspace = authorized(self.hub, token)
        except SlackError:
            return None
        allowed = workspace.id == owner and "files:read" in workspace.bot.scopes
        return workspace.files.get(key) if allowed else None

    async def response(self, request: web.Request) -> web.StreamResponse:
        """Take an answer to a command or a press."""
        text = await request.text()
        key = request.match_info["key"]
        body = json.loads(text) if text.startswith("{") else {"text": text}
        logged = self.hub.note("response_url", body, request.headers, None, "POST")

        async def answering() -> web.StreamResponse:
            try:
                respond(self.hub, key, body)
            except SlackError as error:
                logged.outcome = error.code
                return web.json_response({"ok": False, "error": error.code}, status=404)
            logged.outcome = "ok"
            return web.Response(text="ok")

        return await troubled(self.hub, request, logged, answering)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return b""
