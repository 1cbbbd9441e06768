"""Accounts: people, bots and their applications, roles and members."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.discord_server.snowflakes import iso

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True, eq=False)
class User:
    """An account: a person's or a bot's; or the face that a webhook wears for one message."""

    id: int
    name: str
    global_name: str | None = None
    bot: bool = False
    avatar: str | None = None
    avatar_url: str | None = None
    """Where a webhook's picture for one message is from."""
    discriminator: str = "0"
    """`0000` for a webhook."""
    accepts_dms: bool = True
    """False: sending a direct message fails with 50007."""
    locale: str = "en-US"

    @property
    def shown(self) -> str:
        """What people see."""
        return self.global_name or self.name

    def as_json(self) -> Json:
        """Return the user object."""
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": self.global_name,
            "discriminator": self.discriminator,
            "avatar": self.avatar,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Role:
    """A guild's role; the one with the guild's own id is @everyone."""

    id: int
    name: str
    permissions: int = 0
    position: int = 0

    def as_json(self) -> Json:
        """Return the role object."""
        colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
        shown = {"color": 0, "colors": colors, "hoist": False, "icon": None, "unicode_emoji": None, "flags": 0}
        return shown | {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "managed": False,
            "mentionable": False,
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """A user in a guild."""

    user: User
    roles: list[int] = field(default_factory=list)
    nick: str | None = None
    joined: float = 0.0
    guest: bool = False
    """Whether they came by an invitation for guests."""

    def as_json(self, *, with_user: bool = True) -> Json:
        """Return the member object; inside a message it is without its user."""
        member: Json = {
            "roles": [str(role) for role in self.roles],
            "nick": self.nick,
            "avatar": None,
            "joined_at": iso(self.joined),
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 16 if self.guest else 0,
            "communication_disabled_until": None,
        }
        return member | ({"user": self.user.as_json()} if with_user else {})


@dataclass(slots=True, kw_only=True, eq=False)
class Emoji:
    """A picture with a name, that an application keeps with Discord."""

    id: int
    name: str
    content: bytes
    user: User

    def as_json(self) -> Json:
        """Return the emoji object."""
        shown: Json = {"id": str(self.id), "name": self.name, "roles": [], "user": self.user.as_json()}
        return shown | {"require_colons": True, "managed": False, "animated": False, "available": True}


@dataclass(slots=True, kw_only=True, eq=False)
class App:
    """An application with its bot: the same id, as for every application of today."""

    id: int
    name: str
    token: str
    user: User
    owner: User
    public_key: str = "a" * 64
    intents: int = (1 << 15) | (1 << 18) | (1 << 19)
    """Application flags: it may use the privileged intents up to 100 guilds."""
    installs: tuple[int, ...] = (0, 1)
    """Who can install it: 0 servers, 1 persons; empty: it does not tell."""
    code_grant: bool = False
    """Whether its invite link needs more than a person's consent."""
    commands: dict[int | None, list[Json]] = field(default_factory=dict)
    """Its commands by guild; None: the global ones."""
    writes: int = 0
    """How often commands were written."""
    emojis: dict[int, Emoji] = field(default_factory=dict)
    """The emojis of its own."""

    def as_json(self) -> Json:
        """Return the application object."""
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "description": "",
            "summary": "",
            "bot_public": True,
            "bot_require_code_grant": self.code_grant,
            "integration_types_config": {str(each): {} for each in self.installs},
            "verify_key": self.public_key,
            "flags": self.intents,
            "owner": self.owner.as_json(),
            "bot": self.user.as_json(),
            "team": None,
            "rpc_origins": [],
            "hook": True,
        }
