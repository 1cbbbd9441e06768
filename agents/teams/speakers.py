"""Makes a group's automatic speaker selection forgiving, and says so when nobody was named.

Who may be chosen is known to the model call below, which confines its answer to these names where the server can.
"""

from __future__ import annotations

from typing import Any

from autogen import GroupChat, GroupChatManager

from agents.content import text_of
from agents.teams.ending import Tell
from agents.teams.rescues.asking import CANDIDATES
from agents.teams.rescues.speakers import named_speakers
from agents.teams.targets import Members


def listen(manager: GroupChatManager, tell: Tell, *, forgiving: bool = True) -> None:
    """Read names in any case if it is to be forgiving, and tell the thread when the selection fell back to turns.

    Set on this manager's group, because a pattern makes its group itself; the class stays AutoGen's own. The manager
    works with a shallow copy of the group that it was given, so both are told.
    """
    for group in _groups(manager):
        _listen(group, tell, forgiving=forgiving)


def only_members(manager: GroupChatManager) -> None:
    """Let nobody choose the tool executor, which sits in a pattern's group, as the next speaker."""
    for group in _groups(manager):
        group.eligibility_policies = [*group.eligibility_policies, Members()]


def _groups(manager: GroupChatManager) -> list[GroupChat]:
    working = [entry["config"] for entry in manager._reply_func_list]
    return [group for group in [manager.groupchat, *working] if isinstance(group, GroupChat)]


def _listen(group: GroupChat, tell: Tell, *, forgiving: bool) -> None:
    fall_back, select = group._process_speaker_selection_result, group.a_auto_select_speaker

    async def selecting(last_speaker: Any, selector: Any, messages: Any, agents: Any) -> Any:
        names = tuple(agent.name for agent in agents or group.agents)
        # Who has nothing to say and has just spoken would only end the chat.
        others = tuple(name for name in names if not (name == last_speaker.name and _is_mute(last_speaker)))
        token = CANDIDATES.set(others or names)
        try:
            return await select(last_speaker, selector, messages, agents)
        finally:
            CANDIDATES.reset(token)

    def mentioned(content: Any, agents: Any) -> dict[str, int]:
        content = content["content"] if isinstance(content, dict) else content
        return named_speakers(text_of(content), [agent.name for agent in agents or group.agents])

    def chosen(result: Any, last_speaker: Any, agents: Any) -> Any:
        speaker = fall_back(result, last_speaker, agents)
        last = result.chat_history[-1]["content"] if result.chat_history else ""
        if speaker is not None and "[AGENT SELECTED]" not in last:
            tell("speaker_fallback", rescue="speakers", agent=speaker.name)
        return speaker

    vars(group).update(_process_speaker_selection_result=chosen, a_auto_select_speaker=selecting)
    if forgiving:
        vars(group).update(_mentioned_agents=mentioned)


def _is_mute(agent: Any) -> bool:
    """Return whether an agent neither asks a person nor a model, runs no code and has no word of its own."""
    silent = agent.human_input_mode == "NEVER" and not agent.llm_config and not agent._default_auto_reply
    return bool(silent) and agent._code_execution_config is False
