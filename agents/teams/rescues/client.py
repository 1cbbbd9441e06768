"""A model client around another: shapes what a small model is asked, and mends what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from agents.content import text_of
from agents.models.context import Room
from agents.models.fair import time_limit
from agents.models.port import Delta, ModelAnswer, ModelCall, ModelClient, Shaped
from agents.teams.definition import Rescues
from agents.teams.rescues.asking import (
    at_another_temperature,
    candidates_of,
    ends_with_result,
    is_first,
    with_problems,
    with_results,
    without_word,
)
from agents.teams.rescues.calls.written import from_text
from agents.teams.rescues.confining import Confining, confined, confined_call, confined_name
from agents.teams.rescues.endings import is_only, says_end
from agents.teams.rescues.messages import Names, alternating, named, speaks_of_itself
from agents.teams.rescues.repeats import says_again
from agents.teams.rescues.requests import Asking
from agents.teams.rescues.speakers import chosen_speaker
from agents.teams.rescues.tries import Tried, says, tried_calls
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
        asks_done: Whether an agent that says again what was said is asked whether the task is done; not where a person
            is asked each time anyway.
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
        asks_done: bool = False,
    ) -> None:
        self._inner = inner
        self._names = names
        self._timeout = timeout
        self._on = rescues or Rescues()
        self._noticed = noticed
        self._confining = Confining(unconfined)
        self._word = word
        self._asks_done = asks_done and self._on.loops

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask the model and return its whole, mended answer; see `ModelClient.complete`.

        It may ask twice: for an answer without a word, or a tool call that cannot be made; or whether the task is done.

        Raises:
            RetryLaterError: Also when the team's time-out for models has passed.
        """
        asking = Asking(self._inner, on_delta, endless=not self._on.endless)
        try:
            async with time_limit(self._timeout):
                answer = await self._answered(call, asking)
        except TimeoutError as error:
            raise RetryLaterError(
                f"The model {call.model!r} did not answer agent {call.agent!r} within {self._timeout:g} seconds."
            ) from error
        whole = asking.whole(answer)
        noticed = self._noticed(whole, call)
        return replace(whole, rescues=(*whole.rescues, *noticed)) if noticed else whole

    async def room(self, call: ModelCall) -> Room | None:
        """Return the inner client's; see `ModelClient.room`."""
        return await self._inner.room(call)

    async def close(self) -> None:
        """Close the inner client."""
        await self._inner.close()

    async def _answered(self, call: ModelCall, asking: Asking) -> ModelAnswer:
        shaped = self._shaped(call)
        if candidates := candidates_of(call):
            return await self._chosen(shaped, asking, candidates)
        answer = await self._said(shaped, asking, first=is_first(call))
        if not call.tools:
            return await self._concluded(answer, call, shaped, asking)
        tried = tried_calls(answer, call, self._on, self._word)
        if tried.problems:
            tried = await self._repaired(tried, call, shaped, asking)
        elif self._on.loops and (results := tried.known(call.messages)):
            tried = await self._worded(tried, call, with_results(shaped, results, self._word), asking)
        asking.mended.extend(tried.mended)
        return await self._concluded(tried.answer, call, shaped, asking)

    async def _concluded(self, answer: ModelAnswer, call: ModelCall, shaped: ModelCall, asking: Asking) -> ModelAnswer:
        """Return the word instead of what was said already, where the agent finds when asked that the task is done."""
        if not self._asks_done or answer.tool_calls or not self._again(answer, call):
            return answer
        if not await self._confining.done(shaped, asking):
            return answer
        asking.mended.append("loops")
        return replace(answer, content=self._word, finish_reason="stop")

    def _again(self, answer: ModelAnswer, call: ModelCall) -> bool:
        """Return whether an answer to words only says again what was said, and neither ends the chat nor is code."""
        told = call.messages[-1] if call.messages else {}
        # A summary is asked for by the system, and may well be the last answer.
        if told.get("role") != "user" or is_first(call):
            return False
        own = [text_of(said.get("content")) for said in call.messages if said.get("role") == "assistant"]
        if not says_again(answer.content, own, text_of(told.get("content"))):
            return False
        return not says_end(answer.content, self._word) and not self._noticed(answer, call)

    async def _repaired(self, tried: Tried, call: ModelCall, shaped: ModelCall, asking: Asking) -> Tried:
        """Ask once more for calls that cannot be made; the first answer stands unless the second one helps."""
        again = await asking.second(self._asked_again(tried, call, shaped, asking))
        if again is None or not says(again := self._cleaned(again, shaped, asking)):
            return tried
        second = tried_calls(again, call, self._on, self._word)
        mended = ["tool_repair", *second.mended]
        if second.answer.tool_calls and not second.problems:
            return Tried(tried.merged(second.answer), mended)
        # Only a lone call gives way to words, or to the call that the agents then see fail.
        return second._replace(mended=mended) if len(tried.answer.tool_calls) == 1 else tried

    async def _asked_again(self, tried: Tried, call: ModelCall, shaped: ModelCall, asking: Asking) -> ModelAnswer:
        """Ask in words; for nothing but a call where it is plain which one is meant, and that it alone is."""
        made = tried.answer.tool_calls
        wrong = [made[at] for at in sorted(tried.wrong)]
        told = with_problems(shaped, tried.answer.content, wrong, tried.problems)
        narrow = confined_call(told, made[0], call.tools) if len(made) == 1 and self._on.tool_calls else None
        return await (asking.ask(told) if narrow is None else self._confining.ask(narrow, told, asking))

    async def _worded(self, tried: Tried, call: ModelCall, told: ModelCall, asking: Asking) -> Tried:
        """Ask for words instead of calls whose results are there; the calls stand where none are said."""
        again = await asking.second(asking.ask(told))
        if again is None:
            return tried
        again = self._cleaned(again, told, asking)
        said = from_text(again.content, call.tools, "").text
        return Tried(replace(again, content=said, tool_calls=[]), ["loops"]) if said.strip() else tried

    def _shaped(self, call: ModelCall) -> ModelCall:
        messages = self._shape(call.messages)
        shaped = Shaped(origin=call.messages, made=messages, make=self._shape)
        return replace(call, messages=messages, shaped=shaped)

    def _shape(self, messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        made = named(messages, self._names)
        return alternating(made) if self._on.alternation else made

    async def _said(self, call: ModelCall, asking: Asking, *, first: bool) -> ModelAnswer:
        """Return an answer that says something; the first one of a chat, more than that it is over.

        Raises:
            ModelFailedError: The second one is empty, too.
        """
        answer = self._cleaned(await asking.ask(call), call, asking)
        if first and not answer.tool_calls and is_only(answer.content, self._word):
            return await self._not_yet_over(answer, call, asking)
        if says(answer) or not self._on.empty:
            return answer
        asking.mended.append("empty")
        other = at_another_temperature(call)
        if ends_with_result(call):
            other = with_results(other, [], self._word)
        answer = self._cleaned(await asking.ask(other), call, asking)
        if says(answer):
            return answer
        raise ModelFailedError(
            f"The model {call.model!r} answered twice without saying anything. "
            "Another model, or a shorter instruction, usually helps."
        )

    async def _not_yet_over(self, answer: ModelAnswer, call: ModelCall, asking: Asking) -> ModelAnswer:
        """Ask once more without what the instructions say of the word, where they say more than that."""
        without = without_word(call, self._word)
        if not self._on.early_end or without.messages == call.messages:
            return answer
        again = await asking.second(asking.ask(without))
        if again is None or not says(again := self._cleaned(again, call, asking)):
            return answer
        asking.mended.append("early_end")
        return again

    def _cleaned(self, answer: ModelAnswer, call: ModelCall, asking: Asking) -> ModelAnswer:
        """Return the answer without its own name and endless repetitions."""
        if self._on.own_name and (text := speaks_of_itself(answer.content, call.agent)) != answer.content:
            asking.mended.append("own_name")
            answer = replace(answer, content=text)
        if self._on.endless and (text := asking.once(answer)) != answer.content:
            asking.mended.append("endless")
            # What was cut off at the limit was only more of the same.
            notes = (*answer.notes, "answer_looped")
            answer = replace(answer, content=text, finish_reason="stop", notes=notes)
        return answer

    async def _chosen(self, call: ModelCall, asking: Asking, names: Sequence[str]) -> ModelAnswer:
        """Return the answer of a speaker selection: nothing but a name where that can be had."""
        if self._on.constrained_speakers:
            answer = await self._confining.ask(confined(call, names), call, asking)
        else:
            answer = await asking.ask(call)
        if (name := confined_name(answer.content, names)) is not None:
            asking.mended.append("constrained_speakers")
            return replace(answer, content=name)
        if self._on.empty and not says(answer):
            asking.mended.append("empty")
            answer = await asking.ask(at_another_temperature(call))
        if self._on.speakers and (name := chosen_speaker(answer.content, names)) is not None:
            if answer.content.strip() != name:
                asking.mended.append("speakers")
            return replace(answer, content=name)
        return answer
