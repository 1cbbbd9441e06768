"""The seam of tool calls: approved before any of a message's tools runs, journalled one by one."""

from __future__ import annotations

import asyncio
import copy
import functools
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from autogen import ConversableAgent
from autogen.agentchat.group.group_tool_executor import GroupToolExecutor
from autogen.fast_depends.utils import is_coroutine_callable

from agents.durable.approvals import Ruling, item
from agents.durable.requests import digest
from agents.durable.run import DurableRun, current
from agents.durable.seams.method import original
from agents.durable.signals import EFFECT, refusal, refuse_inside_effect
from agents.durable.values import decode, encode
from bot.domain import ApprovalItem, ApprovalPolicy, TurnKind

ENDED_BY_PERSON = "User requested to end the conversation"
"""AutoGen's own words for a person's `exit`."""

INTERRUPTED = "interrupted by a restart; it may have run partly"
"""What agents see of code and tools that began and whose end nobody knows (fixed by replay_version 1)."""

CHANGED = "A person changed the arguments before this ran, to: "
"""What agents see before the result of a call that a person changed (fixed by replay_version 1)."""

REFUSED = "The call was not made: what was approved is not what would run."
"""What agents and people read where no approval covers what is about to run."""

_VERDICTS: ContextVar[deque[Ruling | None] | None] = ContextVar("threadfast_verdicts", default=None)
_CALLER: ContextVar[str] = ContextVar("threadfast_caller", default="")


async def a_generate_tool_calls_reply(
    self: Any, messages: Any = None, sender: Any = None, config: Any = None
) -> tuple[bool, Any]:
    """Run a message's tool calls (autogen ConversableAgent.a_generate_tool_calls_reply)."""
    message = (self._oai_messages[sender] if messages is None else messages)[-1]
    inside = original(ConversableAgent, "a_generate_tool_calls_reply")
    if not message.get("tool_calls") or _VERDICTS.get() is not None:
        return await _reply(inside, self, messages, sender, config)
    token = _CALLER.set(message.get("name") or (sender.name if sender else self.name))
    try:
        return await _approved(inside, self, self, message["tool_calls"], messages, sender, config)
    finally:
        _CALLER.reset(token)


async def _a_generate_group_tool_reply(
    self: Any, agent: Any, messages: Any = None, sender: Any = None, config: Any = None
) -> tuple[bool, Any]:
    """Run a message's tool calls in a group (autogen GroupToolExecutor), where AutoGen runs one after the other."""
    message = (agent._oai_messages[sender] if messages is None else messages)[-1]
    inside = functools.partial(original(GroupToolExecutor, "_a_generate_group_tool_reply"), self)
    if not message.get("tool_calls"):
        return await _reply(inside, agent, messages, sender, config)
    token = _CALLER.set(message.get("name") or (sender.name if sender else self.name))
    try:
        return await _approved(inside, self, agent, message["tool_calls"], messages, sender, config)
    finally:
        _CALLER.reset(token)


async def _reply(inside: Callable[..., Any], agent: Any, messages: Any, sender: Any, config: Any) -> tuple[bool, Any]:
    final, reply = await inside(agent, messages=messages, sender=sender, config=config)
    return final, reply


async def _approved(
    inside: Callable[..., Any], executor: Any, agent: Any, calls: list[Any], messages: Any, sender: Any, config: Any
) -> tuple[bool, Any]:
    run = current()
    verdicts = await _verdicts(run, executor, calls)
    if verdicts is None:
        run.stop_reason = ENDED_BY_PERSON
        return True, None
    token = _VERDICTS.set(verdicts)
    try:
        final, reply = await _reply(inside, agent, messages, sender, config)
    finally:
        _VERDICTS.reset(token)
    run.turns.mark(executor.name, "tool")
    return final, reply


async def _verdicts(run: DurableRun, executor: Any, calls: list[Any]) -> deque[Ruling | None] | None:
    """Ask for approval of all calls that want it; return a ruling for each call, or None: a person ends the chat."""
    functions = [call.get("function", {}) for call in calls]
    wanted = [_wants(run, function) for function in functions]
    items = [_record(run, function) for function, wants in zip(functions, wanted, strict=True) if wants]
    if not items:
        return deque([None] * len(functions))
    ruled = await run.approvals.ask(executor.name, f"Approve calls of {_CALLER.get()}", items)
    if ruled.answer is not None and ruled.answer.ends_chat:
        return None
    rulings = iter(ruled.rulings)
    return deque(next(rulings) if wants else None for wants in wanted)


def _wants(run: DurableRun, function: dict[str, Any]) -> bool:
    return run.policy.of_tool(function.get("name", "")) is not ApprovalPolicy.NEVER


def _record(run: DurableRun, function: dict[str, Any]) -> ApprovalItem:
    name = function.get("name", "")
    return item("tool", name, function.get("arguments", ""), policy=run.policy.of_tool(name))


