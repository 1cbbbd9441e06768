"""What every command begins with."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Settings


def begin() -> Settings:
    """Read the settings and route the logs.

    Raises:
        SettingsError: The settings are wrong.
    """
    from bot import logs
    from bot.config import load_settings

    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding shows what it lacks by number; nothing fails for a character.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    return settings
