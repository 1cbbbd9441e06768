"""What a conformance program is, and the world that it runs in.

A program is plain AutoGen: it knows nothing of journals. Its journals are kept for ever in tests/journals, so a
program that was released is not edited any more; a changed one is a new one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from autogen import AssistantAgent, ConversableAgent, UserProxyAgent

from tests.conformance.codes import Codes
from tests.conformance.deaths import Deaths
from tests.model_server.scripts import Script

Json = dict[str, Any]
F = TypeVar("F", bound=Callable[..., Any])
Entry = Callable[["Env"], Awaitable[Json]]

EXIT = "exit"
"""What everybody says when the answers of a program are used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program with the models' lines and the people's answers."""

    name: str
    entry: Entry
    scripts: Mapping[str, Script]
    answers: tuple[str, ...] = ()
    """In the order of the questions. For an approval: `yes` or `no: REASON` by item, joined by `; `."""
    by_agent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Where several ask at once: the answers of each."""
    approve: frozenset[str] = frozenset()
    """What is approved first: names of tools, and `code`."""
    chance: bool = False
    """Whether AutoGen chooses by chance."""
    width: int = 1
    """How many chats go on side by side."""
    at_once: int = 1
    """How many answers one process gets before the next takes over."""
    every: int = 1
    """Of long programs only each n-th point is tried."""
    model: str = ""
    """The name under which the model server knows the scripts."""

    @property
    def stock(self) -> bool:
        """Whether plain AutoGen can do it: it knows no approvals."""
        return not self.approve

    @property
    def questions(self) -> int:
        """How many answers there are."""
        return len(self.answers) + sum(len(answers) for answers in self.by_agent.values())

    def answer(self, given: Iterable[str], agent: str) -> str:
        """Return the answer to the next question of an agent, when these agents have been answered already."""
        asked = [*given]
        if self.by_agent:
            answers, n = self.by_agent.get(agent, ()), asked.count(agent)
        else:
            answers, n = self.answers, len(asked)
        return answers[n] if n < len(answers) else EXIT

    def cut(self, k: int) -> Program:
        """Return the program in which the person says `exit` after k answers."""
        return replace(self, name=f"{self.name}.exit{k}", answers=(*self.answers[:k], EXIT))


PROGRAMS: dict[str, Program] = {}


def program(
    *,
    scripts: Mapping[str, Script],
    answers: tuple[str, ...] = (),
    by_agent: Mapping[str, tuple[str, ...]] | None = None,
    approve: frozenset[str] = frozenset(),
    **more: Any,
) -> Callable[[Entry], Entry]:
    """Register a program under its function's name."""

    def register(entry: Entry) -> Entry:
        name = entry.__name__
        assert name not in PROGRAMS
        PROGRAMS[name] = Program(
            name=name,
            model=name,
            entry=entry,
            scripts=scripts,
            answers=answers,
            by_agent=by_agent or {},
            approve=approve,
            **more,
        )
        return entry

    return register


def typed(function: F) -> F:
    """Give a tool its annotations as types: AutoGen does not find all of them by name."""
    function.__annotations__ = get_type_hints(function, include_extras=True)
    return function


def ends(message: Mapping[str, Any]) -> bool:
    """Tell a message that ends a chat."""
    return "TERMINATE" in str(message.get("content") or "")


def next_of(order: Mapping[str, str]) -> Callable[[list[Json]], str]:
    """Return a selector's script: who follows the one who spoke last."""

    def choose(messages: list[Json]) -> str:
        names = [str(m["name"]) for m in messages if m.get("role") != "system" and m.get("name")]
        return order[names[-1]]

    return choose


class Env:
    """The world of one program in one process: its model server, its folder, and when it is to die."""

    def __init__(self, *, model: str, base_url: str, work: Path, deaths: Deaths | None = None) -> None:
        self.model = model
        self.base_url = base_url
        self.work = work
        self.deaths = deaths or Deaths()

    def llm(self) -> Json:
        """Return the configuration of a model that speaks this program's lines."""
        return {
            "config_list": [
                {
                    "api_type": "openai",
                    "model": self.model,
                    "base_url": f"{self.base_url}/v1",
                    "api_key": "x",
                    "price": [0.001, 0.002],
                    "stream": False,
                    "max_retries": 0,
                }
            ]
        }

    def says(self, name: str, more: str = "") -> str:
        """Return a system message that tells the model server who speaks."""
        return f"[[agent:{name}]] {more}"

    def assistant(self, name: str, **more: Any) -> AssistantAgent:
        """Make an assistant with a model."""
        return AssistantAgent(name, system_message=self.says(name), llm_config=self.llm(), **more)

    def agent(self, name: str, **more: Any) -> ConversableAgent:
        """Make a plain agent with a model."""
        return ConversableAgent(name, system_message=self.says(name), llm_config=self.llm(), **more)

    def human(self, name: str = "human", *, code: bool = False, **more: Any) -> UserProxyAgent:
        """Make a proxy; it asks always unless told otherwise."""
        more = {"human_input_mode": "ALWAYS", **more}
        config: Any = {"executor": Codes(self.work, self.deaths)} if code else False
        return UserProxyAgent(name, code_execution_config=config, **more)

    def effect(self, line: str, *, seconds: float = 0.0) -> None:
        """Do what a tool does: leave a trace in the folder; die there if this is the place."""
        with (self.work / "calls.txt").open("a") as file:
            file.write(f"{line}\n")
        time.sleep(seconds)
        self.deaths.at("tool")


def outcome(results: Any, agents: Iterable[Any], *, group: Any = None, **more: Any) -> Json:
    """Return everything that a chat leaves behind, as JSON."""
    agents = [*agents]
    values = results.values() if isinstance(results, dict) else results if isinstance(results, list) else [results]
    left = {
        "results": [
            {
                "history": each.chat_history,
                "summary": each.summary,
                "cost": each.cost,
                "human_input": each.human_input,
            }
            for each in values
        ],
        "messages": {a.name: {b.name: said for b, said in a.chat_messages.items()} for a in agents},
        "counters": {a.name: {b.name: n for b, n in a._consecutive_auto_reply_counter.items() if n} for a in agents},
        "usage": {a.name: a.get_total_usage() for a in agents},
        "group": group.messages if group is not None else None,
        **more,
    }
    plain: Json = json.loads(json.dumps(left, default=str))
    return plain
