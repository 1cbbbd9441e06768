"""ConsoleAdapter: one thread in a terminal, shown by a front."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.console.front import Front
from adapters.console.talk import Talk
from bot.domain import Event, Post, ThreadRef
from bot.errors import HeldError
from bot.ports import Inbox
from bot.texts import say

ELSEWHERE_AGAIN = 3600.0
"""Seconds until a post of another thread is offered again: it waits for a terminal with that thread."""


class ConsoleAdapter:
    """The terminal as a platform. What it showed is known as long as the process lives."""

    def __init__(self, talk: Talk, front: Front, *, history: Sequence[Post] = ()) -> None:
        """Serve one thread.

        Args:
            talk: The thread.
            front: Where it is shown and where words come from.
            history: Posts of the thread that an earlier process showed; an open question among them counts.
        """
        self.exit_status = 0
        """The exit status, once `run` has returned."""
        self._talk = talk
        self._front = front
        self._history = history
        self._shown = {post.key: post.key for post in history}
        """The id of each post by its key; an update keeps the id of what it replaces."""
        for post in history:
            talk.show(post)

    @property
    def name(self) -> str:
        """The first part of the thread's address."""
        return "console"

    async def run(self, inbox: Inbox) -> None:
        """Take the person's words until they leave."""
        self._talk.inbox = inbox
        self.exit_status = await self._front.converse(self._talk, self._history)

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Show a post once; a terminal's lines cannot be replaced, so an update is a new line.

        Raises:
            HeldError: It belongs to a thread that this terminal does not show.
        """
        if post.thread != self._talk.thread:
            raise HeldError(f"No terminal shows the thread {post.thread.thread}.", retry_after=ELSEWHERE_AGAIN)
        if post.key not in self._shown:
            # Known before it is shown, because the front draws what the thread waits for.
            self._talk.show(post)
            await self._front.show(post)
            if post.missing:
                await self._front.note(say("console_pull_offer", post.language, model=post.missing))
            self._shown[post.key] = update or post.key
        return self._shown[post.key]

    def prepare(self, post: Post) -> None:
        """Do nothing: lines take no time."""

    async def find(self, post: Post, *, after: str | None) -> str | None:
        """Return the post's id if this process showed it; what a process before it showed is shown again."""
        return self._shown.get(post.key)

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Hand deltas of this thread to the front."""
        if thread == self._talk.thread:
            self._front.preview(path, agent, text)

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Have the front say what an agent of this thread waits for."""
        if thread == self._talk.thread:
            self._front.status(path, agent, text)

    async def seen(self, event: Event) -> None:
        """Say that a message is kept."""
        if event.thread == self._talk.thread:
            await self._front.note(say("console_kept", self._talk.language))
