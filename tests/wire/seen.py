"""What a person sees of a place, whatever the platform: messages, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Sight(Protocol):
    """One message as a person sees it."""

    @property
    def author(self) -> str:
        """Whose name stands above it."""
        ...

    @property
    def text(self) -> str:
        """What it says."""
        ...

    @property
    def buttons(self) -> tuple[str, ...]:
        """Those that can be pressed."""
        ...


S = TypeVar("S", bound=Sight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights(Generic[S]):
    """The messages of a place, as somebody sees them now."""

    messages: list[S]

    def __iter__(self) -> Iterator[S]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    def __getitem__(self, at: int) -> S:
        return self.messages[at]

    def __contains__(self, text: str) -> bool:
        return any(text in shown.text for shown in self.messages)

    @property
    def last(self) -> S:
        """The newest message."""
        return self.messages[-1]

    @property
    def texts(self) -> list[str]:
        """What every message says."""
        return [shown.text for shown in self.messages]

    @property
    def authors(self) -> list[str]:
        """Who wrote each message."""
        return [shown.author for shown in self.messages]

    @property
    def buttons(self) -> list[str]:
        """Every button that can be pressed."""
        return [button for shown in self.messages for button in shown.buttons]

    def by(self, author: str) -> list[S]:
        """Return what one author wrote."""
        return [shown for shown in self.messages if shown.author == author]

    def find(self, text: str) -> S | None:
        """Return the newest message whose text, or one of whose buttons, contains this."""
        found = [one for one in self.messages if text in one.text or any(text in button for button in one.buttons)]
        return found[-1] if found else None

    def __str__(self) -> str:
        return "\n".join(str(shown) for shown in self.messages) or "(nothing)"
