"""The custom speaker selectors that a team file names as `custom:NAME`.

Each is a pure function of the group's messages, so a replay chooses as the first time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from agents.content import text_of

Selector = Callable[[Any, Any], Any]


def alternate_human(people: Collection[str]) -> Selector:
    """After each agent a human speaks; after the human the agents go on in their order."""

    def select(last: Any, group: Any) -> Any:
        others = [agent for agent in group.agents if agent.name not in people]
        human = next(agent for agent in group.agents if agent.name in people)
        if last.name not in people:
            return human
        spoken = [message.get("name") for message in group.messages if message.get("name") not in people]
        names = [agent.name for agent in others]
        at = names.index(spoken[-1]) + 1 if spoken and spoken[-1] in names else 0
        return others[at % len(others)]

    return select


def mention(_people: Collection[str]) -> Selector:
    """Whoever the last message mentions as `@name` speaks next; without a mention it goes on in order."""

    def select(last: Any, group: Any) -> Any:
        text = text_of(group.messages[-1].get("content")) if group.messages else ""
        mentioned = re.findall(r"@([A-Za-z0-9_-]+)", text)
        by_name = {agent.name.casefold(): agent for agent in group.agents if agent is not last}
        for name in reversed(mentioned):
            if name.casefold() in by_name:
                return by_name[name.casefold()]
        return "round_robin"

    return select


SELECTORS: dict[str, Callable[[Collection[str]], Selector]] = {"alternate_human": alternate_human, "mention": mention}
