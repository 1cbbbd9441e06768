"""Discord's objects, and how they look as JSON. Ids are integers here and strings in JSON."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.discord_server.accounts import App, Json, Member, Role, User
from tests.discord_server.snowflakes import born, iso

__all__ = ["App", "Attachment", "Channel", "Guild", "Json", "Member", "Overwrite", "Role", "Typing", "User", "Webhook"]

TEXT, DM, NEWS, PUBLIC_THREAD, PRIVATE_THREAD, FORUM = 0, 1, 5, 11, 12, 15
NEWS_THREAD = 10
THREADS = (NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD)
EPHEMERAL, HAS_THREAD, SUPPRESS_EMBEDS, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 5, 1 << 2, 1 << 7, 1 << 15
REPLY, NAME_CHANGE, THREAD_CREATED, CHAT_INPUT_COMMAND, THREAD_STARTER = 19, 4, 18, 20, 21

LIFE = 86_400
"""Seconds for which an attachment's address is good."""


@dataclass(slots=True, kw_only=True)
class Overwrite:
    """What a channel allows and denies a role or a member."""

    type: int
    """0: a role, 1: a member."""
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Channel:
    """A channel, thread or direct message."""

    id: int
    type: int = TEXT
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None
    topic: str | None = None
    position: int = 0
    owner_id: int | None = None
    recipients: list[User] = field(default_factory=list)
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    last_message_id: int | None = None
    message_count: int = 0
    archived: bool = False
    locked: bool = False
    archive_changed: float = 0.0
    auto_archive_duration: int = 1440
    thread_members: dict[int, float] = field(default_factory=dict)
    """Who joined a thread, and when."""
    slowmode: int = 0
    flags: int = 0
    applied_tags: list[str] = field(default_factory=list)

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread of any type."""
        return self.type in THREADS

    def as_json(self, viewer: int | None = None) -> Json:
        """Return the channel object; for a thread with the viewer's own membership, if there is one."""
        last = None if self.last_message_id is None else str(self.last_message_id)
        shown: Json = {"id": str(self.id), "type": self.type, "last_message_id": last, "flags": self.flags}
        if self.type == DM:
            return shown | {"recipients": [user.as_json() for user in self.recipients]}
        parent = None if self.parent_id is None else str(self.parent_id)
        shown |= {"guild_id": str(self.guild_id), "name": self.name, "parent_id": parent}
        shown["rate_limit_per_user"] = self.slowmode
        return shown | (self._thread(viewer) if self.is_thread else self._plain())

    def _plain(self) -> Json:
        rules = [
            {"id": str(target), "type": rule.type, "allow": str(int(rule.allow)), "deny": str(int(rule.deny))}
            for target, rule in self.overwrites.items()
        ]
        shown: Json = {"position": self.position, "permission_overwrites": rules, "nsfw": False, "topic": self.topic}
        if self.type == FORUM:
            shown |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
            shown["default_forum_layout"] = 0
        return shown

    def _thread(self, viewer: int | None) -> Json:
        metadata = {
            "archived": self.archived,
            "auto_archive_duration": self.auto_archive_duration,
            "archive_timestamp": iso(self.archive_changed or born(self.id)),
            "locked": self.locked,
            "create_timestamp": iso(born(self.id)),
        }
        shown: Json = {
            "owner_id": str(self.owner_id),
            "message_count": self.message_count,
            "total_message_sent": self.message_count,
            "member_count": min(50, len(self.thread_members)),
            "thread_metadata": metadata,
            "applied_tags": self.applied_tags,
        }
        return shown | ({"member": self.membership(viewer)} if viewer in self.thread_members else {})

    def membership(self, user_id: int) -> Json:
        """Return the thread member object of somebody who joined."""
        joined = iso(self.thread_members[user_id])
        return {"id": str(self.id), "user_id": str(user_id), "join_timestamp": joined, "flags": 0}


