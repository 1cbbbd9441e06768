"""Every platform, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from tests.integration.chat.sending import Sending
from tests.integration.discord import sending as discord
from tests.integration.slack import sending as slack


@dataclass(frozen=True, slots=True)
class Platform:
    """How a platform is tested."""

    sending: Callable[[], AbstractAsyncContextManager[Sending]]
    faults: Mapping[str, Mapping[str, Any]]
    """What may break off, by name."""


PLATFORMS = {
    "slack": Platform(slack.sending, slack.Sending.FAULTS),
    "discord": Platform(discord.sending, discord.Sending.FAULTS),
}
