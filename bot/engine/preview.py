"""The live preview of one step: what agents are saying, or wait for, until their turn is recorded or given up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.domain import ThreadRef
from bot.ports import ChatAdapter


@dataclass(frozen=True, slots=True)
class _Sign:
    """What is to be shown of an agent: more of its words, or what it waits for in place of them."""

    path: str
    agent: str
    text: str
    waits: bool = False


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
        self._early: list[_Sign] = []
        self._adapter = adapter
        self._thread = thread
        self._live: dict[str, str] = {}

    def delta(self, path: str, agent: str, text: str) -> None:
        """Show more of what the agent is saying."""
        if text:
            self._early.append(_Sign(path, agent, text))
        self._show_early()

    def status(self, path: str, agent: str, text: str) -> None:
        """Say what the agent waits for, in place of what it has said so far."""
        self._forget(path)
        if text or path in self._live:
            self._early.append(_Sign(path, agent, text, waits=True))
        self._show_early()

    def end(self, path: str) -> None:
        """End the preview of a chat path: its turn is recorded."""
        self._forget(path)
        agent = self._live.pop(path, None)
        if agent is not None:
            self._show(_Sign(path, agent, ""))

    def end_all(self) -> None:
        """End every preview: the step is over, whatever of it was not recorded will be said again."""
        self._early.clear()
        for path in [*self._live]:
            self.end(path)

    def _show_early(self) -> None:
        if self._shows():
            early, self._early = self._early, []
            for sign in early:
                self._live[sign.path] = sign.agent
                self._show(sign)

    def _forget(self, path: str) -> None:
        self._early = [sign for sign in self._early if sign.path != path]

    def _show(self, sign: _Sign) -> None:
        # Decoration must never fail a run, whatever the adapter makes of it.
        with suppress(Exception):
            if self._adapter is not None:
                show = self._adapter.status if sign.waits else self._adapter.preview
                show(self._thread, sign.path, sign.agent, sign.text)
