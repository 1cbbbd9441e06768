"""What of AutoGen's events becomes a turn, and where it is shown.

A turn is an agent's text, a tool call with its result, or a code run with its output. What a person just said,
speaker selection and the proxy's bookkeeping are not. Turns of nested chats are folded into one turn of the agent
that started them; when a nested chat asks a person, what led to the question is shown before it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from agents.content import text_of
from agents.durable.recorder import Recorder
from agents.durable.signals import PATH
from bot.domain import Turn, TurnKind

SELECTION = ("checking_agent>", "speaker_selection_agent>")
"""Senders of AutoGen's own chats for choosing the next speaker."""


def depth(path: str) -> int:
    """Return how many chats deep a path is."""
    return path.count("/") + 1 if path else 0


def parent(path: str) -> str:
    """Return the path of the chat that this one is nested in."""
    return path.rpartition("/")[0]


@lru_cache(maxsize=1_000)
def hidden(path: str) -> bool:
    """Return whether a path lies in a speaker selection."""
    return any(part.startswith(SELECTION) for part in path.split("/"))


class Turns:
    """The turns of one run during one step."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._folds: dict[str, list[Turn]] = {}
        self._speakers: dict[str, str] = {}
        self._marks: dict[tuple[str, str], tuple[str, bool]] = {}
        self._proxies: set[str] = set()

    def speaking(self, agent: str, *, proxy: bool) -> None:
        """Note who generates a reply in the current chat, and whether it stands for a person."""
        self._speakers[PATH.get()] = agent
        if proxy:
            self._proxies.add(agent)

    def mark(self, agent: str, source: str, *, cut: bool = False) -> None:
        """Note where the agent's next message comes from: `model`, `demo`, `human`, `code` or `tool`.

        `cut` says that the model might not say all of it.
        """
        self._marks[PATH.get(), agent] = source, cut

    def said(self, agent: str, content: object) -> None:
        """Take a message that an agent sent; it becomes a turn if it is the agent's own words."""
        path = PATH.get()
        source, cut = self._marks.pop((path, agent), ("", False))
        if hidden(path) or source in ("human", "code", "tool"):
            return
        folded = tuple(self._folds.pop(path, ()))
        bookkeeping = not source and agent in self._proxies and not folded
        text = text_of(content)
        if not bookkeeping and (text.strip() or folded):
            self.show(TurnKind.TEXT, agent, text, folded=folded, demo=source == "demo", cut=cut)

    def show(self, kind: TurnKind, agent: str, text: str, **facts: Any) -> None:
        """Show a turn in the current chat, folded when the chat is nested."""
        path = PATH.get()
        if not hidden(path):
            n = self._recorder.ordinal(path, "turn")
            self._place(Turn(path=path, n=n, kind=kind, agent=agent, text=text, **facts))

    def unfold(self) -> None:
        """Show what the chats around the current one have said so far: a person is about to be asked."""
        path = parent(PATH.get())
        while path:
            if folded := tuple(self._folds.pop(path, ())):
                n = self._recorder.ordinal(path, "turn")
                agent = self._speakers.get(path, folded[0].agent)
                self._place(Turn(path=path, n=n, kind=TurnKind.NESTED, agent=agent, text="", folded=folded))
            path = parent(path)

    def _place(self, turn: Turn) -> None:
        if depth(turn.path) <= 1:
            self._recorder.turn(turn)
        else:
            self._folds.setdefault(parent(turn.path), []).append(turn)
