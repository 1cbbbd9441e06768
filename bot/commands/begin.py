"""What every command begins with."""

from __future__ import annotations

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

    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    return settings
