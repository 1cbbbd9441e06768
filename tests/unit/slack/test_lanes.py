from __future__ import annotations

import pytest

from adapters.slack.events import files_of, lane_of
from bot.domain import Delivery, Json
from tests.fakes import START


def delivery(event: Json) -> Delivery:
    body = {"kind": "event", "payload": {"team_id": "T1", "event": event}}
    return Delivery(adapter="slack", id="Ev1", body=body, received_at=START)


@pytest.mark.parametrize(
    ("event", "lane"),
    [
        ({"type": "message", "channel": "C1", "ts": "2.0"}, "C1:2.0"),
        ({"type": "app_mention", "channel": "C1", "ts": "3.0", "thread_ts": "2.0"}, "C1:2.0"),
        ({"type": "message", "channel": "C1", "ts": "4.0", "message": {"ts": "2.0"}}, "C1:2.0"),
        ({"type": "message", "channel": "C1", "previous_message": {"ts": "3.0", "thread_ts": "2.0"}}, "C1:2.0"),
        ({"type": "app_home_opened", "channel": "D1"}, None),
    ],
)  # fmt: skip
def test_lane_of_a_message_is_its_thread(event: Json, lane: str | None) -> None:
    assert lane_of(delivery(event)) == lane


def test_button_stands_by_itself() -> None:
    pressed = Delivery(adapter="slack", id="t1", body={"kind": "interactive", "payload": {}}, received_at=START)

    assert lane_of(pressed) is None


def test_messages_with_files_are_counted_by_workspace() -> None:
    said: Json = {"type": "message", "channel": "C1", "ts": "2.0"}

    assert files_of(delivery({**said, "files": [{"id": "F1"}]})) == "T1"
    assert files_of(delivery(said)) is None
