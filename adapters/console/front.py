"""What a console front is: where posts are shown and where a person's words come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from adapters.console.talk import Talk
from bot.domain import Accepted, Post, Receipt, RequestKind, RequestStatus, RunStatus

EXIT_COMPLETED, EXIT_FAILED, EXIT_USAGE, EXIT_WAITS, EXIT_STOPPED = 0, 1, 2, 3, 130


class Front(Protocol):
    """Plain lines, or a terminal with an input line."""

    async def show(self, post: Post) -> None:
        """Show a post; when this returns it is on the screen."""
        ...

    def preview(self, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying; empty text ends it."""
        ...

    def status(self, path: str, agent: str, text: str) -> None:
        """Say what an agent waits for, in place of what it has said so far; empty: nothing any more."""
        ...

    async def note(self, text: str) -> None:
        """Show words of the bot's own."""
        ...

    async def converse(self, talk: Talk, history: Sequence[Post]) -> int:
        """Take the person's words until they leave; return the exit status."""
        ...


def tells_nothing(post: Post) -> bool:
    """Whether a closed question's post only repeats what is seen: that this person answered, or that the run ended."""
    request = post.request
    if request is None or request.status is RequestStatus.CANCELLED:
        return request is not None
    return request.kind is not RequestKind.APPROVAL and request.status is RequestStatus.ANSWERED


def refused(receipt: Receipt) -> bool:
    """Whether an event set nothing to work."""
    return receipt.outcome not in (Accepted.STARTED, Accepted.ANSWERED, Accepted.FEEDBACK, Accepted.STOPPED)


def exit_status(talk: Talk, *, otherwise: int) -> int:
    """Return the exit status that says how a talk stands."""
    if talk.question is not None:
        return EXIT_WAITS
    ends = {RunStatus.FAILED: EXIT_FAILED, RunStatus.CANCELLED: EXIT_STOPPED, RunStatus.COMPLETED: EXIT_COMPLETED}
    status = talk.ended.status if talk.ended else None
    return ends.get(status, otherwise) if status else otherwise
