"""The seam of human input: the user proxy's question becomes an input request."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from autogen import ConversableAgent
from autogen.agentchat.group.group_tool_executor import __TOOL_EXECUTOR_NAME__

from agents.content import inputs_of
from agents.durable.attached import heard
from agents.durable.questions import Question
from agents.durable.run import current
from agents.durable.seams.code import find_code
from agents.durable.seams.method import original
from agents.durable.signals import refuse_inside_effect
from bot.domain import RequestKind

_EMPTY_RUNS: ContextVar[str] = ContextVar("threadfast_empty_runs", default="")
_ASKER: ContextVar[str] = ContextVar("threadfast_asker", default="")


async def a_check_termination_and_human_reply(
    self: Any, messages: Any = None, sender: Any = None, config: Any = None, iostream: Any = None
) -> tuple[bool, Any]:
    """Note what an empty answer would set off, then do as AutoGen does."""
    asks = self.human_input_mode != "NEVER"
    token = _EMPTY_RUNS.set(empty_runs(self, messages, sender) if asks else "")
    asker = _ASKER.set(asker_of(self, messages, sender) if asks else "")
    try:
        inside = original(ConversableAgent, "a_check_termination_and_human_reply")
        final, reply = await inside(self, messages, sender, config, iostream)
        return final, reply
    finally:
        _ASKER.reset(asker)
        _EMPTY_RUNS.reset(token)


def asker_of(agent: Any, messages: Any, sender: Any) -> str:
    """Return the name of the agent that spoke last, unless it is this one: its words wait for the answer."""
    messages = (agent._oai_messages[sender] if sender else []) if messages is None else messages
    names = [message.get("name") for message in messages[-2:]]
    # After a handoff by a model it is the agent that handed off, not AutoGen's own part that did it.
    name = next((name for name in reversed(names) if name != __TOOL_EXECUTOR_NAME__), "")
    return str(name or getattr(sender, "name", "")) if name != agent.name else ""


def empty_runs(agent: Any, messages: Any, sender: Any) -> str:
    """Return what an empty answer lets the proxy do: `end`, `tools`, `code`, `model`, `reply` or nothing."""
    messages = (agent._oai_messages[sender] if sender else []) if messages is None else messages
    message = messages[-1] if messages else {}
    if agent._is_termination_msg(message):
        return "end"
    if message.get("tool_calls") or message.get("function_call"):
        return "tools"
    if find_code(agent, messages, sender):
        return "code"
    if agent.client is not None:
        return "model"
    return "reply" if agent._default_auto_reply else ""


async def a_get_human_input(self: Any, prompt: str, **_: Any) -> Any:
    """Return a person's answer, or unwind (autogen ConversableAgent.a_get_human_input)."""
    run = current()
    refuse_inside_effect(self.name)
    question = Question(
        kind=RequestKind.TEXT, agent=self.name, prompt=prompt, empty_runs=_EMPTY_RUNS.get(), asker=_ASKER.get()
    )
    answer = await run.questions.ask(question)
    run.files.update(inputs_of(answer.attachments))
    reply = await heard(run, answer.text, answer.attachments, self.name)
    self._human_input.append(reply)
    run.turns.mark(self.name, "human")
    return reply
