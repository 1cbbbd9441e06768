"""A model client around another: shapes what a small model is asked, and mends what it answers."""

from __future__ import annotations

from dataclasses import replace

from agents.models.fair import time_limit
from agents.models.port import Delta, ModelAnswer, ModelCall, ModelClient
from agents.teams.rescues.endless import without_repeats
from agents.teams.rescues.messages import Names, alternating, named, speaks_of_itself
from agents.teams.rescues.toolcalls import from_text
from bot.errors import RetryLaterError


class Rescued:
    """The model client that a run of a team speaks to.

    It stands inside the effect of a model call: the journal holds the request as the agent library made it, and
    the answer as it is after mending.
    """

    def __init__(self, inner: ModelClient, *, names: Names = "auto", timeout: float | None = None) -> None:
        self._inner = inner
        self._names = names
        self._timeout = timeout

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask the model and return its whole, mended answer; see `ModelClient.complete`.

        Raises:
            RetryLaterError: Also when the team's time-out for models has passed.
        """
        shaped = replace(call, messages=alternating(named(call.messages, self._names)))
        try:
            async with time_limit(self._timeout):
                answer = await self._inner.complete(shaped, on_delta)
        except TimeoutError as error:
            raise RetryLaterError(
                f"The model {call.model!r} did not answer agent {call.agent!r} within {self._timeout:g} seconds."
            ) from error
        return mended(answer, call)

    async def close(self) -> None:
        """Close the inner client."""
        await self._inner.close()


def mended(answer: ModelAnswer, call: ModelCall) -> ModelAnswer:
    """Return the answer with its own name and endless repetitions removed and its text's tool calls made real."""
    whole = speaks_of_itself(answer.content, call.agent)
    text = without_repeats(whole)
    if text != whole:
        # What was cut off at the limit was only more of the same.
        answer = replace(answer, finish_reason="stop", notes=(*answer.notes, "answer_looped"))
    if answer.tool_calls:
        return replace(answer, content=text)
    found = from_text(text, call.tools, f"{call.agent}\0{len(call.messages)}")
    if not found.calls:
        return replace(answer, content=text)
    return replace(answer, content=found.text, tool_calls=found.calls, finish_reason="tool_calls")
