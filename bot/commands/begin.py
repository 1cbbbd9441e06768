"""What every command begins with."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config import Settings


def begin(*, quiet: bool = False) -> Settings:
    """Read the settings and route the logs.

    Args:
        quiet: Whether only errors are logged where the settings do not say what is: a person reads standard error.

    Raises:
        SettingsError: The settings are wrong.
    """
    from bot import logs
    from bot.config import load_settings
    from bot.redaction import Redactor

    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding shows what it lacks by number; nothing fails for a character.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    settings = load_settings()
    level = "error" if quiet and "log_level" not in settings.model_fields_set else settings.log_level
    logs.configure(level, settings.log_format, redactor=Redactor(settings.secrets))
    return settings
