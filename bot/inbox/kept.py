"""Kept messages: what their authors may do with them when they are used, which may be much later. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import Event
from bot.texts import say

FACTS_LAST = timedelta(minutes=5)
"""How long a person counts as one of a group or role after they were looked up: as long as platforms' answers do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Kept messages by what may become of them, each in its order."""

    used: tuple[Event, ...] = ()
    stale: tuple[Event, ...] = ()
    """Their authors were let in by a group or role alone, and nobody knows whether they still are."""
    refused: tuple[Event, ...] = ()


def sort(events: Sequence[Event], may: Callable[[Event], bool], now: datetime) -> Sorted:
    """Sort kept messages by whether their authors may use them now."""
    used = [event for event in events if may(_as_of(event, now))]
    stale = [event for event in events if event not in used and may(event)]
    refused = [event for event in events if event not in used and event not in stale]
    return Sorted(used=tuple(used), stale=tuple(stale), refused=tuple(refused))


def left_out(kept: Sorted, language: str) -> Iterator[tuple[str, str]]:
    """Yield what people are told about the messages that are not used, each with the name of its sentence."""
    for text_id, events in (("denied_kept", kept.refused), ("kept_again", kept.stale)):
        if events:
            names = ", ".join(dict.fromkeys(event.person.name for event in events))
            yield text_id, say(text_id, language, names=names)


def _as_of(event: Event, now: datetime) -> Event:
    if now - event.at <= FACTS_LAST:
        return event
    return replace(event, person=replace(event.person, groups=()))
