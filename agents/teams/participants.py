"""Builds a team's agents: stock AutoGen classes, configured from the pinned team."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
from autogen import AssistantAgent, ConversableAgent, UserProxyAgent
from autogen.coding.base import CodeExecutor

from agents.content import Quoting, Sight
from agents.teams.definition import Agent, Team
from agents.teams.ending import RECENT, Ending, Tell, rules_of
from agents.teams.nesting import nest
from agents.teams.pin import FORMAT
from agents.tools import described

SERVER = "https://api.openai.com/v1"
"""The library's default address: the settings decide. Written out, so that no variable of the environment does."""

NO_KEY = "sk-" + "0" * 48
"""No key: only its shape matters, for the library warns on standard output about every other."""


AtEnd = Callable[[Callable[[], None]], None]


class _SharedClient(httpx.Client):
    """One connection pool for all agents: a pair of agents with one each costs 1,577 KiB and 43 ms, so 18 KiB and 3 ms.

    It never sends anything: model calls go through the model port.
    """

    def __deepcopy__(self, memo: object) -> _SharedClient:
        return self


_SHARED = _SharedClient()


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What agents are built with, beside their team."""

    tell: Tell
    tools: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    executor: CodeExecutor | None = None
    at_end: AtEnd = lambda _: None
    """`agents.durable.at_end`: has something done once nothing of the run goes on in memory."""
    pinned_format: int = FORMAT
    """Of the run: one that began under an older format goes on as it did."""
    sight: Sight = field(default=Sight(images=False))
    """Whether the run's models are given images."""
    quoting: Callable[[], Quoting] = Quoting
    """`agents.durable.quoting`: which of the first files are quoted."""


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A team's agents by name."""

    team: Team
    parts: Parts
    agents: dict[str, ConversableAgent]

    @property
    def start(self) -> ConversableAgent:
        """The human that brings in the person's words."""
        return self.agents[str(self.team.start)]

    def among(self, names: list[str]) -> list[ConversableAgent]:
        """Return the agents of these names, in the order of the file."""
        return [agent for name, agent in self.agents.items() if name in names]

    def group_ending(self) -> Ending:
        """Return the ending of a group: no member may run code of the message any more."""
        return Ending(
            rules_of(self.team, self.parts.pinned_format),
            tell=self.parts.tell,
            has_code=_code_reader(self.parts, any(agent.code for agent in self.team.agents.values())),
        )

    def part(self) -> None:
        """Take the agents apart once their run is over.

        They know each other: only a collection of garbage would free them, and stop every other conversation for it.
        """
        for agent in self.agents.values():
            vars(agent).clear()


MOST_AUTO_REPLIES = 2_000
"""As many answers of people as one run may have."""


def cast_of(team: Team, parts: Parts) -> Cast:
    """Build every agent of a team, with its tools and nested chats."""
    agents = {name: _agent(name, agent, team, parts) for name, agent in team.agents.items()}
    made = Cast(team=team, parts=parts, agents=agents)
    for name, agent in team.agents.items():
        if agent.nested:
            nest(agents[name], agent.nested, agents, parts.pinned_format)
        if team.kind != "pattern":
            _give_tools(agents[name], agent, made)
    return made


def llm_config(model: str | None, agent: Agent | None = None) -> dict[str, Any] | bool:
    """Return AutoGen's model configuration of an alias; False for an agent without a model."""
    if model is None:
        return False
    config: dict[str, Any] = {
        "api_type": "openai",
        "model": model,
        "base_url": SERVER,
        "api_key": NO_KEY,
        # Without a price the library warns that the model "is not found".
        "price": [0, 0],
        "http_client": _SHARED,
        # Deltas of the speaking agent are shown as they arrive.
        "stream": True,
    }
    if agent is not None:
        given = {"temperature": agent.temperature, "top_p": agent.top_p, "max_tokens": agent.max_tokens}
        config |= {key: value for key, value in given.items() if value is not None}
    return {"config_list": [config]}


def _agent(name: str, agent: Agent, team: Team, parts: Parts) -> ConversableAgent:
    runs_code = agent.code and team.code.enabled and parts.executor is not None
    group = team.kind in ("group_chat", "pattern")
    mute = agent.model is None and not agent.default_auto_reply and agent.nested is None
    ending = Ending(
        rules_of(team, parts.pinned_format),
        tell=parts.tell,
        has_code=_code_reader(parts, runs_code or (group and any(one.code for one in team.agents.values()))),
        # In a group its manager judges; where a person is asked each time, the person does.
        loops=not group and agent.human_input_mode != "ALWAYS",
        mute=mute,
        runner=name if runs_code else "",
    )
    options: dict[str, Any] = {
        "system_message": agent.instructions,
        "is_termination_msg": ending,
        "max_consecutive_auto_reply": _auto_replies(agent),
        "human_input_mode": agent.human_input_mode,
        "llm_config": llm_config(agent.model, agent),
        "code_execution_config": {"executor": parts.executor} if runs_code else False,
        "default_auto_reply": agent.default_auto_reply,
        "description": agent.description,
    }
    if team.kind == "pattern" and agent.tools:
        options["functions"] = [parts.tools[tool] for tool in agent.tools]
    made = cast("ConversableAgent", (UserProxyAgent if agent.human else AssistantAgent)(name, **options))
    ending.histories = lambda: [
        _named(history[-RECENT:], name, other.name) for other, history in made.chat_messages.items()
    ]
    return made


def _auto_replies(agent: Agent) -> int | None:
    """Return how often the agent answers in a row; AutoGen silently ends a chat with an assistant at 100.

    It does so whatever the person says meanwhile: a person's words are not an assistant's own human input.
    """
    if agent.max_consecutive_auto_reply is not None or agent.human:
        return agent.max_consecutive_auto_reply
    return MOST_AUTO_REPLIES


def _named(history: list[dict[str, Any]], own: str, other: str) -> list[dict[str, Any]]:
    """Say who said what: in a chat of two AutoGen tells them apart by the role."""
    return [
        {**said, "name": said.get("name") or (own if said.get("role") == "assistant" else other)} for said in history
    ]


def _code_reader(parts: Parts, reads: bool) -> Callable[[str], bool]:
    executor = parts.executor
    if not reads or executor is None:
        return lambda _: False
    return lambda text: bool(executor.code_extractor.extract_code_blocks(text))


def _give_tools(made: ConversableAgent, agent: Agent, team: Cast) -> None:
    """Offer the tools to the agent's model; the human that started carries the calls out."""
    for name in agent.tools:
        tool = team.parts.tools[name]
        made.register_for_llm(name=name, description=described(tool))(tool)
        if not team.start.can_execute_function([name]):
            team.start.register_for_execution(name=name)(tool)
