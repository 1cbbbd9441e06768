"""Times on a command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.moments import before, moment, span

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90d", timedelta(days=90)),
        (" 12h ", timedelta(hours=12)),
        ("30m", timedelta(minutes=30)),
        ("2w", timedelta(14)),
    ],
)
def test_lengths_of_time_are_read(text: str, length: timedelta) -> None:
    assert span(text) == length
    assert before(text, NOW) == moment(text, NOW) == NOW - length


@pytest.mark.parametrize("text", ["", "0d", "d", "9", "-9d", "9 d", "1.5d", "٣d", "9999999d", "90 days"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as 90d"):
        span(text)


def test_longer_than_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="calendar"):
        before("999999w", NOW)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-02-01T10:00Z", datetime(2026, 2, 1, 10, tzinfo=UTC)),
        ("2026-02-01T10:00+02:00", datetime(2026, 2, 1, 8, tzinfo=UTC)),
        ("2026-02-01T10:00", datetime(2026, 2, 1, 10).astimezone(UTC)),
        ("2026-02-01", datetime(2026, 2, 1).astimezone(UTC)),
    ],
)
def test_times_are_read(text: str, at: datetime) -> None:
    assert moment(text, NOW) == at


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00+23:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time such as"):
        moment(text, NOW)
