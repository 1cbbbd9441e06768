"""The seam of model calls: true-async, journalled, usage booked.

AutoGen's own code before and after a call is kept (`standing_in`); the call between them is awaited, so no thread
waits for a model.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from autogen import ConversableAgent

from agents.content import text_of
from agents.durable.history import Fitted, Fitting, Place, replayed
from agents.durable.recorder import Recorder
from agents.durable.run import DurableRun, current
from agents.durable.seams.standing_in import Usage, call_of, completion_of, read, request_of
from agents.durable.signals import PATH, Unwound, refusal, refuse_inside_effect
from agents.durable.turns import hidden
from agents.durable.watching import Watching
from agents.models.counting import estimate
from agents.models.failures import NOT_ASKED, NOT_WORKED_ON
from agents.models.port import CallState, ModelAnswer, ModelCall


async def a_generate_oai_reply(
    self: Any, messages: Any = None, sender: Any = None, config: Any = None, **kwargs: Any
) -> tuple[bool, Any]:
    """Reply with a model's answer, made now or journalled (autogen ConversableAgent.a_generate_oai_reply)."""
    run = current()
    wrapper = self.client if config is None else config
    if wrapper is None:
        return False, None
    refuse_inside_effect(self.name)
    messages = self._oai_messages[sender] if messages is None else messages
    if self._process_llm_input(self._oai_system_message + messages) is None:
        return True, {"content": "LLM call blocked by safeguard", "role": "assistant"}
    value = await _journalled(
        run, self, wrapper, agent=self.name, system=self._oai_system_message, messages=messages, **kwargs
    )
    if value["reply"] is None:
        return False, None
    if self._process_llm_output(value["reply"]) is None:
        raise ValueError("safeguard_llm_outputs hook returned None")
    cut = value["finish_reason"] == "length"
    if cut:
        reply = value["reply"]
        run.cut.add(text_of(reply.get("content") if isinstance(reply, dict) else reply))
    run.turns.mark(self.name, "demo" if value["demo"] else "model", cut=cut)
    return True, value["reply"]


async def reflect(self: Any, recipient: Any, summary_args: dict[str, Any], cache: Any) -> Any:
    """Summarise a chat by a model as `reflection_with_llm` does, awaited and journalled."""
    prompt = summary_args.get("summary_prompt") or ConversableAgent.DEFAULT_SUMMARY_PROMPT
    if not isinstance(prompt, str):
        raise ValueError("The summary_prompt must be a string.")
    last = {"role": summary_args.get("summary_role") or "system", "content": prompt}
    messages = [*recipient.chat_messages_for_summary(self), last]
    wrapper = recipient.client or self.client
    agent = f"{self.name}:{recipient.name}:summary"
    value = await _journalled(current(), self, wrapper, agent=agent, system=[], messages=messages, cache=cache)
    return value["reply"] or ""


async def _journalled(
    run: DurableRun, self: Any, wrapper: Any, *, agent: str, system: Any, messages: Any, **kwargs: Any
) -> dict[str, Any]:
    # Their names and no more: the schemas are made anew in each process, by libraries that change.
    tools = [tool["function"]["name"] for tool in (self.llm_config or {}).get("tools") or ()]
    request = run.hashes.of_request(system, messages, tools)
    full = system + messages
    made: list[bool] = []
    # Taken before anything is awaited, so that scheduling cannot change it.
    place = Place(key=run.recorder.key("model", agent), request=request)

    async def ask() -> dict[str, Any]:
        made.append(True)
        return await _ask(run, self, wrapper, agent=agent, messages=full, place=place, **kwargs)

    await replayed(run, place)
    value: dict[str, Any] = await run.recorder.effect("model", agent, request, ask, key=place.key)
    for note in value["notes"]:
        run.tell_once(note)
    if not made:
        full[-1].pop("context", None)  # AutoGen takes it out of the history when it asks.
        for actual_usage, total_usage in value["usage"]:
            wrapper._update_usage(actual_usage=actual_usage, total_usage=total_usage)
    return value


