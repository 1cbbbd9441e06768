"""A Web API call: its arguments, however they were encoded, and whose token it came with."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.slack_server.entities import Json, SlackError
from tests.slack_server.hub import Hub
from tests.slack_server.workspace import Workspace

_JSON = frozenset(
    {"blocks", "attachments", "metadata", "view", "files", "prompts", "chunks", "loading_messages", "unfurls"}
)


@dataclass(slots=True, kw_only=True)
class Call:
    """One call that is being answered."""

    hub: Hub
    method: str
    args: Json
    workspace: Workspace

    def text(self, name: str) -> str:
        """Return a required argument.

        Raises:
            SlackError: It is missing.
        """
        value = self.args.get(name)
        if value in (None, ""):
            missing = f"[ERROR] missing required field: {name}"
            raise SlackError("invalid_arguments", response_metadata={"messages": [missing]})
        return str(value)

    def optional(self, name: str) -> str | None:
        """Return an argument, or None."""
        value = self.args.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str, default: bool | None = None) -> bool | None:
        """Return a truth value; forms write it as 1 or true."""
        value = self.args.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Return a number."""
        try:
            return int(self.args.get(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments") from None

    def needs(self, scope: str) -> None:
        """Check a scope that depends on what is asked for.

        Raises:
            SlackError: missing_scope.
        """
        provided = self.workspace.bot.scopes
        if scope not in provided:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(provided)))


Handler = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: who answers it, and the scope it needs."""

    handler: Handler
    scope: str | None = None


async def arguments(request: web.Request) -> Json:
    """Return a request's arguments from its query and its body, form or JSON.

    Raises:
        SlackError: The body is no JSON, or one of the arguments that hold JSON is none.
    """
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        try:
            args |= json.loads(text) if text else {}
        except ValueError:
            raise SlackError("invalid_json") from None
    elif request.method == "POST":
        args |= dict(await request.post())
    return {name: _decoded(name, value) for name, value in args.items()}


def _decoded(name: str, value: Any) -> Any:
    if name not in _JSON or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        code = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}
        raise SlackError(code.get(name, "invalid_arguments")) from None
