"""The teams of the tasks, as team files: what Threadfast runs, and what the plain programs are written by.

Those that have a preset are the preset, with an answer's length and the number of turns limited so that forty tasks
take minutes, and nobody asked.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

_ASSISTANT = """
name: {name}
kind: two_agent
max_turns: 4
agents:
  assistant:
    instructions: |
      {instructions}
      Return 'TERMINATE' when the task is done.
    model: chat
    temperature: 0.1
    max_tokens: 200
  user: {{human: true, human_input_mode: NEVER{user}}}
"""

_TWO = """
name: {name}
kind: two_agent
max_turns: 5
agents:
  {partner}:
    instructions: {partner_does}
    model: chat
    temperature: 0.3
    max_tokens: 120
  {asker}:
    human: true
    human_input_mode: NEVER
    instructions: {asker_does}
    model: chat
    temperature: 0.3
    max_tokens: 120
"""

_GROUP = """
name: {name}
kind: group_chat
model: chat
speaker_selection: auto
allow_repeat_speaker: false
max_rounds: 8
agents:
  person: {{human: true, human_input_mode: NEVER, default_auto_reply: TERMINATE, description: The person who asked.}}
"""

_MEMBER = """
  {name}:
    instructions: {does} When that is done, write TERMINATE on the last line.
    description: {description}
    temperature: 0.3
    max_tokens: 120
"""


def _group(name: str, *members: tuple[str, str, str]) -> str:
    rows = [_MEMBER.format(name=name, does=does, description=description) for name, does, description in members]
    return _GROUP.format(name=name) + "".join(rows)


def _preset(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((files("agents") / "presets" / f"{name}.yaml").read_text("utf-8"))
    return read


def _coder() -> dict[str, Any]:
    team = _preset("coder")
    team["max_turns"] = 6
    team["agents"]["coder"]["max_tokens"] = 400
    team["code"]["timeout"] = 20
    return team


def _panel() -> dict[str, Any]:
    team = _preset("panel")
    team["max_rounds"] = 8
    for agent in team["agents"].values():
        if agent.get("human"):
            # Whoever is asked ends it: nobody is there to answer.
            agent |= {"human_input_mode": "NEVER", "default_auto_reply": "TERMINATE"}
        else:
            agent["max_tokens"] = 120
    return team


def _teams() -> list[dict[str, Any]]:
    texts = [
        _ASSISTANT.format(
            name="calculating",
            instructions="You are a helpful AI assistant. Solve the task in one or two sentences.",
            user="",
        ),
        _ASSISTANT.format(
            name="reading",
            instructions="You are a helpful AI assistant. Answer from the given text only, in one or two sentences.",
            user=', default_auto_reply: "Reply `TERMINATE` if the task is done."',
        ),
        _ASSISTANT.format(
            name="equipped",
            instructions="You are a helpful AI assistant. Use the tools you have been given to solve the task.",
            user="",
        ).replace("    model: chat\n", "    model: chat\n    tools: [calculate, current_time]\n"),
        _TWO.format(
            name="asking",
            partner="expert",
            partner_does="You are an expert in geography. Answer in one sentence.",
            asker="asker",
            asker_does="You asked a question. When it is answered, reply with one word only, TERMINATE.",
        ),
        _TWO.format(
            name="shopping",
            partner="clerk",
            partner_does="You sell tea. A cup of tea is 3 yuan. Answer in one sentence.",
            asker="customer",
            asker_does="You buy tea. When you know the price, say thank you and write TERMINATE on the last line.",
        ),
        _TWO.format(
            name="teaching",
            partner="pupil",
            partner_does="You are a pupil. Do what the teacher says, in one sentence.",
            asker="teacher",
            asker_does="You are a teacher. When the pupil has named three colours, reply with one word only, "
            "TERMINATE.",
        ),
        _TWO.format(
            name="reviewing",
            partner="translator",
            partner_does="You translate. Reply with the translation only.",
            asker="reviewer",
            asker_does="You review translations. If the translation is right, reply with one word only, TERMINATE. "
            "If it is wrong, say what is wrong in one sentence.",
        ),
        _TWO.format(
            name="editing",
            partner="writer",
            partner_does="你是作者。按要求写一句话。",
            asker="editor",
            asker_does="你是编辑。如果句子写到了春天，只回复一个词 TERMINATE，否则用一句话说明要改什么。",
        ),
        _group(
            "desk",
            ("translator", "You translate what the person asks for.", "Translates between languages."),
            ("mathematician", "You answer questions about numbers in one sentence.", "Calculates and solves sums."),
            ("poet", "You write poems of two lines.", "Writes poems."),
        ),
        _GROUP.format(name="office")
        + "  writer: {instructions: You write one sentence about what the person asks for., temperature: 0.3, "
        "max_tokens: 120, description: Writes. Choose writer first.}"
        + _MEMBER.format(
            name="critic",
            does="You say in one sentence what is wrong with what the writer wrote.",
            description="Criticises what the writer wrote. Choose critic after the writer.",
        ),
    ]
    return [_coder(), _panel(), *(yaml.safe_load(text) for text in texts)]


def write_teams(folder: Path) -> None:
    """Put every team's file into the folder."""
    for team in _teams():
        text = yaml.safe_dump(team, allow_unicode=True, sort_keys=False)
        (folder / f"{team['name']}.yaml").write_text(text, "utf-8")
