"""Makes a group's automatic speaker selection forgiving, and says so when nobody was named."""

from __future__ import annotations

from typing import Any

from autogen import GroupChat, GroupChatManager

from agents.content import text_of
from agents.teams.ending import Tell
from agents.teams.rescues.speakers import named_speakers
from agents.teams.targets import Members


def listen(manager: GroupChatManager, tell: Tell) -> None:
    """Read names in any case, and tell the thread when the selection fell back to taking turns.

    Set on this manager's group, because a pattern makes its group itself; the class stays AutoGen's own. The manager
    works with a shallow copy of the group that it was given, so both are told.
    """
    for group in _groups(manager):
        _listen(group, tell)


def only_members(manager: GroupChatManager) -> None:
    """Let nobody choose the tool executor, which sits in a pattern's group, as the next speaker."""
    for group in _groups(manager):
        group.eligibility_policies = [*group.eligibility_policies, Members()]


def _groups(manager: GroupChatManager) -> list[GroupChat]:
    working = [entry["config"] for entry in manager._reply_func_list]
    return [group for group in [manager.groupchat, *working] if isinstance(group, GroupChat)]


def _listen(group: GroupChat, tell: Tell) -> None:
    fall_back = group._process_speaker_selection_result

    def mentioned(content: Any, agents: Any) -> dict[str, int]:
        content = content["content"] if isinstance(content, dict) else content
        return named_speakers(text_of(content), [agent.name for agent in agents or group.agents])

    def chosen(result: Any, last_speaker: Any, agents: Any) -> Any:
        speaker = fall_back(result, last_speaker, agents)
        last = result.chat_history[-1]["content"] if result.chat_history else ""
        if speaker is not None and "[AGENT SELECTED]" not in last:
            tell("speaker_fallback", agent=speaker.name)
        return speaker

    vars(group).update(_mentioned_agents=mentioned, _process_speaker_selection_result=chosen)
