"""What a workspace consists of, and how each thing is written on the wire."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """An answer of `{"ok": false, "error": ...}`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass(slots=True, kw_only=True, eq=False)
class User:
    """Someone with an account, the app's own included."""

    id: str
    team_id: str
    handle: str
    name: str
    """The display name, that people see."""
    locale: str = "en-US"
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    guest: str = ""
    """`multi` or `single`: a guest of so many channels."""
    stranger: bool = False
    """Whether they belong to another workspace and share no channel with the app."""

    def wire(self, *, locale: bool = False) -> Json:
        """Return the user object."""
        profile = {"real_name": self.name, "display_name": self.name, "image_72": "", "team": self.team_id}
        user = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.handle,
            "deleted": False,
            "real_name": self.name,
            "tz": "Europe/Berlin",
            "tz_offset": 3600,
            "profile": profile | ({"bot_id": self.bot_id, "api_app_id": self.app_id} if self.is_bot else {}),
            "is_admin": self.is_admin or self.is_owner,
            "is_owner": self.is_owner,
            "is_primary_owner": False,
            "is_restricted": bool(self.guest),
            "is_ultra_restricted": self.guest == "single",
            "is_bot": self.is_bot,
            "updated": 1_700_000_000,
        }
        return user | ({"is_stranger": True} if self.stranger else {}) | ({"locale": self.locale} if locale else {})


@dataclass(slots=True, kw_only=True, eq=False)
class File:
    """An uploaded file."""

    id: str
    team_id: str
    name: str
    title: str
    content: bytes | None
    """None until its bytes were uploaded."""
    user: str
    mimetype: str
    base: str
    """Where the file host is."""
    created: int
    length: int = 0
    """What was announced before the upload."""
    shares: dict[str, dict[str, list[Json]]] = field(default_factory=dict)
    private_url: str | None = None
    """A url_private that leads somewhere else, for tests."""
    by_id: bool = False
    """Whether messages tell its id only, as in channels that are shared with another organisation."""

    @property
    def size(self) -> int:
        """How many bytes."""
        return len(self.content) if self.content is not None else self.length

    def wire(self) -> Json:
        """Return the file object."""
        url = self.private_url or f"{self.base}/files-pri/{self.team_id}-{self.id}/{self.name}"
        kind = self.name.rsplit(".", 1)[-1].lower() if "." in self.name else "text"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": self.user,
            "user_team": self.team_id,
            "size": self.size,
            "mode": "hosted",
            "is_external": False,
            "is_public": True,
            "url_private": url,
            "url_private_download": self.private_url or url.replace(f"/{self.name}", f"/download/{self.name}"),
            "permalink": f"{self.base}/files/{self.user}/{self.id}/{self.name}",
            "shares": self.shares,
        }

    def told(self) -> Json:
        """Return the file object as messages tell it."""
        if self.by_id:
            return {"id": self.id, "mode": "file_access", "file_access": "check_file_info"}
        return self.wire()


@dataclass(slots=True, kw_only=True)
class Stream:
    """A message that is being streamed."""

    started: float
    recipient: str | None
    chunks: bool
    """Whether it began with chunks; it then goes on with chunks."""
    live: bool = True


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message in a channel, or one that a single person sees."""

    team_id: str
    channel: str
    ts: str
    user: str
    text: str = ""
    markdown: str = ""
    """Set where the text came as Markdown."""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    thread_ts: str | None = None
    """The root of its thread; None for a message that is no reply."""
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    icon: str | None = None
    """An emoji or an address."""
    metadata: Json | None = None
    edited: Json | None = None
    deleted: bool = False
    only_for: str | None = None
    """The one person who sees an ephemeral message."""
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None
    parse: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    stream: Stream | None = None
    client_msg_id: str | None = None
    sent: Json = field(default_factory=dict)
    """The arguments it was posted with, unchanged."""
    versions: list[Json] = field(default_factory=list)
    """What it showed before each change."""

    @property
    def root(self) -> str:
        """The ts of the thread that it belongs to, or starts."""
        return self.thread_ts or self.ts

    @property
    def tombstone(self) -> bool:
        """Whether only "This message was deleted" is left of it."""
        return self.subtype == "tombstone"

    def wire(self, *, metadata: bool = False) -> Json:
        """Return the message object, without what its thread adds."""
        optional: Json = {
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "username": self.username,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "client_msg_id": self.client_msg_id,
            "files": [file.told() for file in self.files],
            "metadata": self.metadata if metadata else None,
            "reactions": [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ],
        }
        always = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": self.team_id}
        return always | {name: value for name, value in optional.items() if value}

    def remember(self) -> None:
        """Keep what it shows now, before it is changed."""
        self.versions.append({"text": self.text, "markdown": self.markdown, "blocks": self.blocks})


@dataclass(slots=True, kw_only=True, eq=False)
class View:
    """A modal, or someone's App Home."""

    id: str
    team_id: str
    user: str
    body: Json
    """As the app wrote it."""
    app_id: str
    bot_id: str
    root: str = ""
    previous: str | None = None
    values: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """What the app said is wrong, by block id."""
    open: bool = True

    @property
    def hash(self) -> str:
        """Changes with the view."""
        return "1." + hashlib.sha256(repr(self.body).encode()).hexdigest()[:8]

    @property
    def title(self) -> str:
        """The modal's title."""
        return str(self.body.get("title", {}).get("text", ""))

    def wire(self) -> Json:
        """Return the view object."""
        fixed = {
            "id": self.id,
            "team_id": self.team_id,
            "state": {"values": self.values},
            "hash": self.hash,
            "root_view_id": self.root or self.id,
            "previous_view_id": self.previous,
            "app_id": self.app_id,
            "app_installed_team_id": self.team_id,
            "bot_id": self.bot_id,
        }
        empty = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False}
        return empty | {"notify_on_close": False, "submit": None, "close": None} | self.body | fixed
