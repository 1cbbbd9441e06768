"""What a person sees of messages: author, text, buttons, menus, files and reactions, in order."""

from __future__ import annotations

from dataclasses import dataclass

from tests.discord_server import components, rendering
from tests.discord_server.entities import DM, EPHEMERAL, LOADING, Channel, User
from tests.discord_server.messages import Message
from tests.discord_server.world import World
from tests.wire.seen import Sights


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as a person sees it."""

    message: Message
    author: str
    app: bool = False
    """Whether the author carries the mark of an app: bots and webhooks do."""
    text: str
    buttons: tuple[str, ...] = ()
    """Those that can be pressed."""
    disabled: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    """Buttons that open an address."""
    choices: tuple[str, ...] = ()
    """The options of its menus."""
    files: tuple[str, ...] = ()
    pings: tuple[str, ...] = ()
    """Whom it notifies."""
    reactions: tuple[str, ...] = ()
    thinking: bool = False
    """Whether it stands for an answer that is still to come."""
    ephemeral: bool = False

    @classmethod
    def of(cls, message: Message, world: World) -> Shown:
        """Look at a message."""
        parts = [*components.walk(message.components)]
        buttons = [one for one in parts if one["type"] == components.BUTTON]
        own = [one for one in buttons if one.get("style") != components.LINK]
        options = [option for one in parts if one["type"] == components.SELECT for option in one.get("options", [])]
        everyone = ("everyone",) if message.mention_everyone else ()
        return cls(
            message=message,
            author=name_of(world, message.author, message.guild_id),
            app=message.author.bot or message.webhook_id is not None,
            text=rendering.text(message, world),
            buttons=tuple(components.label_of(one) for one in own if not one.get("disabled")),
            disabled=tuple(components.label_of(one) for one in own if one.get("disabled")),
            links=tuple(components.label_of(one) for one in buttons if one not in own),
            choices=tuple(str(option["label"]) for option in options),
            files=tuple(file.filename for file in message.attachments),
            pings=(*everyone, *(user.shown for user in message.mentions)),
            reactions=tuple(message.reactions),
            thinking=bool(message.flags & LOADING),
            ephemeral=bool(message.flags & EPHEMERAL),
        )

    @property
    def id(self) -> int:
        """The message's id."""
        return self.message.id

    def __str__(self) -> str:
        marks = ["[app]"] if self.app else []
        marks += ["(edited)"] if self.message.edited is not None and not self.message.ephemeral_for else []
        marks += ["(only visible to one person)"] if self.ephemeral else []
        head = " ".join([self.author, *marks]) + ":"
        lines = [head, *(f"  {line}" for line in self.text.splitlines())]
        lines += ["  ..."] if self.thinking else []
        lines += [f"  [file: {name}]" for name in self.files]
        lines += [f"  ( {choice} )" for choice in self.choices]
        pressed = [f"[ {one} ]" for one in self.buttons] + [f"[- {one} -]" for one in self.disabled]
        pressed += [f"[ {one} -> ]" for one in self.links]
        lines += ["  " + "  ".join(pressed)] if pressed else []
        lines += ["  " + " ".join(self.reactions)] if self.reactions else []
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Sights[Shown]):
    """A channel, thread or direct messages, as somebody sees it now."""

    channel: Channel


def seen(world: World, channel: Channel, person: User | None = None) -> Seen:
    """Return what there is in a channel; with what only one person sees, if told whom."""
    viewers = (None,) if person is None else (None, person.id)
    messages = [one for one in world.messages.get(channel.id, {}).values() if one.ephemeral_for in viewers]
    return Seen(channel=channel, messages=[Shown.of(one, world) for one in sorted(messages, key=lambda one: one.id)])


def threads(world: World, channel: Channel, *, archived: bool = True) -> list[Channel]:
    """Return a channel's threads, oldest first."""
    found = [one for one in world.channels.values() if one.is_thread and one.parent_id == channel.id]
    return [one for one in sorted(found, key=lambda one: one.id) if archived or not one.archived]


def name_of(world: World, user: User, guild_id: int | None) -> str:
    """Return the name that is shown for somebody."""
    guild = world.guilds.get(guild_id or 0)
    member = guild.members.get(user.id) if guild is not None else None
    return (member.nick if member is not None else None) or user.shown


def place_of(world: World, channel: Channel) -> str:
    """Return what a channel is called."""
    if channel.type == DM:
        people = [one.shown for one in channel.recipients if one.id not in world.apps]
        return f"direct messages with {', '.join(people)}"
    return f"thread {channel.name!r}" if channel.is_thread else f"#{channel.name}"
