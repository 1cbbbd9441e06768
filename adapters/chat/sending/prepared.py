"""Posts that are rendered while they are recorded: once that is durable, nothing is left but sending them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from adapters.chat.recent import Recent
from bot.domain import Post

R = TypeVar("R")

KEPT = 50
"""How many are kept that nobody has shown yet; the recording of some comes to nothing."""


class Prepared(Generic[R]):
    """What posts look like that are about to be shown."""

    def __init__(self, render: Callable[[Post, bool], R]) -> None:
        """Prepare.

        Args:
            render: Returns a post as a platform shows it, with or without bold names.
        """
        self._render = render
        self._kept: Recent[str, tuple[Post, bool, R]] = Recent(KEPT)

    def prepare(self, post: Post, *, bold: bool) -> None:
        """Render a post that is being recorded."""
        self._kept[post.key] = post, bold, self._render(post, bold)

    def of(self, post: Post, *, bold: bool) -> R:
        """Return what a post looks like, rendered now where just this one was not prepared just so."""
        kept = self._kept.pop(post.key, None)
        # The very same one: whatever was learnt meanwhile makes another of it.
        if kept is not None and kept[0] is post and kept[1] is bold:
            return kept[2]
        return self._render(post, bold)
