"""What people and Slack want of us: one frozen value per intent, with what handling it needs.

Ids are Slack's own and well-formed wherever they are not empty. Texts are plain: Slack's escapes are undone, and other
people's mentions stand in them as `@U0123`.
"""

from __future__ import annotations

from adapters.chat.handling.intents import Ignored
from adapters.slack.events.intents.commands import (
    Ask,
    Command,
    Default,
    ForgetHere,
    Help,
    Models,
    MuteHere,
    Pull,
    Status,
    StopHere,
    Teams,
    Unknown,
)
from adapters.slack.events.intents.me import Me
from adapters.slack.events.intents.pressed import (
    ForgetConfirmed,
    Interaction,
    Pressed,
    PullPressed,
    RunHere,
    Submitted,
)
from adapters.slack.events.intents.said import Changed, HelpHere, InThread, Mute, Said, Stop
from adapters.slack.events.intents.told import ChatOpened, HomeOpened, SessionStopped, TokensRevoked, Uninstalled

Intent = (
    Ignored
    | Said | Changed | Mute | Stop | HelpHere
    | SessionStopped | HomeOpened | ChatOpened | Uninstalled | TokensRevoked
    | Ask | Teams | Status | StopHere | MuteHere | ForgetHere | Help | Default | Models | Pull | Unknown
    | Pressed | ForgetConfirmed | PullPressed | RunHere | Submitted
)  # fmt: skip

__all__ = [
    "Ask",
    "Changed",
    "ChatOpened",
    "Command",
    "Default",
    "ForgetConfirmed",
    "ForgetHere",
    "Help",
    "HelpHere",
    "HomeOpened",
    "InThread",
    "Intent",
    "Interaction",
    "Me",
    "Models",
    "Mute",
    "MuteHere",
    "Pressed",
    "Pull",
    "PullPressed",
    "RunHere",
    "Said",
    "SessionStopped",
    "Status",
    "Stop",
    "StopHere",
    "Submitted",
    "Teams",
    "TokensRevoked",
    "Uninstalled",
    "Unknown",
]
