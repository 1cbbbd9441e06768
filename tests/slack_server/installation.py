"""The app in one workspace."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.slack_server.entities import User

_READ = ("app_mentions", "channels", "groups", "im", "mpim", "users", "usergroups", "files")
_HISTORY = ("channels", "groups", "im", "mpim")
_WRITE = ("chat", "assistant", "im", "files", "reactions")
ALL_SCOPES = frozenset(
    {f"{family}:read" for family in _READ}
    | {f"{family}:history" for family in _HISTORY}
    | {f"{family}:write" for family in _WRITE}
    | {"chat:write.customize", "commands"}
)
"""What the app of the project's manifest may do."""
ALL_EVENTS = frozenset(
    {f"message.{family}" for family in _HISTORY}
    | {"app_mention", "app_home_opened", "agent_session_stopped", "app_uninstalled", "tokens_revoked"}
)
"""What it is subscribed to."""


@dataclass(slots=True, kw_only=True, eq=False)
class Installation:
    """The app in one workspace: its account, its token and what it may do."""

    user: User
    bot_id: str
    token: str
    scopes: set[str] = field(default_factory=lambda: set(ALL_SCOPES))
    revoked: bool = False
    removed: bool = False
    events: set[str] = field(default_factory=lambda: set(ALL_EVENTS))
    """The events it is subscribed to, as in the manifest (`message.channels`)."""
