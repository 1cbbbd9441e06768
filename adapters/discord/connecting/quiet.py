"""The library's own log, as events of ours: its sentences quote messages, addresses and tokens."""

from __future__ import annotations

import logging

import discord
import structlog

LOGGERS = ("discord",)
"""Those of the library; its modules' are below it."""

log = structlog.get_logger()


class _Events(logging.Handler):
    """Says where in the library something was said, and which error it was about; not what was said."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        log.warning("discord.library", module=record.module, function=record.funcName, error=error)


def quiet() -> None:
    """Have the library's warnings and errors logged without its words. May be called again."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        logger.handlers = [_Events()]
    # That voice is not supported is no news.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
