"""The other side: the same team as a program of plain `autogen`, written as its documentation writes one."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autogen import AssistantAgent, ConversableAgent, GroupChat, GroupChatManager, UserProxyAgent, register_function
from autogen.coding import LocalCommandLineCodeExecutor
from autogen.io.base import IOStream

from agents import tools
from agents.teams.definition import Agent, Team
from benchmarks.small_models.side import LONGEST, SEED, TEMPERATURE
from benchmarks.small_models.talk import End, Kind, Said, Talk, end_by

_RAN = re.compile(r"exitcode: (-?\d+) \([^)]*\)\nCode output: ?(.*)", re.DOTALL)
_MANAGER = "chat_manager"

Message = dict[str, Any]


def is_termination_msg(message: Message) -> bool:
    """Return whether a message ends the chat: the documentation's own lambda."""
    return message.get("content") is not None and "TERMINATE" in message["content"]


class _Stream:
    """An IOStream that prints nothing and keeps why chats ended, by who ended them."""

    def __init__(self) -> None:
        self.reasons: list[tuple[str, str]] = []

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", flush: bool = False) -> None:
        """Print nothing."""

    def send(self, message: Any) -> None:
        """Keep the reason of an end."""
        if message.type == "termination":
            self.reasons.append((str(message.content.sender), str(message.content.termination_reason)))

    def input(self, prompt: str = "", *, password: bool = False) -> str:
        """Nobody is there."""
        return "exit"


class Plain:
    """Holds the chats of teams against a server that speaks OpenAI's dialect."""

    def __init__(self, base_url: str, model: str, folder: Path) -> None:
        self._server = {"api_type": "openai", "model": model, "base_url": base_url, "api_key": "none", "price": [0, 0]}
        self._folder = folder

    def talk(self, team: Team, words: str, name: str) -> Talk:
        """Hold one chat; whatever it raises is its end."""
        stream, agents = _Stream(), self._agents(team, name)
        begun = time.perf_counter()
        try:
            with IOStream.set_default(stream), _installing_nothing():
                messages = (self._group if team.kind == "group_chat" else _two)(team, agents, words)
        except Exception as error:  # the end of a user's program, whatever it is
            return Talk(said=(), end=End.FAILED, why=f"{type(error).__name__}: {error}", seconds=_since(begun))
        # The speaker selection's own small chats end for reasons of their own.
        enders = {_MANAGER} if team.kind == "group_chat" else set(agents)
        why = next((reason for sender, reason in reversed(stream.reasons) if sender in enders), "")
        # Where the one who began meets the condition, `initiate_chat` tells no reason.
        met = not why and bool(messages) and is_termination_msg(messages[-1])
        said = tuple(_said(messages, str(team.start)))
        return Talk(said=said, end=End.PROPER if met else end_by(why), why=why, seconds=_since(begun))

    def _agents(self, team: Team, name: str) -> dict[str, ConversableAgent]:
        work = self._folder / name
        work.mkdir(parents=True)
        executor = LocalCommandLineCodeExecutor(timeout=team.code.timeout, work_dir=work)
        # As in the documentation, the proxy ends a chat; where it has a model of its own, its words end it, too.
        enders = [str(team.start)] if team.agents[str(team.start)].model is None else list(team.agents)
        made = {who: self._agent(who, agent, executor, ends=who in enders) for who, agent in team.agents.items()}
        for who, agent in team.agents.items():
            for tool in agent.tools:
                function = tools.find(tool)
                register_function(
                    function,
                    caller=made[who],
                    executor=made[str(team.start)],
                    name=tool,
                    description=tools.described(function),
                )
        return made

    def _agent(
        self, name: str, agent: Agent, executor: LocalCommandLineCodeExecutor, *, ends: bool
    ) -> ConversableAgent:
        kind = UserProxyAgent if agent.human else AssistantAgent
        options: dict[str, Any] = {"system_message": agent.instructions} if agent.instructions else {}
        if ends:
            options["is_termination_msg"] = is_termination_msg
        made: ConversableAgent = kind(
            name,
            human_input_mode="NEVER",
            max_consecutive_auto_reply=agent.max_consecutive_auto_reply,
            llm_config=self._model(agent) if agent.model else False,
            code_execution_config={"executor": executor} if agent.code else False,
            default_auto_reply=agent.default_auto_reply,
            description=agent.description,
            **options,
        )
        return made

    def _model(self, agent: Agent | None = None) -> dict[str, Any]:
        warm = agent.temperature if agent else None
        return {
            "config_list": [self._server],
            "seed": SEED,
            "temperature": TEMPERATURE if warm is None else min(TEMPERATURE, warm),
            "max_tokens": (agent.max_tokens if agent else None) or LONGEST,
            # No answer comes from a cache of answers.
            "cache_seed": None,
        }

    def _group(self, team: Team, agents: dict[str, ConversableAgent], words: str) -> list[Message]:
        group = GroupChat(
            agents=list(agents.values()),
            messages=[],
            max_round=team.max_rounds,
            speaker_selection_method="auto",
            allow_repeat_speaker=team.allow_repeat_speaker,
        )
        manager = GroupChatManager(
            groupchat=group, name=_MANAGER, llm_config=self._model(), is_termination_msg=is_termination_msg
        )
        agents[str(team.start)].initiate_chat(manager, message=words, silent=True)
        return manager.groupchat.messages[1:]


def _two(team: Team, agents: dict[str, ConversableAgent], words: str) -> list[Message]:
    start, partner = agents[str(team.start)], agents[str(team.recipient)]
    start.initiate_chat(partner, message=words, max_turns=team.max_turns, silent=True)
    # As the partner has it: its own words are the assistant's, and it has the names of what it was told.
    own = {"assistant": partner.name, "user": start.name}
    return [
        {**one, "name": one.get("name") or own.get(one["role"], start.name)} for one in partner.chat_messages[start]
    ][1:]


def _said(messages: Sequence[Message], human: str) -> Iterator[Said]:
    calls: dict[str, Message] = {}
    for message in messages:
        calls |= {call["id"]: call["function"] for call in message.get("tool_calls") or ()}
        name, text = str(message.get("name") or human), message.get("content") or ""
        if responses := message.get("tool_responses"):
            yield from (_tool(calls.get(one["tool_call_id"], {}), str(one["content"])) for one in responses)
        elif ran := _RAN.fullmatch(text):
            yield Said(agent=name, kind=Kind.CODE, text=ran[2], ok=ran[1] == "0")
        elif text.strip():
            yield Said(agent=name, kind=Kind.TEXT, text=text)


def _tool(call: Message, result: str) -> Said:
    return Said(
        agent="",
        kind=Kind.TOOL,
        text=result,
        title=call.get("name", ""),
        source=call.get("arguments", ""),
        ok=not result.startswith("Error: "),
    )


@contextmanager
def _installing_nothing() -> Iterator[None]:
    """Let no shell of a model install packages here; in the sandbox of the other side none can."""
    before = os.environ.get("PIP_NO_INDEX")
    os.environ["PIP_NO_INDEX"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PIP_NO_INDEX"]
        else:
            os.environ["PIP_NO_INDEX"] = before


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 2)
