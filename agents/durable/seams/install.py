"""Every seam, in one place: what of AutoGen is replaced, for which versions that is proven, and by what.

The conformance suite runs against exactly these versions. Another one may have moved what the seams hold on to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import autogen
from autogen import ConversableAgent, OpenAIWrapper
from autogen.agentchat import chat, groupchat
from autogen.agentchat.group.group_tool_executor import GroupToolExecutor
from autogen.agentchat.group.targets import transition_target

from agents.durable.run import CURRENT
from agents.durable.seams import chats, code, models, people, replies, standing_in, stream, tools, wrappers
from agents.durable.seams.chance import Chance
from agents.durable.seams.method import refusing, replace_method
from agents.proven import proven
from bot.errors import SeamsUnprovenError

RECURSION_LIMIT = 20_000
"""A chat without max_turns recurses with every turn; at Python's 1,000 it ends after about 244 of them."""

METHODS: dict[type, dict[str, Callable[..., Any]]] = {
    ConversableAgent: {
        "a_generate_oai_reply": models.a_generate_oai_reply,
        "a_get_human_input": people.a_get_human_input,
        "a_check_termination_and_human_reply": people.a_check_termination_and_human_reply,
        "_generate_code_execution_reply_using_executor": code._generate_code_execution_reply_using_executor,
        "a_generate_tool_calls_reply": tools.a_generate_tool_calls_reply,
        "a_execute_function": tools.a_execute_function,
        "a_initiate_chat": chats.a_initiate_chat,
        "a_generate_reply": chats.a_generate_reply,
        "initiate_chat": chats.initiate_chat,
        "generate_reply": chats.generate_reply,
        "get_human_input": chats.get_human_input,
        "execute_function": chats.execute_function,
        "execute_code_blocks": chats.execute_code_blocks,
        "_print_received_message": stream._print_received_message,
        "_match_trigger": replies._match_trigger,
        "_get_sync_funcs_to_skip_in_async_chat": replies._get_sync_funcs_to_skip_in_async_chat,
        **{name: refusing(chats.run_apart) for name in ("run", "a_run", "run_iter", "a_run_iter")},
    },
    GroupToolExecutor: {"_a_generate_group_tool_reply": tools._a_generate_group_tool_reply},
    OpenAIWrapper: {"create": standing_in.create, "__init__": wrappers.make},
}

_installed = False


def check_version() -> str:
    """Return the version of AutoGen that this process has loaded; it looks at no file, so it never blocks.

    Raises:
        SeamsUnprovenError: No conformance run has passed with it.
    """
    return proven(autogen.__version__)


def ensure_installed() -> None:
    """Install the seams the first time; outside runs AutoGen stays as it is.

    Raises:
        SeamsUnprovenError: The version is not proven, or something else has patched the same methods.
    """
    if not _installed:
        install()


def install() -> None:
    """Install the seams, once in a process.

    Raises:
        SeamsUnprovenError: They are installed already, the version is not proven, or a method is not AutoGen's own.
    """
    global _installed  # noqa: PLW0603 - the seams belong to the process, as AutoGen's classes do
    if _installed:
        raise SeamsUnprovenError("The seams are installed already; they are installed once in a process.")
    check_version()
    for owner, methods in METHODS.items():
        for name, inside in methods.items():
            replace_method(owner, name, inside)
    stock = chat._on_chat_future_done

    def on_chat_future_done(chat_future: object, chat_id: int) -> None:
        (stock if CURRENT.get() is None else chats.on_chat_future_done)(chat_future, chat_id)  # type: ignore[arg-type] # AutoGen's future

    chat._on_chat_future_done = on_chat_future_done
    groupchat.random = transition_target.random = Chance()  # type: ignore[attr-defined, assignment] # the modules' own import
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
    _installed = True
