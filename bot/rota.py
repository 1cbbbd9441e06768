"""Who is next where many wait: in turn over persons, and within each over their conversations. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from heapq import heapify, heappop, heapreplace
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)

REMEMBERED = 1_024
"""Persons of whom it is known when they were served last; others count as if they never were."""


def _anybody(_person: str) -> bool:
    return True


class Rota(Generic[T]):
    """What waits. Whoever has much waiting gets no more turns than whoever has little.

    What waits in one conversation is served in its order. Next is who was served longest ago: whoever comes while
    somebody else is served does not wait until that person was served once more. Who was never served takes the place
    of somebody who was served when they came, so that no stream of newcomers keeps others waiting.
    """

    def __init__(self) -> None:
        self._persons: dict[str, OrderedDict[str, deque[T]]] = {}
        self._places: dict[str, tuple[int, bool]] = {}
        """Who waits: since which turn without being served, and whether by having been served in it."""
        self._served: OrderedDict[str, int] = OrderedDict()
        """The turn in which each person was served last."""
        self._turn = 0
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, item: T, *, person: str, conversation: str) -> None:
        """Have something wait."""
        if person not in self._persons:
            self._persons[person] = OrderedDict()
            self._places[person] = (self._served.get(person, self._turn), person in self._served)
        self._persons[person].setdefault(conversation, deque()).append(item)
        self._size += 1

    def take(self, allowed: Callable[[str], bool] = _anybody) -> T | None:
        """Return what is next, which waits no more; None: nothing waits, or nobody who does is allowed to be next."""
        person = min(filter(allowed, self._persons), key=self._places.__getitem__, default=None)
        if person is None:
            return None
        conversations = self._persons[person]
        conversation, items = conversations.popitem(last=False)
        item = items.popleft()
        self._size -= 1
        if items:
            conversations[conversation] = items
        self._note(person)
        if not conversations:
            self._leave(person)
        return item

    def serve(self, item: T, *, person: str, conversation: str) -> None:
        """Have something that waits be served now, whoever is next; harmless when it does not wait."""
        conversations = self._persons.get(person, OrderedDict[str, deque[T]]())
        if item not in conversations.get(conversation, deque()):
            return
        conversations.move_to_end(conversation)
        self._note(person)
        self.discard(item, person=person, conversation=conversation)

    def waits(self, person: str) -> bool:
        """Whether a person has something waiting."""
        return person in self._persons

    def _note(self, person: str) -> None:
        """Have the person, who was served, be next after everybody who waits."""
        self._turn += 1
        self._served[person] = self._turn
        self._served.move_to_end(person)
        self._places[person] = (self._turn, True)
        if len(self._served) > REMEMBERED:
            self._served.popitem(last=False)

    def _leave(self, person: str) -> None:
        del self._persons[person], self._places[person]

    def first(self) -> T | None:
        """Return what `take` would, and let it wait on."""
        person = min(self._persons, key=self._places.__getitem__, default=None)
        return None if person is None else next(iter(self._persons[person].values()))[0]

    def in_order(self) -> list[T]:
        """Return everything that waits, in the order in which it would be taken if nothing more came."""
        turns = [(place, at, person) for at, (person, place) in enumerate(self._places.items())]
        left = {person: deque(deque(items) for items in self._persons[person].values()) for person in self._persons}
        heapify(turns)
        found: list[T] = []
        while turns:
            _, at, person = turns[0]
            items = left[person].popleft()
            found.append(items.popleft())
            if items:
                left[person].append(items)
            if left[person]:
                heapreplace(turns, ((self._turn + len(found), True), at, person))
            else:
                heappop(turns)
        return found

    def discard(self, item: T, *, person: str, conversation: str) -> None:
        """Have something wait no more; harmless when it does not."""
        conversations = self._persons.get(person, OrderedDict[str, deque[T]]())
        items = conversations.get(conversation, deque())
        if item not in items:
            return
        items.remove(item)
        self._size -= 1
        if not items:
            del conversations[conversation]
        if not conversations:
            self._leave(person)
