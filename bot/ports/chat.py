"""Chat platforms as the core sees them, and the core as they see it: adapters, and the door for what people said."""

from __future__ import annotations

from typing import Protocol

from bot.domain import Conversation, Delivery, Event, Post, Receipt, ThreadRef


class Listening(Protocol):
    """How far an adapter has listened in each place, for platforms that do not repeat what was said meanwhile."""

    async def places(self, adapter: str) -> dict[str, int]:
        """Return the places that are known, each with the position up to which everything there is recorded."""
        ...

    async def note(self, adapter: str, place: str, position: int) -> None:
        """Know a place, and that everything up to this position is recorded there; a position only rises.

        Raises:
            StoreError: Nothing was noted.
        """
        ...

    async def leave(self, adapter: str, place: str) -> None:
        """Forget a place that is gone."""
        ...


class Inbox(Listening, Protocol):
    """The one door for what people said; adapters hold it."""

    async def accept(self, event: Event) -> Receipt:
        """Record an event and everything it means, in one transaction, and wake the conversation.

        When this returns, the platform may be acknowledged: nothing of it can be lost any more.
        Called again with the same delivery, it changes nothing and says `duplicate`; to whom pressed something in vain,
        why, as far as that is still known: nobody else was told.

        Raises:
            StoreError: Nothing happened; do not acknowledge.
        """
        ...

    async def receive(self, delivery: Delivery) -> bool:
        """Record a delivery as it came, before it is understood; False when it is known already.

        For platforms that want their acknowledgement at once, where understanding takes calls and downloads. When
        this returns, the platform may be acknowledged; the adapter works on the delivery and calls `handled`.
        Its place and position are noted in the same transaction, also when it is known already.

        Raises:
            StoreError: Nothing happened; do not acknowledge.
        """
        ...

    async def unhandled(self, adapter: str) -> list[Delivery]:
        """Return the deliveries that were received and not handled, oldest first: what a crash left to an adapter.

        Each is counted as tried once more.
        """
        ...

    async def handled(self, delivery: Delivery) -> None:
        """Forget the body of a delivery: all that follows from it is recorded. Its id stays known for a week."""
        ...

    async def conversation(self, thread: ThreadRef) -> Conversation | None:
        """Return what is recorded of a thread; None: the bot has no part in it, so only what names it counts there.

        For platforms where looking up names and files is dear: what does not count needs none.
        """
        ...


class Decoration(Protocol):
    """What a thread shows beside its posts: losing it loses nothing."""

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying; empty text: its turn was recorded, or given up."""
        ...

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Say what an agent waits for, in place of what it has said so far; the next of its words takes its place.

        Empty: it waits for nothing any more; what it has said so far is taken back, and whatever it says begins anew.
        """
        ...

    async def seen(self, event: Event) -> None:
        """Mark a message as seen and kept."""
        ...


class ChatAdapter(Decoration, Protocol):
    """One platform. What it lacks is a fallback inside it, never a question of the core."""

    @property
    def name(self) -> str:
        """The first part of its threads' addresses."""
        ...

    async def run(self, inbox: Inbox) -> None:
        """Receive events until cancelled, handing each to the inbox before acknowledging it."""
        ...

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Show a post and return the platform's id of it; with `update`, replace that message.

        Raises:
            RetryLaterError: It was surely not shown; try again.
            PostRefusedError: It never will be.
            UnseenError: A card cannot bring some of its items to people. It is not shown so, or is no more: it is to
                be posted once more, with these noted in its request's `unseen`, and then offers no approval of them.
            Exception of a connection: It may have been shown; `find` tells.
        """
        ...

    def prepare(self, post: Post) -> None:
        """Compute what showing a post will take, while it is recorded; it may never be. Sends nothing, asks nothing."""
        ...

    async def find(self, post: Post, *, after: str | None) -> str | None:
        """Return the platform's id of a post that may have been shown by an earlier attempt, or None.

        Args:
            post: What is looked for.
            after: The platform's id of the newest post that is known to be shown there; None: none is.

        Raises:
            The errors of `post`.
        """
        ...
