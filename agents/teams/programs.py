"""The program of each kind of team: AutoGen's own entry points, called the asynchronous way."""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from autogen import ConversableAgent, GroupChat, GroupChatManager
from autogen.agentchat import a_initiate_group_chat
from autogen.agentchat.group import (
    ContextExpression,
    ContextVariables,
    ExpressionContextCondition,
    OnCondition,
    OnContextCondition,
    StringLLMCondition,
)
from autogen.agentchat.group.patterns import (
    AutoPattern,
    DefaultPattern,
    ManualPattern,
    RandomPattern,
    RoundRobinPattern,
)

from agents.content import Content
from agents.teams.definition import Agent, Chat, Handoff
from agents.teams.ending import RECENT
from agents.teams.history import between_two, group_messages, of_group
from agents.teams.meaning import humans, outer
from agents.teams.opening import content_of, spoken, transcript
from agents.teams.participants import Cast, llm_config
from agents.teams.selectors import SELECTORS
from agents.teams.speakers import listen, only_members
from agents.teams.targets import READABLE, target_of
from bot.domain import Opening

# A file may well speak to one agent twice; each chat then begins anew, as the library's warning says.
warnings.filterwarnings("ignore", message="Repetitive recipients detected", category=UserWarning)

Program = Callable[[Cast, Opening], Awaitable[str]]

_PATTERNS = {
    "default": DefaultPattern,
    "auto": AutoPattern,
    "round_robin": RoundRobinPattern,
    "random": RandomPattern,
    "manual": ManualPattern,
}


async def two_agent(cast: Cast, opening: Opening) -> str:
    """Let the human and one agent talk."""
    partner = cast.agents[str(cast.team.recipient)]
    between_two(cast.start, partner, opening.history)
    result = await cast.start.a_initiate_chat(
        partner,
        clear_history=False,
        message=_first(cast, opening),
        max_turns=cast.team.max_turns,
        summary_method=cast.team.summary_method,
    )
    return str(result.summary or "")


async def group_chat(cast: Cast, opening: Opening) -> str:
    """Let a group talk, the next speaker chosen as the team says."""
    team = cast.team
    ending = cast.group_ending()
    group = GroupChat(
        agents=list(cast.among(outer(team))),
        messages=[],
        max_round=team.max_rounds,
        speaker_selection_method=_selection(cast),
        allow_repeat_speaker=team.allow_repeat_speaker,
        send_introductions=team.introductions,
        # Small models that did not name anybody twice rarely do the third time.
        max_retries_for_selecting_speaker=1,
    )
    manager = GroupChatManager(group, llm_config=llm_config(team.model), is_termination_msg=ending)
    ending.histories = lambda: [group.messages[-RECENT:]]
    listen(manager, cast.parts.tell, forgiving=team.rescues.speakers)
    of_group(group, manager, group_messages(opening.history, cast))
    result = await cast.start.a_initiate_chat(
        manager, clear_history=False, message=_first(cast, opening), summary_method=team.summary_method
    )
    return str(result.summary or "")


async def pattern(cast: Cast, opening: Opening) -> str:
    """Let a group talk by handoffs."""
    team = cast.team
    ending = cast.group_ending()
    members = [agent for agent in cast.among(outer(team)) if agent is not cast.start]
    for agent in [*members, cast.start]:
        _hand_off(agent, team.agents[agent.name], cast)
    after = {"group_after_work": target_of(team.after_work, cast)} if team.pattern == "default" else {}
    made = _PATTERNS[team.pattern](
        initial_agent=cast.agents[str(team.recipient)],
        agents=members,
        user_agent=cast.start,
        context_variables=ContextVariables(data=dict(team.context)),
        group_manager_args={"llm_config": llm_config(team.model), "is_termination_msg": ending},
        summary_method=team.summary_method,
        **after,
    )
    _listen_to(made, ending, cast)
    words = {"role": "user", "name": cast.start.name, "content": _content(cast, opening)}
    messages = [*group_messages(opening.history, cast), words]
    result, _, _ = await a_initiate_group_chat(pattern=made, messages=messages, max_rounds=team.max_rounds)
    return str(result.summary or "")


async def sequential(cast: Cast, opening: Opening) -> str:
    """Hold one chat after another, each told of those before."""
    queue = [_queued(at, chat, cast, opening) for at, chat in enumerate(cast.team.chats)]
    results = await cast.start.a_initiate_chats(queue)
    return str(results[len(queue)].summary or "")


PROGRAMS: dict[str, Program] = {
    "two_agent": two_agent,
    "group_chat": group_chat,
    "pattern": pattern,
    "sequential": sequential,
}


def _content(cast: Cast, opening: Opening) -> Content:
    sight = cast.parts.sight
    return content_of(opening, sees_images=sight.images, why=sight.why, quoting=cast.parts.quoting())


def _first(cast: Cast, opening: Opening) -> Any:
    """Return the first message: a text, or parts in the dictionary that the library wants around them."""
    content = _content(cast, opening)
    return content if isinstance(content, str) else {"content": content}


def _queued(at: int, chat: Chat, cast: Cast, opening: Opening) -> dict[str, Any]:
    before = list(range(1, at + 1))
    told = [transcript(opening.history)] if at == 0 and spoken(opening.history) else []
    return {
        "chat_id": at + 1,
        "prerequisites": before,
        "sender": cast.agents[str(chat.sender)],
        "recipient": cast.agents[chat.recipient],
        "message": chat.message or _first(cast, opening),
        "carryover": told,
        "max_turns": chat.max_turns,
        "summary_method": chat.summary_method,
        "finished_chat_indexes_to_exclude_from_carryover": [] if chat.carryover else before,
    }


def _selection(cast: Cast) -> Any:
    method, _, name = cast.team.speaker_selection.partition(":")
    return SELECTORS[name](humans(cast.team)) if method == "custom" else method


def _hand_off(made: ConversableAgent, agent: Agent, cast: Cast) -> None:
    for handoff in agent.handoffs:
        target = target_of(handoff.to, cast, own=None if handoff.when is None else made)
        made.handoffs.add(_condition(handoff, target))
    if agent.after_work:
        made.handoffs.set_after_work(target_of(agent.after_work, cast))


def _condition(handoff: Handoff, target: Any) -> OnCondition | OnContextCondition:
    if handoff.when is not None:
        return OnCondition(target=target, condition=StringLLMCondition(prompt=handoff.when))
    expression = ContextExpression(str(handoff.if_))
    return OnContextCondition(target=target, condition=ExpressionContextCondition(expression=expression))


def _listen_to(made: Any, ending: Any, cast: Cast) -> None:
    """Reach the group that a pattern makes for itself."""
    prepare = made.prepare_group_chat

    def prepared(*args: Any, **kwargs: Any) -> Any:
        parts = prepare(*args, **kwargs)
        manager = next(part for part in parts if isinstance(part, GroupChatManager))
        ending.histories = lambda: [manager.groupchat.messages[-RECENT:]]
        listen(manager, cast.parts.tell, forgiving=cast.team.rescues.speakers)
        if cast.parts.pinned_format >= READABLE:
            only_members(manager)
        return parts

    made.prepare_group_chat = prepared
