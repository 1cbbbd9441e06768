"""Discord's permission bits, as far as they matter here, and how they add up."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.discord_server.entities import Channel, Guild


class Permission(IntFlag):
    """One bit each, by the name that Discord's documentation gives it."""

    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


ALL = Permission((1 << 53) - 1)
MEMBER = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What everybody in a new guild may do."""
BOT = MEMBER | Permission.MANAGE_WEBHOOKS | Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS
"""What the bot's own role in a new guild adds up to."""
IN_DM = MEMBER & ~(Permission.CREATE_PUBLIC_THREADS | Permission.CREATE_PRIVATE_THREADS)


def granted(guild: Guild, user_id: int, channel: Channel | None) -> Permission:
    """Return what a member may do in a channel (for a thread: its parent), or in the guild as a whole."""
    member = guild.members.get(user_id)
    if member is None:
        return Permission(0)
    if user_id == guild.owner_id:
        return ALL
    allowed = guild.roles[guild.id].permissions
    for role in member.roles:
        allowed |= guild.roles[role].permissions
    if allowed & Permission.ADMINISTRATOR:
        return ALL
    if channel is None:
        return Permission(allowed)
    for targets in ([guild.id], member.roles, [user_id]):
        allowed = _ruled(allowed, channel, targets)
    return Permission(allowed if allowed & Permission.VIEW_CHANNEL else 0)


def _ruled(allowed: int, channel: Channel, targets: list[int]) -> int:
    rules = [channel.overwrites[target] for target in targets if target in channel.overwrites]
    for rule in rules:
        allowed &= ~rule.deny
    for rule in rules:
        allowed |= rule.allow
    return allowed


def can(permissions: int, *wanted: Permission) -> bool:
    """Whether every one of these permissions is among those."""
    return all(permissions & one for one in wanted)
