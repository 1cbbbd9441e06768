"""Ids of people, groups, channels and workspaces as permissions name them: whose they are, and what is told of others.

Names do not count, for they can be changed; whoever writes one is told where the platform shows the id.
"""

from __future__ import annotations

import difflib
import re

from bot.permissions import GROUP, ROLE, WORDS

SLACK, DISCORD = "slack", "discord"
_SLACK_PERSON = re.compile(r"[UWBA][A-Z0-9]{5,20}")
_SLACK_BOT = re.compile(r"[BA][A-Z0-9]{5,20}")
_SLACK_GROUP = re.compile(r"S[A-Z0-9]{5,20}")
_DISCORD_ID = re.compile(r"[0-9]{15,20}")
_WORKSPACES = {SLACK: re.compile(r"[TE][A-Z0-9]{5,20}"), DISCORD: re.compile(r"[0-9]{15,20}|dm")}
_CHANNELS = {SLACK: re.compile(r"[CGD][A-Z0-9]{5,20}"), DISCORD: _DISCORD_ID}
_MENTION = re.compile(r"<(@!?|@&|#|!subteam\^)([A-Z0-9]{5,20})(?:\|[^>]*)?>")
_MEANT = {"all": "everyone", "*": "everyone", "any": "everyone", "members": "everyone", "none": "nobody"}
_DEVELOPER_MODE = "Discord: Settings, Advanced, Developer Mode, then a right-click, Copy"
PERSON_ID = (
    "people are named by their ids, for names can be changed by whoever bears them. Slack: the person's profile, ⋮, "
    f"Copy member ID, such as U0123ABCD. {_DEVELOPER_MODE} User ID"
)
GROUP_ID = (
    f"a Slack user group is written {GROUP}S0123ABCD; the id ends the address of the group's page in a browser, "
    "below People & user groups"
)
ROLE_ID = f"a Discord role is written {ROLE}123456789012345678. {_DEVELOPER_MODE} Role ID, at the server's roles"
CHANNEL_ID = f"Slack: the channel's name, About, shows the id, such as C0123ABCD. {_DEVELOPER_MODE} Channel ID"
WORKSPACE_ID = (
    "Slack: the id, such as T0123ABCD, is in the address of the workspace in a browser. "
    f"{_DEVELOPER_MODE} Server ID; dm stands for Discord's direct messages"
)


def principal(value: object) -> str:
    """Return one name of a list.

    Raises:
        ValueError: It names nobody that a platform could know; the message says how to write whom it means.
    """
    if not isinstance(value, str):
        raise ValueError(f"{value!r} names nobody: write everyone, starter, an id …")
    if value in WORDS or platform_of_principal(value):
        return value
    mention = _MENTION.fullmatch(value)
    if mention is not None:
        raise ValueError(f"{value!r} is a mention: write the id alone, {_written(mention[1], mention[2])}")
    if value.startswith((GROUP, ROLE)):
        kind, remedy = (GROUP, GROUP_ID) if value.startswith(GROUP) else (ROLE, ROLE_ID)
        raise ValueError(f"{value!r} lacks the id: {remedy}" if value == kind else f"{value!r} is no such id: {remedy}")
    raise ValueError(_unknown(value))


def _unknown(value: str) -> str:
    if ":" in value:
        return f"{value!r} begins with no prefix that there is: an id stands alone, {GROUP} and {ROLE} lead others"
    if _SLACK_GROUP.fullmatch(value):
        return f"{value!r} is a user group's id: write {GROUP}{value}"
    bare = value.strip().casefold().lstrip("@")
    near = _MEANT.get(bare) or next(iter(difflib.get_close_matches(bare, sorted(WORDS), n=1, cutoff=0.75)), "")
    return f"{value!r} is no id" + (f"; did you mean {near}? Else " if near else ": ") + PERSON_ID


def _written(mention: str, found: str) -> str:
    if "subteam" in mention:
        return f"{GROUP}{found}"
    return f"{ROLE}{found}" if mention == "@&" else found


def platform_of_principal(value: str) -> str:
    """Return whose an id of a person, a group or a role is; empty: no platform's."""
    if value.startswith(GROUP):
        return SLACK if _SLACK_GROUP.fullmatch(value.removeprefix(GROUP)) else ""
    if value.startswith(ROLE) or _DISCORD_ID.fullmatch(value):
        return DISCORD if _DISCORD_ID.fullmatch(value.removeprefix(ROLE)) else ""
    return SLACK if _SLACK_PERSON.fullmatch(value) else ""


def platform_of_workspace(value: str) -> str:
    """Return whose id of a workspace it is; empty: no platform's."""
    return _platform(value, _WORKSPACES)


def platform_of_channel(value: str) -> str:
    """Return whose id of a channel it is; empty: no platform's."""
    return _platform(value, _CHANNELS)


def workspace_id(value: str) -> str:
    """Return the id of a workspace.

    Raises:
        ValueError: It is none; the message says where it is found.
    """
    return _place_id(value, _WORKSPACES, "workspace", WORKSPACE_ID)


def channel_id(value: str) -> str:
    """Return the id of a channel.

    Raises:
        ValueError: It is none; the message says where it is found.
    """
    return _place_id(value, _CHANNELS, "channel", CHANNEL_ID)


def is_bot(value: str) -> bool:
    """Say whether an id is known by its form to be a bot's."""
    return _SLACK_BOT.fullmatch(value) is not None


def _platform(value: str, forms: dict[str, re.Pattern[str]]) -> str:
    return next((platform for platform, form in forms.items() if form.fullmatch(value)), "")


def _place_id(value: str, forms: dict[str, re.Pattern[str]], what: str, remedy: str) -> str:
    if not _platform(value, forms):
        raise ValueError(f"{value!r} is no {what}'s id, and names do not count. {remedy}")
    return value
