"""Times as people write them on a command line. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_SPAN = re.compile(r"([0-9]{1,6})([mhdw])")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
EXAMPLES = "90d, 12h or 30m"


def span(text: str) -> timedelta:
    """Read a length of time such as `90d`.

    Raises:
        ValueError: It is none, or a nothing; the message says what one looks like.
    """
    found = _SPAN.fullmatch(text.strip())
    length = int(found[1]) * _UNITS[found[2]] if found is not None else timedelta()
    if not length:
        raise ValueError(f"{text!r} is not a length of time such as {EXAMPLES}")
    return length


def moment(text: str, now: datetime) -> datetime:
    """Read a time: `2026-03-01`, `2026-03-01T12:30`, with or without a zone, or a length of time before now.

    Raises:
        ValueError: It is none; the message says what one looks like.
    """
    if _SPAN.fullmatch(text.strip()):
        return before(text, now)
    try:
        read = datetime.fromisoformat(text.strip())
        # Without a zone it is this machine's time.
        return (read if read.tzinfo is not None else read.astimezone()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not a time such as 2026-03-01, 2026-03-01T12:30 or {EXAMPLES}") from error


def before(text: str, now: datetime) -> datetime:
    """Return the time that lies so long before now.

    Raises:
        ValueError: It is no length of time, or longer than there are years.
    """
    try:
        return now - span(text)
    except OverflowError as error:
        raise ValueError(f"{text!r} is longer ago than the calendar goes") from error
