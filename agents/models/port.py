"""What the durable run asks of a model client: one call, one answer, deltas on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

Delta = Callable[[str], None]
"""Called on the loop's thread with each piece of text as it arrives."""


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

    async def close(self) -> None:
        """Let connections and processes go."""
        ...
