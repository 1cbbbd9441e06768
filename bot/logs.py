"""Logging: events as facts on standard error, readable on a terminal and JSON elsewhere.

An event's name is made of the vocabulary's words (`run.completed`); facts are fields. Nobody's messages are logged.
Standard output belongs to turns, so whatever a library logs is routed here as well.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.redaction import PASSWORDS, REDACTED, Redactor

LIBRARIES = ("autogen", "openai", "httpx", "httpcore", "alembic", "sqlalchemy", "aiosqlite", "asyncio", "ollama")
"""Libraries whose loggers bring handlers of their own, or log more than a person wants."""


class _Clean:
    """How secrets are taken out of what this process writes to standard error: like logging, one for all of it."""

    text: Callable[[str], str] = Redactor().text


class _CurrentStderr:
    """Standard error as it is at each write: the terminal chat replaces it while its input line is shown."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(level: str, log_format: str, stream: TextIO | None = None, *, redactor: Redactor | None = None) -> None:
    """Route our events, the libraries' and what nobody caught to standard error, without secrets.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        log_format: `text`, `json`, or `auto`: text where standard error is a terminal.
        stream: Where to write instead, for tests.
        redactor: Takes out the configured secrets; keys that are known by their shape are taken out in any case.
    """
    _Clean.text = (redactor or Redactor()).text
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    number = logging.getLevelNamesMapping()[level.upper()]
    text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    out = logging.StreamHandler(stream or _CurrentStderr())
    out.addFilter(_counts)
    out.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _named],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if text else [structlog.processors.format_exc_info]),
                _renderer(text),
                _without_secrets,
            ],
        )
    )
    logging.captureWarnings(True)
    _take_over(logging.getLogger(), out, number)


def quiet_libraries() -> None:
    """Take handlers of their own from libraries' loggers; called again once a library is imported.

    `autogen.oai.client` adds one that writes to standard output while it is imported; its warnings are about keys
    and prices of servers that we do not use through it.
    """
    for name in list(logging.Logger.manager.loggerDict):
        if name.split(".")[0] in LIBRARIES:
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = True
            logger.setLevel(logging.NOTSET)
    for name in LIBRARIES:
        least = logging.ERROR if name == "autogen" else logging.WARNING
        logging.getLogger(name).setLevel(max(least, logging.getLogger().level))


def clean(text: str) -> str:
    """Return what may be written to standard error: the text without secrets."""
    return _Clean.text(PASSWORDS.sub(rf"\1:{REDACTED}", text) if "://" in text else text)


def _counts(record: logging.LogRecord) -> bool:
    """Whether it is an event of ours, or something grave of a library's: what else they say quotes what passes them."""
    return isinstance(record.msg, dict) or record.levelno >= logging.WARNING


def _without_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    # The last processor: what the renderer made is text.
    return clean(str(line))


def _uncaught(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    sys.stderr.write(clean("".join(traceback.format_exception(kind, error, at))))


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if found.exc_value is not None and not isinstance(found.exc_value, SystemExit):
        _uncaught(found.exc_type, found.exc_value, found.exc_traceback)


def _take_over(root: logging.Logger, out: logging.Handler, number: int) -> None:
    root.handlers.clear()
    root.addHandler(out)
    root.setLevel(number)
    quiet_libraries()


def _renderer(text: bool) -> Processor:
    if text:
        return structlog.dev.ConsoleRenderer(colors=False)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _named(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["library"] = record.name
    return event
