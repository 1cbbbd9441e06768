"""Telling a run's starter directly how it ended, where its thread is gone: who is told, and where."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

import structlog

from bot.domain import Person, Post, PostKind
from bot.errors import PostRefusedError

P = TypeVar("P")
log = structlog.get_logger()


class Directly(ABC, Generic[P]):
    """Finds the direct messages of people."""

    async def place(self, post: Post) -> P | None:
        """Return where a post's starter is told instead; None: it is no end, or they cannot be told.

        Raises:
            RetryLaterError: Not now.
            ConnectionError: The platform did not answer; nothing is shown.
        """
        if post.kind is not PostKind.ENDED or post.starter is None:
            return None
        try:
            return await self._opened(post, post.starter)
        except PostRefusedError as error:
            log.info("post.starter_not_told", post=post.key, reason=str(error))
            return None

    @abstractmethod
    async def _opened(self, post: Post, starter: Person) -> P | None:
        """Return the place of somebody's direct messages; None: there is none beside the post's thread.

        Raises:
            PostRefusedError: They cannot be written to.
        """
