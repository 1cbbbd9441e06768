"""The live preview of one step: what agents are saying, until their turn is recorded or given up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from bot.domain import ThreadRef
from bot.ports import ChatAdapter


class StepPreview:
    """Hands deltas to the adapter and ends each preview exactly once."""

    def __init__(
        self, adapter: ChatAdapter | None, thread: ThreadRef, *, shows: Callable[[], bool] = lambda: True
    ) -> None:
        """Begin.

        Args:
            adapter: Shows it; None: nobody does.
            thread: Where.
            shows: Whether anything may be shown yet. What comes before is shown with what comes after.
        """
        self._shows = shows
        self._early: list[tuple[str, str, str]] = []
        self._adapter = adapter
        self._thread = thread
        self._live: dict[str, str] = {}

    def delta(self, path: str, agent: str, text: str) -> None:
        """Show more of what the agent is saying."""
        if text:
            self._early.append((path, agent, text))
        if self._shows():
            early, self._early = self._early, []
            for delta in early:
                self._live[delta[0]] = delta[1]
                self._show(*delta)

    def end(self, path: str) -> None:
        """End the preview of a chat path: its turn is recorded."""
        self._early = [delta for delta in self._early if delta[0] != path]
        agent = self._live.pop(path, None)
        if agent is not None:
            self._show(path, agent, "")

    def end_all(self) -> None:
        """End every preview: the step is over, whatever of it was not recorded will be said again."""
        self._early.clear()
        for path in [*self._live]:
            self.end(path)

    def _show(self, path: str, agent: str, text: str) -> None:
        # Decoration must never fail a run, whatever the adapter makes of it.
        with suppress(Exception):
            if self._adapter is not None:
                self._adapter.preview(self._thread, path, agent, text)
