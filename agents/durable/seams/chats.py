"""The seam of chats: each knows its path, its summary is awaited, and the synchronous ways are refused."""

from __future__ import annotations

import inspect
from typing import Any, NoReturn

from autogen import ConversableAgent
from autogen.agentchat.conversable_agent import _coerce_summary_to_str
from autogen.agentchat.utils import gather_usage_summary

from agents.durable.run import current
from agents.durable.seams.method import original
from agents.durable.seams.models import reflect
from agents.durable.signals import PATH, NeedHuman, refusal, refuse_inside_effect


def is_proxy(agent: Any) -> bool:
    """Return whether an agent stands for a person."""
    return agent.human_input_mode != "NEVER" or any(base.__name__ == "UserProxyAgent" for base in type(agent).__mro__)


async def a_initiate_chat(self: Any, recipient: Any, *args: Any, **kwargs: Any) -> Any:
    """Chat under a path of its own (autogen ConversableAgent.a_initiate_chat)."""
    run = current()
    refuse_inside_effect(self.name)
    inside = original(ConversableAgent, "a_initiate_chat")
    given = inspect.signature(inside).bind(self, recipient, *args, **kwargs)
    reflects = given.arguments.get("summary_method") == "reflection_with_llm"
    if reflects:
        given.arguments["summary_method"] = None
    token = PATH.set(_path(run, self.name, recipient.name))
    with run.task():
        try:
            run.turns.speaking(self.name, proxy=is_proxy(self))
            result = await inside(*given.args, **given.kwargs)
            if reflects:
                arguments = given.arguments
                summary = await reflect(self, recipient, arguments.get("summary_args") or {}, arguments.get("cache"))
                result.summary = _coerce_summary_to_str(summary)
                result.cost = gather_usage_summary([self, recipient])
            return result
        except NeedHuman:
            # A question that could not be awaited is durable before anybody hears of it.
            await run.recorder.flush()
            raise
        finally:
            PATH.reset(token)


def _path(run: Any, sender: str, recipient: str) -> str:
    above = PATH.get()
    part = f"{sender}>{recipient}".replace("/", "_")
    part = f"{part}.{run.recorder.ordinal(above, 'chat', part)}"
    return f"{above}/{part}" if above else part


async def a_generate_reply(self: Any, messages: Any = None, sender: Any = None, exclude: Any = ()) -> Any:
    """Note who speaks, then do as AutoGen does."""
    run = current()
    run.turns.speaking(self.name, proxy=is_proxy(self))
    return await original(ConversableAgent, "a_generate_reply")(self, messages, sender, exclude)


def initiate_chat(self: Any, *_: Any, **__: Any) -> NoReturn:
    """Refuse a synchronous chat inside a run."""
    raise refusal("sync_chat", agent=self.name)


def generate_reply(self: Any, *_: Any, **__: Any) -> NoReturn:
    """Refuse a synchronous reply inside a run."""
    raise refusal("sync_reply", agent=self.name)


def get_human_input(self: Any, *_: Any, **__: Any) -> NoReturn:
    """Refuse synchronous human input inside a run."""
    raise refusal("sync_question", agent=self.name)


def execute_function(self: Any, func_call: Any, *_: Any, **__: Any) -> NoReturn:
    """Refuse a synchronous tool call inside a run: AutoGen makes it for calls in the form before `tool_calls`."""
    raise refusal("sync_tool", agent=self.name, tool=func_call.get("name"))


def execute_code_blocks(self: Any, *_: Any, **__: Any) -> NoReturn:
    """Refuse AutoGen's own code execution inside a run: it has no sandbox."""
    raise refusal("code_without_executor", agent=self.name)


def run_apart(self: Any, *_: Any, **__: Any) -> NoReturn:
    """Refuse a chat that goes on in a thread or task of its own (AutoGen's run, a_run, run_iter and a_run_iter)."""
    raise refusal("chat_apart", agent=self.name)


def on_chat_future_done(chat_future: Any, chat_id: int) -> None:
    """Number a parallel chat's result; a chat that unwound or was cancelled has none (autogen agentchat.chat)."""
    if not chat_future.cancelled() and chat_future.exception() is None:
        chat_future.result().chat_id = chat_id
