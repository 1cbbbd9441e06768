"""The teams of the tasks, as team files: what Threadfast runs, and what the plain programs are written by.

Those that have a preset are the preset, with an answer's length and the number of turns limited so that forty tasks
take minutes, and nobody asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

Team = dict[str, Any]
Agent = dict[str, Any]

_UNATTENDED: Agent = {"human": True, "human_input_mode": "NEVER"}
"""A person's place where nobody is there to answer."""
_ANSWERS = {"temperature": 0.3, "max_tokens": 120}
_AT_ITS_END = "When that is done, write TERMINATE on the last line."


def _assistant(name: str, does: str, *, tools: Sequence[str] = (), **user: str) -> Team:
    """Return an assistant that somebody asks."""
    assistant = {
        "instructions": f"You are a helpful AI assistant. {does}\nReturn 'TERMINATE' when the task is done.\n",
        "model": "chat",
        **({"tools": [*tools]} if tools else {}),
        "temperature": 0.1,
        "max_tokens": 200,
    }
    agents = {"assistant": assistant, "user": _UNATTENDED | user}
    return {"name": name, "kind": "two_agent", "max_turns": 4, "agents": agents}


def _two(name: str, *, partner: tuple[str, str], asker: tuple[str, str]) -> Team:
    """Return two models that talk with each other, each by its name and what it does."""
    talks, asks = ({"instructions": does, "model": "chat", **_ANSWERS} for _, does in (partner, asker))
    agents = {partner[0]: talks, asker[0]: _UNATTENDED | asks}
    return {"name": name, "kind": "two_agent", "max_turns": 5, "agents": agents}


def _group(name: str, *members: tuple[str, str, str]) -> Team:
    """Return a group whose manager chooses who speaks, by each member's name, what it does, and its description."""
    person = _UNATTENDED | {"default_auto_reply": "TERMINATE", "description": "The person who asked."}
    agents = {who: {"instructions": does, "description": description, **_ANSWERS} for who, does, description in members}
    return {
        "name": name,
        "kind": "group_chat",
        "model": "chat",
        "speaker_selection": "auto",
        "allow_repeat_speaker": False,
        "max_rounds": 8,
        "agents": {"person": person, **agents},
    }


def _preset(name: str) -> Team:
    read: Team = yaml.safe_load((files("agents") / "presets" / f"{name}.yaml").read_text("utf-8"))
    return read


def _coder() -> Team:
    team = _preset("coder")
    team["max_turns"] = 6
    team["agents"]["coder"]["max_tokens"] = 400
    team["code"]["timeout"] = 20
    return team


def _panel() -> Team:
    team = _preset("panel")
    team["max_rounds"] = 8
    for agent in team["agents"].values():
        if agent.get("human"):
            # Whoever is asked ends it: nobody is there to answer.
            agent |= {"human_input_mode": "NEVER", "default_auto_reply": "TERMINATE"}
        else:
            agent["max_tokens"] = 120
    return team


def _assistants() -> list[Team]:
    return [
        _assistant("calculating", "Solve the task in one or two sentences."),
        _assistant(
            "reading",
            "Answer from the given text only, in one or two sentences.",
            default_auto_reply="Reply `TERMINATE` if the task is done.",
        ),
        _assistant(
            "equipped",
            "Use the tools you have been given to solve the task.",
            tools=("calculate", "current_time"),
        ),
    ]


def _pairs() -> list[Team]:
    return [
        _two(
            "asking",
            partner=("expert", "You are an expert in geography. Answer in one sentence."),
            asker=("asker", "You asked a question. When it is answered, reply with one word only, TERMINATE."),
        ),
        _two(
            "shopping",
            partner=("clerk", "You sell tea. A cup of tea is 3 yuan. Answer in one sentence."),
            asker=(
                "customer",
                "You buy tea. When you know the price, say thank you and write TERMINATE on the last line.",
            ),
        ),
        _two(
            "teaching",
            partner=("pupil", "You are a pupil. Do what the teacher says, in one sentence."),
            asker=(
                "teacher",
                "You are a teacher. When the pupil has named three colours, reply with one word only, TERMINATE.",
            ),
        ),
        _two(
            "reviewing",
            partner=("translator", "You translate. Reply with the translation only."),
            asker=(
                "reviewer",
                "You review translations. If the translation is right, reply with one word only, TERMINATE. "
                "If it is wrong, say what is wrong in one sentence.",
            ),
        ),
        _two(
            "editing",
            partner=("writer", "你是作者。按要求写一句话。"),
            asker=("editor", "你是编辑。如果句子写到了春天，只回复一个词 TERMINATE，否则用一句话说明要改什么。"),
        ),
    ]


def _groups() -> list[Team]:
    return [
        _group(
            "desk",
            (
                "translator",
                f"You translate what the person asks for. {_AT_ITS_END}",
                "Translates between languages.",
            ),
            (
                "mathematician",
                f"You answer questions about numbers in one sentence. {_AT_ITS_END}",
                "Calculates and solves sums.",
            ),
            ("poet", f"You write poems of two lines. {_AT_ITS_END}", "Writes poems."),
        ),
        _group(
            "office",
            (
                "writer",
                "You write one sentence about what the person asks for.",
                "Writes. Choose writer first.",
            ),
            (
                "critic",
                f"You say in one sentence what is wrong with what the writer wrote. {_AT_ITS_END}",
                "Criticises what the writer wrote. Choose critic after the writer.",
            ),
        ),
    ]


def write_teams(folder: Path) -> None:
    """Put every team's file into the folder."""
    for team in [_coder(), _panel(), *_assistants(), *_pairs(), *_groups()]:
        text = yaml.safe_dump(team, allow_unicode=True, sort_keys=False)
        (folder / f"{team['name']}.yaml").write_text(text, "utf-8")
