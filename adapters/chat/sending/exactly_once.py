"""Posting: shows each recorded post exactly once, whatever happens to connections and processes.

Here is the order of it, the same on every platform: one post of a thread at a time, what is known of its attempts,
when its place has to be asked, and where the end of a run goes whose thread is gone. How a post is shown, and how its
place tells what is shown of it, is the platform's.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

import structlog

from adapters.chat.recent import Recent
from adapters.chat.sending.attempts import Attempt
from adapters.chat.sending.previewing import Previewing
from adapters.chat.sending.screen import L
from bot.domain import Post, ThreadRef
from bot.errors import PostRefusedError, ThreadGoneError, UnseenError

log = structlog.get_logger()

REMEMBERED = 2000
"""How many posts that are not wholly shown are remembered; about any other its place is asked."""

A = TypeVar("A", bound=Attempt)


class ExactlyOnce(ABC, Generic[A, L]):
    """Keeps the promises of `ChatAdapter.post` and `ChatAdapter.find`."""

    def __init__(self, previews: Previewing[L]) -> None:
        """Post, where live previews are shown, one of which may become a turn."""
        self._previews = previews
        self._attempts: Recent[str, A] = Recent(REMEMBERED)
        self._locks: WeakValueDictionary[ThreadRef, asyncio.Lock] = WeakValueDictionary()

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Show a post and return its id; with `update`, replace the post of that id.

        An update of a message that was deleted, or cannot be changed any more, is shown anew.

        Raises:
            RetryLaterError: It was surely not shown, or not wholly: `post` again goes on where it was.
            ThreadGoneError: Nothing can be shown there any more. The end of a run then goes to its starter instead.
            PostRefusedError: It never will be shown.
            UnseenError: A file with what may be approved is not taken; posted with that noted, the card can be shown.
            ConnectionError: It may have been shown; `find` tells.
        """
        async with self._lock(post.thread):
            attempt = self._attempts.get(post.key)
            if attempt is None:
                attempt = self._remember(post, self._begun(post))
            elif self._must_look(attempt):
                attempt = await self._look(post, attempt, None)
            return await self._show(post, attempt, update)

    async def find(self, post: Post, *, after: str | None = None) -> str | None:
        """Return the id of a post that an earlier attempt has shown, or None; one shown in part is completed.

        Args:
            post: As it was posted.
            after: The newest post that is known to be shown before it, where that saves looking further back.

        Raises:
            RetryLaterError: The platform does not say now, or a part could not be added now.
            ThreadGoneError: The thread cannot be read any more.
            PostRefusedError: What is missing never will be shown.
            ConnectionError: The platform did not answer.
        """
        async with self._lock(post.thread):
            attempt = self._attempts.get(post.key)
            if attempt is None or self._must_look(attempt):
                attempt = await self._look(post, attempt, after)
            return await self._show(post, attempt, None) if attempt.shown else None

    @abstractmethod
    def _begun(self, post: Post) -> A:
        """Return the first attempt at a post."""

    @abstractmethod
    def _must_look(self, attempt: A) -> bool:
        """Whether only its place knows how far an attempt has come."""

    @abstractmethod
    async def _read(self, post: Post, before: A | None, after: str | None) -> A:
        """Ask its place, and for an end also its starter's direct messages, how far a post has come."""

    @abstractmethod
    async def _whole(self, post: Post, attempt: A, update: str | None) -> str:
        """Show what is missing of a post and return its id."""

    @abstractmethod
    def _is_there(self, post: Post, attempt: A) -> bool:
        """Whether an attempt shows its post in the thread itself."""

    @abstractmethod
    async def _turn_to_starter(self, post: Post, attempt: A) -> bool:
        """Have an attempt show its post to the run's starter directly; False: it is no end, or they cannot be told."""

    @abstractmethod
    async def _tidy(self, post: Post, attempt: A) -> None:
        """Delete what arrived by itself after it was sent again: a request may outlive its connection."""

    @abstractmethod
    def _newest(self, attempt: A) -> str:
        """Return the newest message of a post that is wholly shown."""

    async def _show(self, post: Post, attempt: A, update: str | None) -> str:
        self._previews.owe(post.thread)
        try:
            shown = await self._anywhere(post, attempt, update)
        except UnseenError:
            # It is posted once more, without approval for what nobody can see.
            raise
        except PostRefusedError:
            self._forget(post, "")
            raise
        if attempt.repeated:
            await self._tidy(post, attempt)
        self._forget(post, self._newest(attempt) if self._is_there(post, attempt) else "")
        return shown

    async def _anywhere(self, post: Post, attempt: A, update: str | None) -> str:
        try:
            return await self._whole(post, attempt, update)
        except ThreadGoneError as gone:
            if not self._is_there(post, attempt) or not await self._turn_to_starter(post, attempt):
                raise
            return await self._told(post, attempt, gone)

    async def _told(self, post: Post, attempt: A, gone: ThreadGoneError) -> str:
        log.info("post.told_directly", post=post.key, reason=gone.text_id)
        try:
            return await self._whole(post, attempt, None)
        except ThreadGoneError as error:
            log.info("post.starter_not_told", post=post.key, reason=error.text_id)
            raise gone from error

    async def _preview(self, post: Post, attempt: A, name: str | None) -> str | None:
        """Return the live preview that becomes a post, which is shown under this name."""
        if not attempt.asked and self._is_there(post, attempt):
            attempt.preview = await self._previews.claim(post, name)
        attempt.asked = True
        return attempt.preview

    def _give_up_preview(self, post: Post, attempt: A, message: str, name: str | None) -> None:
        """Delete a message that cannot become a post after all, if it is a live preview."""
        if message == attempt.preview:
            attempt.preview = None
            self._previews.drop(post.thread, message, name)

    async def _look(self, post: Post, before: A | None, after: str | None) -> A:
        attempt = await self._read(post, before, after)
        if before is not None and not attempt.shown and attempt.preview is None:
            attempt.preview, attempt.asked = before.preview, before.asked
        return self._remember(post, attempt)

    def _remember(self, post: Post, attempt: A) -> A:
        self._attempts[post.key] = attempt
        return attempt

    def _forget(self, post: Post, newest: str) -> None:
        self._attempts.pop(post.key, None)
        self._previews.paid(post.thread, newest)

    def _lock(self, thread: ThreadRef) -> asyncio.Lock:
        return self._locks.setdefault(thread, asyncio.Lock())
