"""A model client around another: shapes what a small model is asked, and mends what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from agents.models.context import Room
from agents.models.fair import time_limit
from agents.models.port import CallState, Delta, EnoughError, ModelAnswer, ModelCall, ModelClient
from agents.teams.definition import Rescues
from agents.teams.rescues.asking import (
    at_another_temperature,
    candidates_of,
    confined,
    confined_call,
    confined_name,
    ends_with_result,
    is_first,
    with_problems,
    with_results,
    without_word,
)
from agents.teams.rescues.calls.checked import checked
from agents.teams.rescues.calls.written import from_text
from agents.teams.rescues.endings import is_only
from agents.teams.rescues.endless import tail_of_repeats, without_repeats
from agents.teams.rescues.messages import Names, alternating, named, speaks_of_itself
from agents.teams.rescues.rounds import EVERY, MOST, goes_on_without_end, known_results, writes_on
from agents.teams.rescues.speakers import chosen_speaker
from bot.errors import ModelFailedError, RetryLaterError

Noticed = Callable[[ModelAnswer, ModelCall], Sequence[str]]
"""Returns the names of the rescues that an answer will need once it is in the chat."""


class Rescued:
    """The model client that a run of a team speaks to.

    It stands inside the effect of a model call: the journal holds the request as the agent library made it, and
    the answer as it is after mending, with the names of what was mended.

    Args:
        inner: The client that asks.
        names: How a model learns who said what.
        timeout: Seconds until an answer is given up.
        rescues: What the team has switched on; by default all of it.
        noticed: Looks at each whole answer.
        unconfined: Models, each with a schema's name, whose server refused to confine an answer to it; further
            ones are added.
        word: The team's termination word.
    """

    def __init__(
        self,
        inner: ModelClient,
        *,
        names: Names = "auto",
        timeout: float | None = None,
        rescues: Rescues | None = None,
        noticed: Noticed = lambda *_: (),
        unconfined: set[str] | None = None,
        word: str = "TERMINATE",
    ) -> None:
        self._inner = inner
        self._names = names
        self._timeout = timeout
        self._on = rescues or Rescues()
        self._noticed = noticed
        self._unconfined = set() if unconfined is None else unconfined
        self._word = word

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask the model and return its whole, mended answer; see `ModelClient.complete`.

        It may ask twice: for an answer without a word, or for a tool call that cannot be made.

        Raises:
            RetryLaterError: Also when the team's time-out for models has passed.
        """
        asking = _Asking(self._inner, on_delta, endless=not self._on.endless)
        try:
            async with time_limit(self._timeout):
                answer = await self._answered(call, asking)
        except TimeoutError as error:
            raise RetryLaterError(
                f"The model {call.model!r} did not answer agent {call.agent!r} within {self._timeout:g} seconds."
            ) from error
        whole = asking.whole(answer)
        return replace(whole, rescues=(*whole.rescues, *self._noticed(whole, call)))

    async def room(self, call: ModelCall) -> Room | None:
        """Return the inner client's; see `ModelClient.room`."""
        return await self._inner.room(call)

    async def close(self) -> None:
        """Close the inner client."""
        await self._inner.close()

    async def _answered(self, call: ModelCall, asking: _Asking) -> ModelAnswer:
        shaped = self._shaped(call, asking)
        if candidates := candidates_of(call):
            return await self._chosen(shaped, asking, candidates)
        answer = await self._said(shaped, asking, first=is_first(call))
        if not call.tools:
            return answer
        tried = self._tried(answer, call)
        if tried.problems:
            asking.mended.append("tool_repair")
            again = self._cleaned(await self._asked_again(shaped, tried, asking), shaped, asking)
            tried = self._tried(again, call) if _says(again) else tried
        elif results := self._known(tried, call):
            asking.mended.append("loops")
            again = self._cleaned(await asking.ask(with_results(shaped, results, self._word)), shaped, asking)
            said = from_text(again.content, call.tools, "").text
            return replace(again, content=said, tool_calls=[]) if said.strip() else tried.answer
        asking.mended.extend(tried.mended)
        return tried.answer

    async def _asked_again(self, call: ModelCall, tried: _Tried, asking: _Asking) -> ModelAnswer:
        """Ask once more for a call that cannot be made, where that can be had for nothing but a call."""
        told = with_problems(call, tried.answer, tried.problems)
        if not tried.answer.tool_calls or not self._on.tool_calls:
            return await asking.ask(told)
        return await self._confined(confined_call(told, tried.answer.tool_calls, call.tools), told, asking)

    def _known(self, tried: _Tried, call: ModelCall) -> list[str]:
        """Return the results of calls in the text that were made already; a server's own calls may be meant again."""
        if not self._on.loops or "tool_calls" not in tried.mended:
            return []
        return known_results(tried.answer.tool_calls, call.messages)

    def _shaped(self, call: ModelCall, asking: _Asking) -> ModelCall:
        messages = named(call.messages, self._names)
        if self._on.alternation:
            turned = alternating(messages)
            if turned != messages:
                asking.mended.append("alternation")
            messages = turned
        return replace(call, messages=messages)

    async def _said(self, call: ModelCall, asking: _Asking, *, first: bool) -> ModelAnswer:
        """Return an answer that says something; the first one of a chat, more than that it is over.

        Raises:
            ModelFailedError: The second one is empty, too.
        """
        answer = self._cleaned(await asking.ask(call), call, asking)
        if first and self._on.early_end and is_only(answer.content, self._word) and not answer.tool_calls:
            asking.mended.append("early_end")
            again = self._cleaned(await asking.ask(without_word(call, self._word)), call, asking)
            return again if _says(again) else answer
        if _says(answer) or not self._on.empty:
            return answer
        asking.mended.append("empty")
        other = at_another_temperature(call)
        if ends_with_result(call):
            other = with_results(other, [], self._word)
        answer = self._cleaned(await asking.ask(other), call, asking)
        if _says(answer):
            return answer
        raise ModelFailedError(
            f"The model {call.model!r} answered twice without saying anything. "
            "Another model, or a shorter instruction, usually helps."
        )

    def _cleaned(self, answer: ModelAnswer, call: ModelCall, asking: _Asking) -> ModelAnswer:
        """Return the answer without its own name and endless repetitions."""
        if self._on.own_name and (text := speaks_of_itself(answer.content, call.agent)) != answer.content:
            asking.mended.append("own_name")
            answer = replace(answer, content=text)
        if self._on.endless and (text := asking.once(answer.content)) != answer.content:
            asking.mended.append("endless")
            # What was cut off at the limit was only more of the same.
            notes = (*answer.notes, "answer_looped")
            answer = replace(answer, content=text, finish_reason="stop", notes=notes)
        return answer

    def _tried(self, answer: ModelAnswer, call: ModelCall) -> _Tried:
        """Return the answer with its tool calls as they can be made, or what is wrong with them."""
        mended = list[str]()
        if not answer.tool_calls and self._on.tool_calls:
            found = from_text(answer.content, call.tools, f"{call.agent}\0{len(call.messages)}")
            if found.doubt and self._on.tool_repair:
                return _Tried(answer, problems=(found.doubt,))
            if found.calls:
                looped = self._on.endless and writes_on(found)
                mended += ["endless"] * looped + ["tool_calls"]
                text = found.before if looped else found.text
                calls = found.calls[:MOST] if looped else found.calls
                answer = replace(answer, content=text, tool_calls=calls, finish_reason="tool_calls")
        if not answer.tool_calls or not self._on.tool_repair:
            return _Tried(answer, mended)
        right = checked(answer.tool_calls, call.tools)
        if right.mended:
            mended.append("tool_repair")
            answer = replace(answer, tool_calls=right.calls)
        return _Tried(answer, mended, right.problems)

    async def _chosen(self, call: ModelCall, asking: _Asking, names: Sequence[str]) -> ModelAnswer:
        """Return the answer of a speaker selection: nothing but a name where that can be had."""
        if self._on.constrained_speakers:
            answer = await self._confined(confined(call, names), call, asking)
        else:
            answer = await asking.ask(call)
        if (name := confined_name(answer.content, names)) is not None:
            asking.mended.append("constrained_speakers")
            return replace(answer, content=name)
        if self._on.empty and not _says(answer):
            asking.mended.append("empty")
            answer = await asking.ask(at_another_temperature(call))
        if self._on.speakers and (name := chosen_speaker(answer.content, names)) is not None:
            if answer.content.strip() != name:
                asking.mended.append("speakers")
            return replace(answer, content=name)
        return answer

    async def _confined(self, confined: ModelCall, call: ModelCall, asking: _Asking) -> ModelAnswer:
        """Ask so that only what a schema allows can be answered, where the model's server does not refuse that."""
        kind = f"{call.model} {confined.options['response_format']['json_schema']['name']}"
        if kind in self._unconfined:
            return await asking.ask(call)
        try:
            return await asking.ask(confined)
        except ModelFailedError:
            answer = await asking.ask(call)
            self._unconfined.add(kind)
            return answer


