"""Messages and what hangs on them: reactions, and the interactions they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.discord_server.entities import REPLY, THREAD_STARTER, Attachment, Channel, Json, User
from tests.discord_server.snowflakes import born, iso


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message, as it is now."""

    id: int
    channel_id: int
    author: User
    guild_id: int | None = None
    content: str = ""
    type: int = 0
    webhook_id: int | None = None
    application_id: int | None = None
    attachments: list[Attachment] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    """With the numeric `id` that Discord gives each."""
    embeds: list[Json] = field(default_factory=list)
    flags: int = 0
    reference: Json | None = None
    """The message_reference object."""
    referenced: Message | None = None
    snapshots: list[str] = field(default_factory=list)
    """The texts of the messages that it forwards."""
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    edited: float | None = None
    nonce: str | int | None = None
    """Told to its sender and in MESSAGE_CREATE; the history does not know it."""
    thread: Channel | None = None
    """The thread that began with it."""
    interaction: Json | None = None
    """The interaction_metadata object."""
    ephemeral_for: int | None = None
    """Who alone sees it."""
    reactions: dict[str, list[int]] = field(default_factory=dict)
    """Who reacted, by emoji."""
    pinned: bool = False
    deleted: bool = False
    position: int | None = None
    history: list[str] = field(default_factory=list)
    """Its earlier contents."""

    @property
    def created(self) -> float:
        """When it was sent."""
        return born(self.id)

    def as_json(self, viewer: int | None = None, *, whole: bool = True) -> Json:
        """Return the message object.

        Args:
            viewer: Whose reactions are marked as their own.
            whole: False: without the message that it refers to.
        """
        shown: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel_id),
            "type": self.type,
            "author": self.author.as_json(),
            "content": self.content,
            "timestamp": iso(self.created),
            "edited_timestamp": None if self.edited is None else iso(self.edited),
            "tts": False,
            "mention_everyone": self.mention_everyone,
            "mentions": [user.as_json() for user in self.mentions],
            "mention_roles": [str(role) for role in self.mention_roles],
            "attachments": [one.as_json() for one in self.attachments],
            "embeds": self.embeds,
            "components": self.components,
            "pinned": self.pinned,
            "flags": self.flags,
        }
        return shown | self._extras(viewer) | (self._reference() if whole else {})

    def _extras(self, viewer: int | None) -> Json:
        ids = {"webhook_id": self.webhook_id, "application_id": self.application_id}
        shown: Json = {name: str(value) for name, value in ids.items() if value is not None}
        others: Json = {"interaction_metadata": self.interaction, "position": self.position}
        shown |= {name: value for name, value in others.items() if value is not None}
        if self.thread is not None:
            shown["thread"] = self.thread.as_json(viewer)
        if self.reactions:
            shown["reactions"] = [_reaction(emoji, who, viewer) for emoji, who in self.reactions.items()]
        return shown

    def _reference(self) -> Json:
        if self.reference is None:
            return {}
        shown: Json = {"message_reference": {"type": 1 if self.snapshots else 0} | self.reference}
        if self.snapshots:
            shown["message_snapshots"] = [{"message": _snapshot(text, self)} for text in self.snapshots]
        if self.type in (REPLY, THREAD_STARTER):
            there = self.referenced is not None and not self.referenced.deleted
            shown["referenced_message"] = self.referenced.as_json(whole=False) if self.referenced and there else None
        return shown


def _snapshot(text: str, forward: Message) -> Json:
    kept = {"type": 0, "content": text, "timestamp": iso(forward.created), "edited_timestamp": None, "flags": 0}
    return kept | {name: [] for name in ("mentions", "mention_roles", "attachments", "embeds", "components")}


def _reaction(emoji: str, who: list[int], viewer: int | None) -> Json:
    details = {"burst": 0, "normal": len(who)}
    shown: Json = {"count": len(who), "count_details": details, "burst_colors": [], "me_burst": False}
    return shown | {"me": viewer in who, "emoji": emoji_json(emoji)}


def emoji_json(emoji: str) -> Json:
    """Return the emoji object of a Unicode character, or of `name:id`."""
    name, _, key = emoji.partition(":")
    return {"id": key or None, "name": name}


@dataclass(slots=True, kw_only=True, eq=False)
class Interaction:
    """A press, a command or a filled-in modal, from its beginning to its answers."""

    id: int
    token: str
    type: int
    """2: command, 3: component, 4: autocomplete, 5: modal."""
    application_id: int
    user_id: int
    channel_id: int
    guild_id: int | None
    born: float
    data: Json = field(default_factory=dict)
    message: Message | None = None
    """Whose component was pressed."""
    callback: Json | None = None
    """How the app answered first; None: not yet."""
    original: Message | None = None
    """The `@original` message."""
    followups: list[Message] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
