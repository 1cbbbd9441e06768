"""How what happens in the world reaches the gateway's sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One event as the world tells it; a session adds its sequence number."""

    type: str
    """The gateway's name, such as MESSAGE_CREATE."""
    payload: Json
    guild_id: int | None = None
    channel_id: int | None = None
    """Who may not view this channel (for a thread: its parent) gets nothing; see World.sees."""
    users: frozenset[int] | None = None
    """Only the sessions of these users get it; None: everybody who may see it."""


Subscriber = Callable[[Dispatch], None]


class Hub:
    """Hands every dispatch to every subscriber, in order, and remembers it.

    A subscriber must not wait: a session puts the dispatch into a queue of its own.
    """

    def __init__(self) -> None:
        self.log: list[Dispatch] = []
        self._subscribers: list[Subscriber] = []

    def dispatch(
        self,
        type_: str,
        payload: Json,
        guild_id: int | None = None,
        channel_id: int | None = None,
        users: set[int] | frozenset[int] | None = None,
    ) -> Dispatch:
        """Tell the subscribers of something."""
        only = None if users is None else frozenset(users)
        told = Dispatch(type=type_, payload=payload, guild_id=guild_id, channel_id=channel_id, users=only)
        self.log.append(told)
        for subscriber in [*self._subscribers]:
            subscriber(told)
        return told

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Tell somebody of everything from now on, until the returned function is called."""
        self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return unsubscribe