async def a_execute_function(
    self: Any, func_call: dict[str, Any], call_id: str | None = None, verbose: bool = False
) -> tuple[bool, dict[str, Any]]:
    """Run one tool (autogen ConversableAgent.a_execute_function): never twice, and never on the loop if it blocks."""
    run = current()
    refuse_inside_effect(self.name)
    verdicts = _VERDICTS.get()
    ruling = verdicts.popleft() if verdicts else None
    if ruling is None and _wants(run, func_call):
        raise refusal("tool_unapprovable", tool=func_call.get("name"))
    with run.task():
        if ruling is not None and not ruling.approved:
            return _denied(run, func_call, ruling.decision.reason)
        changed = ruling.decision.content if ruling is not None else None
        if changed not in (None, func_call.get("arguments", "")):
            return await _changed(run, self, {**func_call, "arguments": changed}, call_id, verbose, ruling)
        if _is_handoff(self, func_call):
            ok, reply = await original(ConversableAgent, "a_execute_function")(self, func_call, call_id, verbose)
            return ok, reply
        return await _executed(run, self, func_call, call_id, verbose, ruling)


def _denied(run: DurableRun, func_call: dict[str, Any], reason: str) -> tuple[bool, dict[str, Any]]:
    content = f"Denied by the human: {reason}" if reason else "Denied by the human."
    _show(run, func_call, content, ok=False)
    return False, {"name": func_call.get("name", ""), "role": "function", "content": content}


async def _changed(
    run: DurableRun, self: Any, func_call: dict[str, Any], call_id: str | None, verbose: bool, ruling: Ruling | None
) -> tuple[bool, dict[str, Any]]:
    """Run a call with a person's arguments, and tell the agents: they remember their own."""
    ok, reply = await _executed(run, self, func_call, call_id, verbose, ruling)
    if reply["content"] != REFUSED and isinstance(reply["content"], str):
        reply = {**reply, "content": f"{CHANGED}{func_call['arguments']}\n{reply['content']}"}
    return ok, reply


def _is_handoff(agent: Any, func_call: dict[str, Any]) -> bool:
    """Tell AutoGen's own handoff functions, which do nothing but name a target and so are run again."""
    if not isinstance(agent, GroupToolExecutor):
        return False
    originator = agent.get_tool_call_originator() or ""
    return agent.function_is_agent_llm_handoff(originator, func_call.get("name", ""))


async def _executed(
    run: DurableRun, self: Any, func_call: dict[str, Any], call_id: str | None, verbose: bool, ruling: Ruling | None
) -> tuple[bool, dict[str, Any]]:
    context, made = self.context_variables, []
    # Nobody else has it: what is claimed now is what runs after the commit.
    handed = {**func_call}
    claims = [ruling.cover.claim(_record(run, handed))] if ruling is not None else []

    async def do() -> dict[str, Any]:
        run.changes.begin(context)
        token = EFFECT.set(f"tool {func_call.get('name')!r}")
        try:
            view = _off_the_loop(run, self)
            ok, reply = await original(ConversableAgent, "a_execute_function")(view, handed, call_id, verbose)
        finally:
            EFFECT.reset(token)
            changes = run.changes.end(context)
        made.append(True)
        content = encode(reply["content"], f"The result of tool {reply['name']!r}")
        return {"ok": ok, "name": reply["name"], "content": content, "changes": changes}

    nothing = {"ok": False, "name": func_call.get("name", ""), "changes": {"set": {}, "removed": []}}
    value = await run.recorder.effect(
        "tool",
        self.name,
        digest([func_call.get("name"), func_call.get("arguments"), call_id]),
        do,
        interrupted={**nothing, "content": INTERRUPTED},
        claims=claims,
        refused={**nothing, "content": REFUSED, "refused": True},
    )
    if ruling is not None and not value.get("refused"):
        run.approvals.begun(_record(run, handed), ruling.cover)
    if not made:
        run.changes.apply(context, value["changes"])
    content = decode(value["content"])
    _show(run, func_call, getattr(content, "message", content), ok=value["ok"])
    return value["ok"], {"name": value["name"], "role": "function", "content": content}


def _show(run: DurableRun, func_call: dict[str, Any], content: object, *, ok: bool) -> None:
    name, arguments = func_call.get("name", ""), func_call.get("arguments", "")
    run.turns.show(TurnKind.TOOL, _CALLER.get(), str(content), title=name, source=arguments, ok=ok)


def _off_the_loop(run: DurableRun, agent: Any) -> Any:
    """Return a view of the agent whose synchronous tools run in a thread, one after the other."""

    def threaded(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def call(*args: Any, **kwargs: Any) -> Any:
            with _exits_reported():
                if is_coroutine_callable(function):
                    return await function(*args, **kwargs)
                async with run.sync_tools:
                    return await asyncio.to_thread(function, *args, **kwargs)

        return call

    view = copy.copy(agent)
    view._function_map = {name: threaded(function) for name, function in agent._function_map.items()}
    return view


@contextmanager
def _exits_reported() -> Iterator[None]:
    """Make a tool's `sys.exit` an error that its caller reads; it would end every conversation of the process."""
    try:
        yield
    except SystemExit as exited:
        raise RuntimeError(f"the tool tried to end the process (exit status {exited.code})") from exited
