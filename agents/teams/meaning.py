"""What the schema cannot say: names that must exist, keys that belong to a kind, and chats that never end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from agents import tools
from agents.teams.definition import RESERVED_TARGETS, Agent, Chat, Handoff, Team
from agents.teams.expressions import problem_of
from agents.teams.source import Path_
from agents.teams.validate import Problem, nearest

SELECTORS = ("alternate_human", "mention")
"""The names after `custom:`; agents/teams/selectors.py holds them."""

KINDS_OF_KEY: dict[str, tuple[str, ...]] = {
    "recipient": ("two_agent", "pattern"),
    "max_turns": ("two_agent",),
    "max_rounds": ("group_chat", "pattern"),
    "speaker_selection": ("group_chat",),
    "allow_repeat_speaker": ("group_chat",),
    "introductions": ("group_chat",),
    "pattern": ("pattern",),
    "after_work": ("pattern",),
    "context": ("pattern",),
    "chats": ("sequential",),
}
"""Keys of a team that mean something in some kinds only."""

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def problems(team: Team) -> Iterator[Problem]:
    """Yield what is wrong with a team that the schema allows."""
    checks: tuple[Callable[[Team], Iterator[Problem]], ...] = (
        _agent_names, _people, _kinds, _keys_of_agents, _references, _nested, _tools, _handoffs, _selection,
        _who_answers,
    )  # fmt: skip
    for check in checks:
        yield from check(team)


def references(team: Team) -> Iterator[Problem]:
    """Yield the names that stand for nothing; these are wrong whatever else a file says."""
    for check in (_agent_names, _references, _tools, _handoffs, _selection):
        yield from check(team)


def humans(team: Team) -> list[str]:
    """Return the names of the humans."""
    return [name for name, agent in team.agents.items() if agent.human]


def outer(team: Team) -> list[str]:
    """Return the agents that take part themselves, not only in another's nested chats.

    A pin of format 1 names an agent as the sender of its own nested chats; that run goes on without it, as it began.
    """
    inner = {name for agent in team.agents.values() if agent.nested for name in _partners(agent)}
    named = {team.start, team.recipient}
    return [name for name in team.agents if name not in inner or name in named]


def _partners(agent: Agent) -> set[str]:
    chats = agent.nested.chats if agent.nested else []
    return {chat.recipient for chat in chats} | {chat.sender for chat in chats if chat.sender}


def _agent_names(team: Team) -> Iterator[Problem]:
    for name in team.agents:
        if not _NAME.fullmatch(name):
            yield ("agents", name), "an agent's name is made of letters, digits, _ and -, and is at most 64 long"
        if name in RESERVED_TARGETS and team.kind == "pattern":
            yield ("agents", name), f"{name!r} has a meaning of its own in handoffs; choose another name"


def _people(team: Team) -> Iterator[Problem]:
    people = [name for name in outer(team) if team.agents[name].human]
    if not people:
        yield ("agents",), "nobody is human; give one agent `human: true`: it brings in the person's words"
    elif team.start is None and len(people) > 1:
        yield ("start",), f"is missing: there are several humans ({', '.join(people)}), so say who brings in the words"
    if team.start is not None and team.start in team.agents and not team.agents[team.start].human:
        yield ("start",), f"{team.start!r} is not human; only a human brings in the person's words"


def _who_answers(team: Team) -> Iterator[Problem]:
    # A pin holds an empty list where the file had none, so only what a file says is held against this.
    if "may_answer" in team.model_fields_set and not team.may_answer:
        yield (
            ("may_answer",),
            "is empty, so nobody could answer; name people by their ids, or leave it out: then whoever the settings' "
            "permissions let answer may",
        )
    for at, person in enumerate(team.may_answer):
        if not _ID.fullmatch(person):
            yield (
                ("may_answer", at),
                f"{person!r} is no person's id, such as U0123ABCD or 123456789012345678; docs/permissions.md says "
                "where to find it, and how the settings let groups and roles in",
            )


def _kinds(team: Team) -> Iterator[Problem]:
    for key in sorted(team.model_fields_set & set(KINDS_OF_KEY)):
        if team.kind not in KINDS_OF_KEY[key]:
            yield (key,), f"means nothing in a {team.kind}; it belongs to {' and '.join(KINDS_OF_KEY[key])}"
    if team.kind == "sequential" and not team.chats:
        yield ("chats",), "is missing: a sequential team needs at least one chat"
    if team.kind == "two_agent" and len(outer(team)) != 2:
        yield ("agents",), f"a two_agent team is two agents, beside those of nested chats; here are {len(outer(team))}"
    if team.kind == "pattern" and all(team.agents[name].human for name in outer(team)):
        yield ("agents",), "a pattern needs at least one agent that is not human"


def _keys_of_agents(team: Team) -> Iterator[Problem]:
    for name, agent in team.agents.items():
        for key in sorted({"handoffs", "after_work"} & agent.model_fields_set):
            if team.kind != "pattern":
                yield ("agents", name, key), f"means nothing in a {team.kind}; it belongs to pattern"


def _references(team: Team) -> Iterator[Problem]:
    named: list[tuple[Path_, str | None]] = [(("start",), team.start), (("recipient",), team.recipient)]
    for path, chat in _chats(team):
        named += [((*path, "recipient"), chat.recipient), ((*path, "sender"), chat.sender)]
    for name, agent in team.agents.items():
        triggers = agent.nested.trigger if agent.nested else []
        named += [(("agents", name, "nested", "trigger", at), trigger) for at, trigger in enumerate(triggers)]
    for path, name_ in named:
        if name_ is not None and name_ not in team.agents:
            yield path, f"there is no agent {name_!r}{nearest(name_, team.agents)}"
    if team.recipient is not None and team.recipient == team.start:
        yield ("recipient",), "is the one who starts; nobody talks to itself"


def _chats(team: Team) -> Iterator[tuple[Path_, Chat]]:
    for at, chat in enumerate(team.chats):
        yield ("chats", at), chat
    for name, agent in team.agents.items():
        for at, chat in enumerate(agent.nested.chats if agent.nested else []):
            yield ("agents", name, "nested", "chats", at), chat


def _nested(team: Team) -> Iterator[Problem]:
    edges = {name: _partners(agent) - {name} for name, agent in team.agents.items()}
    for name, agent in team.agents.items():
        if agent.nested and any(chat.recipient == (chat.sender or name) for chat in agent.nested.chats):
            yield ("agents", name, "nested"), f"{name!r} would talk to itself"
        elif name in _reachable(edges, name):
            yield ("agents", name, "nested"), f"the nested chats of {name!r} lead back to it and would never end"
    for at, chat in enumerate(team.chats):
        if chat.sender is not None and chat.sender == chat.recipient:
            yield ("chats", at), f"{chat.sender!r} would talk to itself"


def _reachable(edges: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    front = list(edges[start])
    while front:
        name = front.pop()
        if name not in seen:
            seen.add(name)
            front += edges.get(name, set())
    return seen


def _tools(team: Team) -> Iterator[Problem]:
    known = tools.names()
    used: set[str] = set()
    for name, agent in team.agents.items():
        used |= set(agent.tools)
        for at, tool in enumerate(agent.tools):
            if tool not in known:
                yield ("agents", name, "tools", at), f"there is no tool {tool!r}{nearest(tool, known)}"
        if agent.tools and agent.human and agent.model is None:
            yield ("agents", name, "tools"), "a human without a model calls no tools; name them at the agent that does"
    yield from _approved_tools(team, used)


def _approved_tools(team: Team, used: set[str]) -> Iterator[Problem]:
    named, unasked = team.approve_tools, asked_unsaid(team)
    # A pin holds an empty list where the file had none.
    if unasked and not named and "approve_tools" in team.model_fields_set:
        yield (
            ("approve_tools",),
            "is empty, but each call of an installed package's tool is approved unless this says otherwise; write "
            f"{{{unasked[0]}: never}} if nobody is to be asked, or leave it out",
        )
    for key, tool in zip(named, named, strict=True) if isinstance(named, dict) else enumerate(named):
        if tool != "*" and tool not in used:
            yield ("approve_tools", key), f"no agent of the team has the tool {tool!r}"


def asked_unsaid(team: Team) -> list[str]:
    """Return the tools whose calls a person approves though the team does not say so: they are not ours."""
    used = {tool for agent in team.agents.values() for tool in agent.tools}
    said = team.approve_tools
    return [] if "*" in said else sorted(tool for tool in used if tool not in said and not tools.is_own(tool))


def _handoffs(team: Team) -> Iterator[Problem]:
    targets: list[tuple[Path_, str]] = [(("after_work",), team.after_work)] if team.after_work else []
    for name, agent in team.agents.items():
        if agent.after_work:
            targets.append((("agents", name, "after_work"), agent.after_work))
        for at, handoff in enumerate(agent.handoffs):
            path: Path_ = ("agents", name, "handoffs", at)
            targets.append(((*path, "to"), handoff.to))
            yield from _condition(name, handoff, path, team)
    yield from _targets(team, targets)


def _targets(team: Team, targets: list[tuple[Path_, str]]) -> Iterator[Problem]:
    for path, target in targets:
        if target not in team.agents and target not in RESERVED_TARGETS:
            yield path, f"there is no agent {target!r}{nearest(target, [*team.agents, *RESERVED_TARGETS])}"
        elif target not in RESERVED_TARGETS and target not in outer(team):
            yield path, f"{target!r} takes part in nested chats only; hand off to the agent that holds them"


def _condition(name: str, handoff: Handoff, path: Path_, team: Team) -> Iterator[Problem]:
    agent = team.agents[name]
    if (handoff.when is None) == (handoff.if_ is None):
        yield path, "needs `when` (the model decides) or `if` (a context variable decides), and not both"
    elif handoff.if_ is None and agent.human and agent.model is None:
        yield (*path, "when"), "a human without a model decides nothing by itself; use `if`, or `after_work`"
    if handoff.if_ is not None:
        if wrong := problem_of(handoff.if_, set(team.context)):
            yield (*path, "if"), wrong
        if handoff.to in (name, "stay"):
            yield (*path, "to"), "leads back to the agent before it speaks, so it would go round for ever"


def _selection(team: Team) -> Iterator[Problem]:
    kind, _, name = team.speaker_selection.partition(":")
    if kind == "custom" and name not in SELECTORS:
        yield ("speaker_selection",), f"there is no selector {name!r}{nearest(name, SELECTORS)}"