async def _ask(
    run: DurableRun, self: Any, wrapper: Any, *, agent: str, messages: Any, place: Place, **kwargs: Any
) -> dict[str, Any]:
    cache = kwargs.pop("cache", self.client_cache)
    if cache is not None:
        raise refusal("model_cache", agent=self.name)
    context = messages[-1].get("context")
    params = request_of(self, wrapper, messages, kwargs)
    asked = replace(call_of(wrapper, agent, params), kept=run.history.kept)
    fitted = await _fitted(run, asked, place)
    call = fitted.call
    answer = await _complete(run, call)
    if context is not None:
        messages[-1]["context"] = context
    usage = Usage(wrapper)
    reply = read(self, wrapper, messages, completion_of(answer), usage, kwargs)
    return {
        "reply": reply,
        "usage": usage.booked,
        "model": answer.model,
        "demo": answer.demo,
        "tokens": [answer.prompt_tokens, answer.completion_tokens],
        "finish_reason": answer.finish_reason,
        "notes": [*dict.fromkeys((*fitted.notes, *answer.notes))],
        "rescues": list(answer.rescues),
    }


async def _fitted(run: DurableRun, call: ModelCall, place: Place) -> Fitted:
    """Return the call with what fits the context where it goes, as far as that is known."""
    room = await run.models.room(call)
    if room is None:
        return Fitted(call)

    async def summed_up(asked: ModelCall) -> ModelAnswer:
        return await _complete(run, asked, quietly_for=call.agent)

    return await Fitting(run, call, place, room, summed_up).fitted()


class _Booking:
    """Books what each request of one call has used, as it ends: `agents.models.port.Booking`."""

    def __init__(self, recorder: Recorder, call: ModelCall) -> None:
        # Not the run: clients may remember a call for longer than it lives.
        self._recorder = recorder
        self._call = call
        self.said: list[str] = []
        """What was said to the request that goes on."""
        self.going = True
        """Whether one goes on, of which nothing is booked yet."""
        self._asked: bool | None = None
        """Whether a server was asked, as far as the client tells."""

    def state(self, state: CallState) -> None:
        """Hear how the call fares."""
        self._asked = bool(self._asked) or state.kind == "asked"

    def worked(self, error: BaseException) -> bool:
        """Whether a server may have worked on the request that has ended with this error."""
        refused = isinstance(error, NOT_WORKED_ON) or getattr(error, "text_id", None) in NOT_ASKED
        return self.going and (bool(self.said) or (self._asked is not False and not refused))

    def ended(self, answer: ModelAnswer | None) -> None:
        """Count what a request has used; one that failed has worked, too."""
        tokens = answer.prompt_tokens + answer.completion_tokens if answer else 0
        said, calls = (answer.content, answer.tool_calls) if answer else ("".join(self.said), None)
        self._recorder.use(tokens or _estimated(self._call, said, calls))
        self.said.clear()
        self.going = False

    async def again(self) -> None:
        """Return if one more may be made: budgets know of all that went before."""
        await self._recorder.settle()
        await self._recorder.permitted()
        self.going = True


def _estimated(call: ModelCall, content: str, tool_calls: Any = None) -> int:
    """Return about how many tokens a server has used that does not tell: else no budget would hold there."""
    said = {"role": "assistant", "content": content, "tool_calls": tool_calls}
    return estimate([*call.messages, said], call.tools)


async def _complete(run: DurableRun, call: ModelCall, *, quietly_for: str = "") -> ModelAnswer:
    """Ask, and show how that fares, for a summary under this agent's name; what is said only where it is for people."""
    path = PATH.get()
    shown = not hidden(path)
    watching = Watching(partial(run.preview.status, path, quietly_for or call.agent), run.run.language)
    booking = _Booking(run.recorder, call)
    tell = watching.state if shown else call.watch

    def watch(state: CallState) -> None:
        booking.state(state)
        tell(state)

    asked = replace(call, booking=booking, watch=watch)

    def on_delta(text: str) -> None:
        booking.said.append(text)
        if shown and not quietly_for:
            watching.words()
            run.preview.delta(path, call.agent, text)

    try:
        with watching:
            answer = await run.models.complete(asked, on_delta)
    except BaseException as error:
        # A server that was asked has worked, whether or not its answer was waited for.
        if booking.worked(error):
            booking.ended(None)
        await run.recorder.settle()
        if not isinstance(error, Exception):
            raise
        raise Unwound(error) from error
    if booking.going:
        booking.ended(answer)
    run.recorder.counts["tokens"] += answer.prompt_tokens + answer.completion_tokens
    run.recorder.rescued(answer.rescues)
    return answer
