"""An answer's tool calls as they can be made: written ones found, wrong ones put right or named. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import uuid4

from agents.models.port import ModelAnswer, ModelCall
from agents.teams.definition import Rescues
from agents.teams.rescues.calls.checked import checked
from agents.teams.rescues.calls.written import from_text
from agents.teams.rescues.rounds import known_results


class Tried(NamedTuple):
    """An answer with its tool calls, what was mended of them, and what is wrong with them."""

    answer: ModelAnswer
    mended: Sequence[str] = ()
    problems: tuple[str, ...] = ()
    wrong: frozenset[int] = frozenset()
    """The places of the calls that have these."""

    def known(self, messages: Sequence[dict[str, Any]]) -> list[str]:
        """Return the results of calls in the text that were made already; a server's own calls may be meant again."""
        return known_results(self.answer.tool_calls, messages) if "tool_calls" in self.mended else []

    def merged(self, second: ModelAnswer) -> ModelAnswer:
        """Return a second answer with the right calls of the first, its own in the place of the wrong ones."""
        first = self.answer
        right = {at: made for at, made in enumerate(first.tool_calls) if at not in self.wrong}
        known = [made["function"] for made in right.values()]
        new: list[dict[str, Any]] = [
            {**made, "id": f"call_{uuid4().hex[:24]}"} for made in second.tool_calls if made["function"] not in known
        ]
        place = min(self.wrong, default=0)
        calls = [*(right[at] for at in right if at < place), *new, *(right[at] for at in right if at > place)]
        said = first.content if first.tool_calls else ""
        return replace(second, content=second.content or said, tool_calls=calls)


def tried_calls(answer: ModelAnswer, call: ModelCall, on: Rescues, word: str) -> Tried:
    """Return the answer with its tool calls as they can be made, or what is wrong with them."""
    mended = list[str]()
    if not answer.tool_calls and on.tool_calls:
        # The answer is journalled; so an id need not be the same when it is made once more.
        found = from_text(answer.content, call.tools, uuid4().hex, call.messages, word=word)
        if found.doubt and on.tool_repair:
            return Tried(answer, problems=(found.doubt,))
        if found.calls:
            mended += ["endless"] * (found.endless and on.endless) + ["tool_calls"]
            answer = replace(answer, content=found.text, tool_calls=found.calls, finish_reason="tool_calls")
    if not answer.tool_calls or not on.tool_repair:
        return Tried(answer, mended)
    right = checked(answer.tool_calls, call.tools)
    if right.mended:
        mended.append("tool_repair")
        answer = replace(answer, tool_calls=right.calls)
    return Tried(answer, mended, right.problems, right.wrong)


def says(answer: ModelAnswer) -> bool:
    """Return whether an answer has a call or a word."""
    return bool(answer.tool_calls or answer.content.strip())
