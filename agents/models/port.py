"""What the durable run asks of a model client: one call, one answer, deltas on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from agents.models.context import Room
from agents.models.keeping import NOTHING, Kept

Delta = Callable[[str], None]
"""Called on the loop's thread with each piece of text as it arrives. It may raise an EnoughError."""


class EnoughError(Exception):
    """No more is wanted: the client closes the connection, and the answer is what was said so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """How a call fares that has no whole answer yet."""

    kind: Literal["queued", "loading", "asked", "again"]
    """`queued`: it waits for its turn; `loading`: its host brings the model into memory first; `asked`: its host has
    it, and the model is there; `again`: what was heard so far counts for nothing, the call is made once more."""
    model: str
    """The model's name at the host."""
    host: str = ""
    """The host's name in the settings, or its address; empty while the call is queued."""
    place: int = 0
    """The place in the queue, from 1; 0 where there is none."""
    seconds: float | None = None
    """About how long until the call is made; None: nothing is known."""


Watch = Callable[[CallState], None]
"""Called on the loop's thread whenever the state of a call changes. Never blocks, never raises."""


def unwatched(_state: CallState) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped:
    """How a call's messages came to be of others: so it is done again, where fewer of those can be sent."""

    origin: list[dict[str, Any]]
    """The messages as they were said."""
    made: list[dict[str, Any]]
    """What was made of them."""
    make: Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]
    """How."""


class Booking(Protocol):
    """Hears of each request that one call takes; a client that makes only one need not tell."""

    def ended(self, answer: ModelAnswer | None) -> None:
        """Count what a request has used; None: it failed."""
        ...

    async def again(self) -> None:
        """Return if one more request may be made.

        Raises:
            BaseException: It may not: the run stops.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """What AutoGen asks of a model, in OpenAI's words."""

    agent: str
    """The agent that speaks."""
    model: str
    """The alias or name that the team's file gives."""
    messages: list[dict[str, Any]]
    """OpenAI chat messages: role, content (text or parts), name, tool_calls, tool_call_id."""
    tools: list[dict[str, Any]] = field(default_factory=list)
    """OpenAI tool schemas."""
    options: dict[str, Any] = field(default_factory=dict)
    """Other parameters: temperature, top_p, max_tokens, seed, stop, response_format, tool_choice, stream."""
    base_url: str | None = None
    """The server, where the agent's own configuration names one; None: the settings decide."""
    api_key: str | None = field(default=None, repr=False)
    """The key that belongs to `base_url`."""
    kept: Kept = field(default=NOTHING, repr=False, compare=False)
    """What of the messages matters most, where they are too many."""
    shaped: Shaped | None = field(default=None, repr=False, compare=False)
    """How the messages were shaped; None: they are as they were said."""
    watch: Watch = field(default=unwatched, repr=False, compare=False)
    """Told how the call fares."""
    booking: Booking | None = field(default=None, repr=False, compare=False)
    """Told of the requests that the call takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """What the model said, whole: the server said that it was done."""

    content: str
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    """OpenAI shape: id, type, function with name and arguments as JSON text."""
    model: str = ""
    """The model's name as the server gives it."""
    finish_reason: str = "stop"
    prompt_tokens: int = 0
    """0 where the server does not tell."""
    completion_tokens: int = 0
    demo: bool = False
    """Whether the embedded demo model said it."""
    notes: tuple[str, ...] = ()
    """Ids of catalogue sentences that the thread is told once, such as `history_trimmed`."""
    rescues: tuple[str, ...] = ()
    """What was mended on the way, by the names of the team file's `rescues`; one stands there as often as it did."""
    host: str = ""
    """The host that answered, by its name in the settings or its address."""


class ModelClient(Protocol):
    """A model server, true-async: no thread waits for it."""

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask the model and return its whole answer.

        Cancelling closes the connection, which stops the server's work. A stream that ends without
        its end mark is a failure, never an answer.

        Raises:
            RetryLaterError: The host cannot be reached, is loading or overloaded; asking again may succeed.
            ModelFailedError: Asking again would not help; the message says what would.
        """
        ...

    async def room(self, call: ModelCall) -> Room | None:
        """Return how much the call's messages and tools may take at the host that it would go to.

        None: nothing is known, because the server does not tell or cannot be reached. Never raises.
        """
        ...

    async def close(self) -> None:
        """Let connections and processes go."""
        ...
