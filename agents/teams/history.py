"""Puts the transcript of earlier runs where AutoGen looks for what was said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autogen import ConversableAgent, GroupChat, GroupChatManager

from agents.teams.meaning import outer
from agents.teams.opening import spoken
from agents.teams.participants import Cast

History = Sequence[Mapping[str, Any]]


def between_two(human: ConversableAgent, partner: ConversableAgent, history: History) -> None:
    """Give both sides of a chat what they said: people's words to the human, everything else to the partner."""
    for said in spoken(history):
        content = said["content"]
        speaker, listener = (human, partner) if said.get("role") == "user" else (partner, human)
        speaker._append_oai_message(str(content), listener, role="assistant", name=speaker.name)
        listener._append_oai_message(str(content), speaker, role="user", name=speaker.name)


def group_messages(history: History, cast: Cast) -> list[dict[str, Any]]:
    """Return the history as messages of the team's own agents; whoever is not one of them is quoted by name."""
    made = []
    members = outer(cast.team)
    for said in spoken(history):
        content, name = said["content"], str(said.get("name") or "")
        if said.get("role") == "user":
            made.append({"role": "user", "name": cast.start.name, "content": str(content)})
        elif name in members:
            made.append({"role": "user", "name": name, "content": str(content)})
        else:
            made.append({"role": "user", "name": cast.start.name, "content": f"{name} said:\n{content}"})
    return made


def of_group(group: GroupChat, manager: GroupChatManager, messages: Sequence[dict[str, Any]]) -> None:
    """Give a group and each of its agents the messages of earlier runs."""
    for message in messages:
        group.messages.append(dict(message))
        for agent in group.agents:
            assert isinstance(agent, ConversableAgent)
            role = "assistant" if agent.name == message["name"] else "user"
            agent._append_oai_message(dict(message), manager, role=role, name=message["name"])
