"""What an agent waits for, on its way from the run to the adapter."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain import ThreadRef
from bot.engine.preview import StepPreview
from bot.outbox import RedactingAdapter
from bot.redaction import Redactor
from tests.fakes import FakeAdapter

THREAD = ThreadRef(adapter="fake", workspace="w", channel="c", thread="t")
SECRET = "sk-live-0123456789abcdef"


class InOrder(FakeAdapter):
    """Keeps words and statuses in the order in which they came."""

    def __init__(self) -> None:
        super().__init__()
        self.signs: list[tuple[str, str]] = []

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        self.signs.append((path, text))

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        self.signs.append((path, f"[{text}]"))


@pytest.fixture
def adapter() -> InOrder:
    return InOrder()


def test_status_stands_until_its_path_ends(adapter: InOrder) -> None:
    preview = StepPreview(adapter, THREAD)

    preview.status("p", "ada", "queued")
    preview.delta("p", "ada", "hello")
    preview.status("q", "ben", "queued")
    preview.end_all()

    assert adapter.signs == [("p", "[queued]"), ("p", "hello"), ("q", "[queued]"), ("p", ""), ("q", "")]


def test_status_that_comes_too_early_takes_the_place_of_what_was_held_back(adapter: InOrder) -> None:
    may_show = False
    preview = StepPreview(adapter, THREAD, shows=lambda: may_show)

    preview.delta("p", "ada", "half an ans")
    preview.delta("q", "ben", "hello")
    preview.status("p", "ada", "queued")
    may_show = True
    preview.delta("p", "ada", "whole")

    assert adapter.signs == [("q", "hello"), ("p", "[queued]"), ("p", "whole")]


def test_status_that_is_taken_back_before_it_could_be_shown_is_never_shown(adapter: InOrder) -> None:
    may_show = False
    preview = StepPreview(adapter, THREAD, shows=lambda: may_show)

    preview.status("p", "ada", "queued")
    preview.status("p", "ada", "")
    may_show = True
    preview.end("p")

    assert adapter.signs == []


def test_status_that_is_taken_back_is_taken_back_at_the_adapter(adapter: InOrder) -> None:
    preview = StepPreview(adapter, THREAD)

    preview.status("p", "ada", "queued")
    preview.status("p", "ada", "")

    assert adapter.signs == [("p", "[queued]"), ("p", "[]")]


class Broken(FakeAdapter):
    """A thread whose statuses fail."""

    def status(self, *facts: Any) -> None:
        raise OSError("no status here")


def test_status_that_cannot_be_shown_costs_nothing() -> None:
    preview = StepPreview(Broken(), THREAD)

    preview.status("p", "ada", "queued")
    preview.end("p")


def test_status_holds_no_secret_and_words_begin_anew_after_it(adapter: InOrder) -> None:
    redacting = RedactingAdapter(adapter, Redactor([SECRET]))

    redacting.preview(THREAD, "p", "ada", f"the key is {SECRET[:10]}")
    redacting.status(THREAD, "p", "ada", f"waiting for {SECRET}")
    redacting.preview(THREAD, "p", "ada", SECRET[10:])

    said = "".join(text for _, text in adapter.signs)
    assert "[waiting for " in said
    assert SECRET not in said
    assert said.endswith(SECRET[10:])
