from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.handling.intents import Ignored
from adapters.discord.events import files_of, lane_of, moment_of, understand
from adapters.discord.events.intents import Asked, InThread
from bot.domain import Json
from tests.fakes import START
from tests.unit.discord.made import (
    APP,
    BOT,
    DIRECT,
    DM,
    IN_THREAD,
    ME,
    THREAD,
    asked,
    command,
    delivery,
    edited,
    message,
    said,
)

KINDS = ("message", "edited", "deleted", "command", "pressed", "submitted", "message_command", "")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
Intents = Ignored | InThread | Asked
KEYS = sorted({*message(""), *asked(), "message", "interaction", "options", "fields", "custom_id", "values", "name"})
bodies = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, anything))


@given(st.sampled_from(KINDS), bodies)
def test_garbage_is_ignored_and_never_raises(kind: str, body: Json) -> None:
    for found in (body, {**body, "message": body}, {**body, "interaction": body}):
        assert isinstance(understand(kind, {"kind": kind, **found}, ME), Intents)
        whole = delivery({**found, "kind": kind})
        lane_of(whole)
        files_of(whole)
        moment_of(whole)


@given(st.data())
def test_any_part_of_a_message_may_be_anything(data: st.DataObject) -> None:
    changed = message("<@900> hi", at=data.draw(st.sampled_from([IN_THREAD, DIRECT])))
    changed[data.draw(st.sampled_from(sorted(changed)))] = data.draw(anything)

    for kind in ("message", "edited", "deleted"):
        assert isinstance(understand(kind, {"kind": kind, "message": changed}, ME), Intents)


@given(st.data())
def test_any_part_of_an_interaction_may_be_anything(data: st.DataObject) -> None:
    changed = asked()
    changed[data.draw(st.sampled_from(sorted(changed)))] = data.draw(anything)
    body = {key: data.draw(anything) for key in ("options", "fields", "values")}
    body |= {
        "interaction": changed,
        "name": "ask",
        "custom_id": data.draw(st.text(max_size=60) | st.just("runon:20:1")),
    }

    for kind in ("command", "pressed", "submitted"):
        assert isinstance(understand(kind, {"kind": kind, **body}, ME), Intents)


@given(st.text(max_size=200), st.sampled_from([IN_THREAD, DIRECT]))
def test_our_own_words_are_never_heard_whatever_they_say(content: str, at: Json) -> None:
    by_us: list[dict[str, Any]] = [
        {"author": {"id": BOT, "name": "Threadfast", "bot": True}},
        {"author": {"id": "55", "name": "ada", "bot": True}, "webhook": "55", "application": APP},
    ]

    for more in by_us:
        for made in (said, edited):
            body = made(content, at=at, **more)
            assert isinstance(understand(str(body["kind"]), body, ME), Ignored)


@given(st.text(max_size=200))
def test_whatever_is_said_in_a_channel_without_a_mention_begins_nothing(content: str) -> None:
    plain = content.replace("<@", "<")

    assert isinstance(understand("message", said(plain), ME), Ignored)


@given(st.text(max_size=100))
def test_what_is_said_in_a_thread_stays_in_it(content: str) -> None:
    intent = understand("message", said(content, at=IN_THREAD), ME)

    assert isinstance(intent, Ignored) or (isinstance(intent, InThread) and intent.thread.thread == THREAD)


@pytest.mark.parametrize(
    ("body", "lane"),
    [
        (said("hi", identity="1000"), "1000"),
        (said("hi", at=IN_THREAD), THREAD),
        (edited("hi", at=IN_THREAD), THREAD),
        (said("hi", at=DIRECT), DM),
        (command("ask"), None),
        ({"kind": "pressed"}, None),
        ({"kind": "message"}, None),
    ],
)
def test_messages_are_in_order_within_their_thread_and_presses_wait_for_nothing(body: Json, lane: str | None) -> None:
    assert lane_of(delivery(body)) == lane


def test_files_are_counted_by_server() -> None:
    files = [{"id": "7", "name": "a"}]

    assert files_of(delivery(said("hi", files=files))) == "10"
    assert files_of(delivery(said("hi", at=DIRECT, files=files))) == "dm"
    assert files_of(delivery(said("hi"))) is None


def test_when_something_was_said_stands_in_its_id() -> None:
    moment = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    snowflake = str((int(moment.timestamp() * 1000) - 1_420_070_400_000) << 22)

    assert moment_of(delivery(said("hi", identity=snowflake))) == moment
    assert moment_of(delivery(command("stop", id=snowflake))) == moment
    # An edit tells no time of its own.
    assert moment_of(delivery(edited("hi", identity=snowflake))) == START
