"""The targets of handoffs: AutoGen's own, mended where its words or its choice would reach people as a riddle.

A run goes on as it began: what is mended for runs of a later format only is as it was for those of an earlier one.
"""

from __future__ import annotations

from autogen import ConversableAgent
from autogen.agentchat.group import AgentTarget, RevertToUserTarget, StayTarget, TerminateTarget
from autogen.agentchat.group.group_tool_executor import GroupToolExecutor
from autogen.agentchat.group.targets.group_manager_target import GroupManagerTarget
from autogen.agentchat.group.targets.transition_target import TransitionTarget

from agents.teams.participants import Cast

READABLE = 2
"""The format of pinned runs since which targets speak of people and agents, and the tool executor is nobody."""


class Manager(GroupManagerTarget):
    """A model chooses; AutoGen's own name for this has spaces, which no function's name may have."""

    def normalized_name(self) -> str:
        """Name it in the function that hands off to it."""
        return "manager"


class Person(RevertToUserTarget):
    """The human, called by the name that the file gives it."""

    name: str

    def display_name(self) -> str:
        """Name it where the thread reads who hands off to whom."""
        return self.name


class End(TerminateTarget):
    """The end of the chat."""

    def display_name(self) -> str:
        """Name it where the thread reads who hands off to whom."""
        return "the end"


def target_of(name: str | None, cast: Cast, own: ConversableAgent | None = None) -> TransitionTarget:
    """Return the target of a name; None: the group ends.

    Args:
        name: What the file says.
        cast: The agents.
        own: The agent whose model hands off. AutoGen would let its tool executor stay in its place.
    """
    readable = cast.parts.pinned_format >= READABLE
    if name in ("user", cast.team.start):
        return Person(name=cast.start.name) if readable else RevertToUserTarget()
    if name is None or name == "terminate":
        return End() if readable else TerminateTarget()
    if name == "stay":
        return AgentTarget(own) if own is not None and readable else StayTarget()
    return Manager() if name == "manager" else AgentTarget(cast.agents[name])


class Members:
    """AutoGen's tool executor sits in the group of a pattern; it is nobody whom a person or a model may choose."""

    def is_eligible(self, agent: object, _context: object) -> bool:
        """Return whether an agent may be chosen (autogen AgentEligibilityPolicy)."""
        return not isinstance(agent, GroupToolExecutor)
