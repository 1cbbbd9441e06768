"""What of a model's context a call's messages may take, and what fits: pure, estimated upward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agents.models.counting import Message, message_tokens, tools_tokens
from agents.models.keeping import NOTHING, Kept, Rank, place_of_task, shortened, units_of, without

_SLACK = 64
"""Tokens that a server's template may add to the shortest request: they say nothing about how it counts texts."""
_LEAST = 0.4
"""Of what we estimate, what a server that counts whole requests tells at least: Thai and Japanese come to a half."""
HARDER = 0.7
"""How much of a refused request's size is tried next, where the server does not tell its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What is sent."""

    messages: list[Message]
    dropped: int = 0
    """How many messages were left out."""
    cut: bool = False
    """Whether the middle of one was."""


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
        self.refused: float | None = None
        """The least of our estimates that was refused as too long."""
        self._whole = True
        """Whether the server is thought to count whole requests."""

    def refuse(self, estimated: int, *, counted: int | None, limit: int | None) -> None:
        """Take into account that a request was refused as too long, and what the refusal told."""
        self.limit = limit or self.limit
        self.refused = min(estimated, self.refused or estimated)
        self.learn(estimated, counted or 0)

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


def room_of(context: int | None, answer: int | None, ratio: Ratio) -> Room | None:
    """Return what a call's messages may take; None: nothing is known.

    Args:
        context: The size of the model's context, where it is known.
        answer: How many tokens the answer may have, where the call says it.
        ratio: What was learnt of this model at its host.
    """
    sizes = [size for size in (context, ratio.limit) if size]
    tokens = budget(min(sizes), answer) if sizes else None
    # What would let a request pass that was refused is not the whole truth.
    if ratio.refused is not None and (tokens is None or tokens / ratio.value >= ratio.refused):
        tokens = max(1, int(HARDER * ratio.refused * ratio.value))
    return Room(tokens=tokens, ratio=ratio.value) if tokens is not None else None


def trim(
    messages: Sequence[Message],
    allowed: float,
    tools: Sequence[Message] = (),
    kept: Kept = NOTHING,
    *,
    count: Callable[[Message], int] = message_tokens,
) -> Fit:
    """Leave out the oldest messages until the estimate is within what is allowed.

    The system messages, the task, a summary and the newest exchange stay, whatever they cost; what agents and tools
    said goes first, then what people said, then the newest code and its output; a tool call and its responses stay or
    go together.

    Args:
        messages: The history.
        allowed: What it and the tools may take of our estimate.
        tools: What the request describes beside it.
        kept: What is known to matter.
        count: Estimates a message's tokens.
    """
    total = tools_tokens(tools) + sum(map(count, messages))
    gone = set[int]()
    if total > allowed:
        units = units_of(messages, kept, count=count)
        for unit in sorted((unit for unit in units if unit.rank is not Rank.STAYS), key=lambda unit: unit.rank):
            if total <= allowed:
                break
            gone.update(range(unit.start, unit.stop))
            total -= unit.tokens
    return Fit(messages=without(messages, gone), dropped=len(gone))


def fitted(
    messages: Sequence[Message],
    allowed: float,
    tools: Sequence[Message] = (),
    kept: Kept = NOTHING,
    *,
    count: Callable[[Message], int] = message_tokens,
) -> Fit:
    """Leave out what may go, as `trim` does, then cut the middle out of what is longest, but for the task."""
    fit = trim(messages, allowed, tools, kept, count=count)
    over = tools_tokens(tools) + sum(map(count, fit.messages)) - allowed
    if over <= 0:
        return fit
    task = place_of_task(fit.messages, kept.task)
    short, left = shortened(fit.messages, over, but=() if task is None else (task,))
    return replace(fit, messages=short, cut=left < over)
