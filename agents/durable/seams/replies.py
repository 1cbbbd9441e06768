"""The seam of reply functions: which of them are asked, found as AutoGen finds it and faster.

For each reply AutoGen asks of each function whether the sender is an agent, which Python answers for a protocol by
looking at all its attributes, and which functions are twins of another: 0.3 ms together, and more the longer a chat is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autogen import Agent, ConversableAgent

from agents.durable.run import current
from agents.durable.seams.method import original


def _match_trigger(self: Any, trigger: Any, sender: Any) -> bool:
    """Do as AutoGen does; what nearly every function has is matched by the sender's own class."""
    agents = trigger[0] if type(trigger) is list and trigger else trigger
    if agents is Agent and Agent in type(sender).__mro__:
        return True
    matches: bool = original(ConversableAgent, "_match_trigger")(self, trigger, sender)
    return matches


def _get_sync_funcs_to_skip_in_async_chat(self: Any) -> set[Callable[..., Any]]:
    """Do as AutoGen does, once for the functions that an agent has."""
    asked = [(known["reply_func"], known.get("ignore_async_in_sync_chat")) for known in self._reply_func_list]
    skipped = current().skipped
    before, found = skipped.get(self, (None, set()))
    if before != asked:
        found = original(ConversableAgent, "_get_sync_funcs_to_skip_in_async_chat")(self)
        skipped[self] = asked, found
    return found
