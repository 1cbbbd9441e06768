"""The seam of human input: the user proxy's question becomes an input request."""

from __future__ import annotations

import base64
from contextvars import ContextVar
from typing import Any

from autogen import ConversableAgent

from agents.durable.code_seam import find_code
from agents.durable.questions import Question
from agents.durable.run import current
from agents.durable.seam import original
from agents.durable.signals import refuse_inside_effect
from bot.domain import Answer, RequestKind

MAX_HUMAN_TURNS = 2_000
"""A chat recurses with every turn: with a limit of 20,000 frames 3,000 turns held, 200,000 crashed Python."""

_EMPTY_RUNS: ContextVar[str] = ContextVar("threadfast_empty_runs", default="")


async def a_check_termination_and_human_reply(
    self: Any, messages: Any = None, sender: Any = None, config: Any = None, iostream: Any = None
) -> tuple[bool, Any]:
    """Note what an empty answer would set off, then do as AutoGen does."""
    token = _EMPTY_RUNS.set(empty_runs(self, messages, sender) if self.human_input_mode != "NEVER" else "")
    try:
        inside = original(ConversableAgent, "a_check_termination_and_human_reply")
        final, reply = await inside(self, messages, sender, config, iostream)
        return final, reply
    finally:
        _EMPTY_RUNS.reset(token)


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
    refuse_inside_effect(f"A question by agent {self.name!r}")
    if run.recorder.ordinal("human turns") >= MAX_HUMAN_TURNS:
        run.end_capped()
    question = Question(kind=RequestKind.TEXT, agent=self.name, prompt=prompt, empty_runs=_EMPTY_RUNS.get())
    reply = content_of(await run.questions.ask(question))
    self._human_input.append(reply)
    run.turns.mark(self.name, "human")
    return reply


def content_of(answer: Answer) -> Any:
    """Return an answer as AutoGen's message content: its text, or text and image parts (OpenAI's shape)."""
    texts, images = [answer.text], []
    for file in answer.attachments:
        if file.media_type.startswith("image/"):
            url = f"data:{file.media_type};base64,{base64.b64encode(file.data).decode()}"
            images.append({"type": "image_url", "image_url": {"url": url}})
        else:
            texts.append(f"File {file.name}:\n{file.data.decode('utf-8', 'replace')}")
    text = "\n\n".join(part for part in texts if part)
    return [{"type": "text", "text": text}, *images] if images else text
