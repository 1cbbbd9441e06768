from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before
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
