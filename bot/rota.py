"""Who is next where many wait: in turn over persons, and within each over their conversations. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


def _anybody(_person: str) -> bool:
    return True


class Rota(Generic[T]):
    """What waits. Whoever has much waiting gets no more turns than whoever has little.

    What waits in one conversation is served in its order. Whoever was served goes to the end of the round.
    """

    def __init__(self) -> None:
        self._persons: OrderedDict[str, OrderedDict[str, deque[T]]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, item: T, *, person: str, conversation: str) -> None:
        """Have something wait."""
        self._persons.setdefault(person, OrderedDict()).setdefault(conversation, deque()).append(item)
        self._size += 1

    def take(self, allowed: Callable[[str], bool] = _anybody) -> T | None:
        """Return what is next, which waits no more; None: nothing waits, or nobody who does is allowed to be next."""
        person = next((person for person in self._persons if allowed(person)), None)
        if person is None:
            return None
        conversations = self._persons.pop(person)
        conversation, items = conversations.popitem(last=False)
        item = items.popleft()
        self._size -= 1
        if items:
            conversations[conversation] = items
        if conversations:
            self._persons[person] = conversations
        return item

    def discard(self, item: T, *, person: str, conversation: str) -> None:
        """Have something wait no more; harmless when it does not."""
        conversations = self._persons.get(person, OrderedDict())
        items = conversations.get(conversation, deque())
        if item not in items:
            return
        items.remove(item)
        self._size -= 1
        if not items:
            del conversations[conversation]
        if not conversations:
            del self._persons[person]
