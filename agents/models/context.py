"""What of a model's context a call's messages may take, and what fits: pure, estimated upward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.models.counting import Message, estimate, tools_tokens
from agents.models.keeping import Rank, units_of, without

_SLACK = 64
"""Tokens that a server's template may add to the shortest request: they say nothing about how it counts texts."""
_LEAST = 0.4
"""Of what we estimate, what a server that counts whole requests tells at least: Thai and Japanese come to a half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What is sent."""

    messages: list[Message]
    dropped: int = 0
    """How many messages were left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a call's messages and tools may take where it would go."""

    tokens: int
    """By the model's own count, with what its answer is given already taken off."""
    ratio: float = 1.0
    """How the model's own count compares with our estimate, as learnt so far."""

    @property
    def allowed(self) -> float:
        """How much of our estimate that is."""
        return self.tokens / self.ratio


class Ratio:
    """How a model's own count at one host compares with our estimate, learnt from the usage it tells."""

    def __init__(self) -> None:
        self.value = 1.0
        self.limit: int | None = None
        """The size of its context, where a refusal has told it."""
        self._whole = True
        """Whether the server is thought to count whole requests."""

    def learn(self, estimated: int, counted: int) -> None:
        """Take a usage into account: at once when we estimated too little, slowly when too much.

        Some versions of Ollama count only what their cache did not hold. Who has once told less than any text can be is
        not believed any more when it tells little: too high an estimate costs a summary, too low a one words.
        """
        if estimated <= 0 or counted <= 0:
            return
        if counted < estimated * _LEAST:
            self._whole = False
            return
        seen = (counted + _SLACK) / (estimated + _SLACK)
        if seen >= self.value:
            self.value = seen
        elif self._whole:
            self.value = 0.9 * self.value + 0.1 * seen


def budget(context: int, answer: int | None) -> int:
    """Return how many tokens of a context the messages may take, leaving room for the answer."""
    reserved = answer if answer is not None and answer > 0 else 1024
    return max(1, context - min(reserved, context // 2 if answer else context // 4))


def trim(messages: Sequence[Message], allowed: float, tools: Sequence[Message] = ()) -> Fit:
    """Leave out the oldest messages until the estimate is within what is allowed.

    The system messages, the task (the first message that is not one) and the newest exchange stay, whatever
    they cost; the newest code and its output go last; a tool call and its responses stay or go together.
    """
    if estimate(messages, tools) <= allowed:
        return Fit(messages=list(messages))
    units = units_of(messages)
    total = tools_tokens(tools) + sum(unit.tokens for unit in units)
    gone = set[int]()
    for unit in sorted((unit for unit in units if unit.rank is not Rank.STAYS), key=lambda unit: unit.rank):
        if total <= allowed:
            break
        gone.update(range(unit.start, unit.stop))
        total -= unit.tokens
    return Fit(messages=without(messages, gone), dropped=len(gone))