@dataclass(slots=True, kw_only=True, eq=False)
class Guild:
    """A guild: what people call a server."""

    id: int
    name: str
    owner_id: int
    channels: dict[int, Channel] = field(default_factory=dict)
    """Threads included."""
    members: dict[int, Member] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    locale: str = "en-US"
    unavailable: bool = False

    def as_json(self) -> Json:
        """Return the guild object as REST gives it: without channels and members."""
        empty: Json = dict.fromkeys(("icon", "splash", "discovery_splash", "description", "banner", "vanity_url_code"))
        empty |= dict.fromkeys(("application_id", "afk_channel_id", "system_channel_id", "rules_channel_id"))
        empty["public_updates_channel_id"] = None
        numbers = dict.fromkeys(("verification_level", "default_message_notifications", "system_channel_flags"), 0)
        numbers |= dict.fromkeys(("explicit_content_filter", "mfa_level", "nsfw_level", "premium_tier"), 0)
        lists: Json = {"emojis": [], "stickers": [], "features": [], "incidents_data": None, "afk_timeout": 300}
        return (
            empty
            | numbers
            | lists
            | {
                "id": str(self.id),
                "name": self.name,
                "owner_id": str(self.owner_id),
                "region": "deprecated",
                "preferred_locale": self.locale,
                "premium_progress_bar_enabled": False,
                "roles": [role.as_json() for role in self.roles.values()],
            }
        )

    def as_created(self, viewer: int) -> Json:
        """Return the guild as GUILD_CREATE tells it: with its channels, active threads and members."""
        plain = [one.as_json() for one in self.channels.values() if not one.is_thread]
        active = [one for one in self.channels.values() if one.is_thread and not one.archived]
        joined_only = [one for one in active if one.type != PRIVATE_THREAD or viewer in one.thread_members]
        threads = [one.as_json(viewer) for one in joined_only]
        viewing = self.members.get(viewer)
        joined = iso(viewing.joined) if viewing is not None else iso(born(self.id))
        more: Json = {"voice_states": [], "presences": [], "stage_instances": [], "guild_scheduled_events": []}
        return (
            self.as_json()
            | more
            | {
                "joined_at": joined,
                "large": False,
                "unavailable": False,
                "member_count": len(self.members),
                "members": [member.as_json() for member in self.members.values()],
                "channels": plain,
                "threads": threads,
                "soundboard_sounds": [],
            }
        )


@dataclass(slots=True, kw_only=True, eq=False)
class Attachment:
    """A file on a message."""

    id: int
    channel_id: int
    filename: str
    content: bytes
    description: str | None = None
    content_type: str | None = None
    """What its sender said; counts only where the name tells nothing."""
    base: str = ""
    """The server's address."""
    now: Callable[[], float] = time.time

    @property
    def url(self) -> str:
        """Where its bytes are for a day; who reads the message later gets another address."""
        issued = int(self.now())
        signed = f"ex={issued + LIFE:x}&is={issued:x}&hm={self.id:064x}"
        return f"{self.base}/attachments/{self.channel_id}/{self.id}/{self.filename}?{signed}&"

    def as_json(self) -> Json:
        """Return the attachment object."""
        guessed = mimetypes.guess_type(self.filename)[0] or self.content_type
        if guessed is not None and guessed.startswith("text/"):
            guessed += "; charset=utf-8"
        shown: Json = {"id": str(self.id), "filename": self.filename, "size": len(self.content)}
        shown |= {"url": self.url, "proxy_url": self.url}
        shown |= {"description": self.description} if self.description is not None else {}
        return shown | ({"content_type": guessed} if guessed is not None else {})


@dataclass(slots=True, kw_only=True, eq=False)
class Webhook:
    """An address that posts into one channel and its threads under any name."""

    id: int
    token: str
    channel_id: int
    guild_id: int
    name: str
    user: User
    application_id: int | None = None
    avatar: str | None = None

    def as_json(self, *, with_user: bool = True) -> Json:
        """Return the webhook object; who asks with its token is not told the user."""
        owner = None if self.application_id is None else str(self.application_id)
        shown: Json = {"id": str(self.id), "type": 1, "name": self.name, "avatar": self.avatar, "token": self.token}
        shown |= {"channel_id": str(self.channel_id), "guild_id": str(self.guild_id), "application_id": owner}
        return shown | ({"user": self.user.as_json()} if with_user else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """Somebody began to type."""

    channel_id: int
    user_id: int
    moment: float