class _Tried(NamedTuple):
    """An answer with its tool calls, what was mended of them, and what is wrong with them."""

    answer: ModelAnswer
    mended: Sequence[str] = ()
    problems: tuple[str, ...] = ()


class _Asking:
    """The requests of one call: what was heard of them, what they used, and what was mended."""

    def __init__(self, inner: ModelClient, on_delta: Delta, *, endless: bool) -> None:
        """Begin.

        Args:
            inner: The client that asks.
            on_delta: Hears what is said.
            endless: Whether an answer may repeat itself for as long as it likes.
        """
        self._inner = inner
        self._on_delta = on_delta
        self._endless = endless
        self._heard = self._stopped = False
        self._answers: list[ModelAnswer] = []
        self.mended: list[str] = []

    async def ask(self, call: ModelCall) -> ModelAnswer:
        """Ask; what was heard of the request before counts for nothing."""
        if self._heard:
            self._heard = self._stopped = False
            call.watch(CallState(kind="again", model=call.model))
        answer = await self._inner.complete(call, self._hearing(call))
        self._answers.append(answer)
        return answer

    def once(self, text: str) -> str:
        """Return what an answer says without end only once; within a line only where it was stopped for it."""
        if self._stopped and (begin := tail_of_repeats(text)) is not None:
            text = text[:begin]
        return without_repeats(text)

    def _hearing(self, call: ModelCall) -> Delta:
        parts, size, looked = list[str](), 0, 0

        def hear(text: str) -> None:
            nonlocal size, looked
            self._heard = True
            self._on_delta(text)
            parts.append(text)
            size += len(text)
            # The longer it is, the more seldom it is looked at: looking costs as much as it is long.
            if size - looked >= max(EVERY, size // 10) and not self._endless:
                looked = size
                if goes_on_without_end("".join(parts), call):
                    self._stopped = True
                    raise EnoughError

        return hear

    def whole(self, answer: ModelAnswer) -> ModelAnswer:
        """Return an answer with what all requests used, noted and mended."""
        notes = [*answer.notes, *(note for each in self._answers for note in each.notes)]
        return replace(
            answer,
            prompt_tokens=sum(each.prompt_tokens for each in self._answers),
            completion_tokens=sum(each.completion_tokens for each in self._answers),
            notes=tuple(dict.fromkeys(notes)),
            rescues=(*answer.rescues, *self.mended),
        )


def _says(answer: ModelAnswer) -> bool:
    return bool(answer.tool_calls or answer.content.strip())
