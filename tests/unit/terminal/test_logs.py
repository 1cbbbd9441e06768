from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from bot import logs
from bot.redaction import Redactor

SECRET = "t0p-secret/key+1234567890"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    hooks = (sys.excepthook, threading.excepthook)
    yield
    root.handlers[:], root.level = before
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_event_is_json_where_there_is_no_terminal() -> None:
    stream = StringIO()
    logs.configure("info", "auto", stream)

    structlog.get_logger().info("run.completed", run="r1", turns=3)

    event = json.loads(stream.getvalue())
    assert (event["event"], event["run"], event["turns"], event["level"]) == ("run.completed", "r1", 3, "info")


def test_event_is_readable_on_a_terminal() -> None:
    stream = StringIO()
    logs.configure("info", "text", stream)

    structlog.get_logger().warning("step.postponed", seconds=2)

    assert "step.postponed" in stream.getvalue()
    assert "seconds=2" in stream.getvalue()


def test_less_important_events_are_not_written() -> None:
    stream = StringIO()
    logs.configure("warning", "json", stream)

    structlog.get_logger().info("run.completed")

    assert stream.getvalue() == ""


def test_librarys_own_handler_to_standard_output_is_taken_away() -> None:
    stream = StringIO()
    logs.configure("info", "json", stream)
    library = logging.getLogger("autogen.oai.client")
    library.addHandler(logging.StreamHandler(sys.stdout))
    logs.quiet_libraries()

    library.error("it failed")

    assert library.handlers == []
    assert json.loads(stream.getvalue())["library"] == "autogen.oai.client"


def test_what_a_library_says_is_written_only_where_it_is_grave() -> None:
    stream = StringIO()
    logs.configure("debug", "json", stream)

    logging.getLogger("some.library").debug("POST https://files.example/upload?ticket=123")
    logging.getLogger("some.library").warning("it is slow")
    structlog.get_logger().debug("delivery.ignored")

    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["it is slow", "delivery.ignored"]


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_nothing_is_logged_with_a_secret(log_format: str) -> None:
    stream = StringIO()
    logs.configure("debug", log_format, stream, redactor=Redactor([SECRET]))

    try:
        raise ValueError(f"cannot use {SECRET}")
    except ValueError:
        structlog.get_logger().exception("run.failed", reason=SECRET, of={"token": SECRET})
    logging.getLogger("some.library").error("refused: %s", SECRET)

    assert stream.getvalue().count("[redacted]") == 4
    assert SECRET not in stream.getvalue()


def test_passwords_of_addresses_are_not_logged() -> None:
    stream = StringIO()
    logs.configure("debug", "json", stream)

    structlog.get_logger().warning("proxy.refused", reason="http://me:hunter2@proxy:3128 and https://host/a:b@c")

    assert json.loads(stream.getvalue())["reason"] == "http://me:[redacted]@proxy:3128 and https://host/a:b@c"


def test_what_nobody_caught_is_told_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "json", redactor=Redactor([SECRET]))
    error = RuntimeError(f"cannot use {SECRET}")

    sys.excepthook(RuntimeError, error, None)
    threading.excepthook(threading.ExceptHookArgs((RuntimeError, error, None, None)))

    assert capsys.readouterr().err == "RuntimeError: cannot use [redacted]\n" * 2
