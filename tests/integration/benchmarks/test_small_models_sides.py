"""Both sides of the benchmark of small models, held against one scripted server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from blockbuster import BlockBuster

from agents.teams.definition import Team
from agents.teams.load import load_file
from benchmarks.bot import bot, http_models
from benchmarks.small_models.ours import Ours
from benchmarks.small_models.plain import Plain
from benchmarks.small_models.side import LONGEST, SEED, TEMPERATURE
from benchmarks.small_models.talk import End, Kind, Said, Talk
from tests.model_server import ModelServer

PROGRAM = "```python\nprint(6 * 7)\n```"
TEAMS = {
    "coder": """
name: coder
kind: two_agent
max_turns: 3
agents:
  coder: {instructions: "[[agent:coder]] Write programs.", temperature: 0.2, max_tokens: 50, model: chat}
  runner: {human: true, human_input_mode: NEVER, code: true, model: chat, instructions: "[[agent:runner]] Run them."}
""",
    "equipped": """
name: equipped
kind: two_agent
max_turns: 3
agents:
  assistant: {instructions: "[[agent:assistant]] Use tools.", tools: [calculate], model: chat}
  user: {human: true, human_input_mode: NEVER}
""",
    "group": """
name: group
kind: group_chat
model: chat
allow_repeat_speaker: false
max_rounds: 4
agents:
  person: {human: true, human_input_mode: NEVER}
  writer: {instructions: "[[agent:writer]] Write."}
  critic: {instructions: "[[agent:critic]] Criticise."}
""",
    "endless": """
name: endless
kind: two_agent
max_turns: 2
agents:
  assistant: {instructions: "[[agent:counter]] Count.", model: chat}
  user: {human: true, human_input_mode: NEVER, default_auto_reply: Go on.}
""",
}


def selected(messages: list[dict[str, Any]]) -> str:
    """Choose the writer first, whatever else the request holds."""
    return "critic" if "A blue sea" in json.dumps(messages) else "writer"


SCRIPTS: dict[str, dict[str, Any]] = {
    "chat": {
        "coder": [PROGRAM, "TERMINATE"],
        "assistant": [{"content": "", "tool_calls": [("calculate", {"expression": "6 * 7"})]}, "It is 42. TERMINATE"],
        "writer": ["A blue sea"],
        "critic": ["Too short. TERMINATE"],
        "counter": ["one", "two", "three"],
        "_selector": selected,
    }
}


@pytest.fixture(autouse=True)
def _may_block(blockbuster: BlockBuster) -> None:
    """Let the benchmarks' bot open its store on the loop: nobody else waits there."""
    blockbuster.deactivate()


def written(folder: Path, name: str) -> Team:
    for team, text in TEAMS.items():
        (folder / f"{team}.yaml").write_text(text)
    return load_file(folder / f"{name}.yaml")


async def held(tmp_path: Path, name: str, server: ModelServer) -> tuple[Talk, Talk]:
    """Return what each side tells of the same chat: ours, theirs."""
    team = await asyncio.to_thread(written, tmp_path, name)
    plain = Plain(server.base_url, "chat", tmp_path / "plain")
    theirs = await asyncio.to_thread(plain.talk, team, "Begin.", name)
    async with bot(tmp_path, http_models(server.base_url)) as subject:
        return await Ours(subject, tmp_path / "bench.db").talk(name, "Begin.", name), theirs


def told(said: Said) -> tuple[str, str, str]:
    """Return what both sides must agree on: the proxy or the caller may stand beside a tool, a language beside code."""
    who = {Kind.TEXT: said.agent, Kind.CODE: "", Kind.TOOL: said.title}[said.kind]
    return said.kind, who, said.text


@pytest.mark.parametrize(
    ("name", "end", "expected"),
    [
        (
            "coder",
            End.PROPER,
            [
                Said(agent="coder", kind=Kind.TEXT, text=PROGRAM),
                Said(agent="runner", kind=Kind.CODE, text="42\n"),
                Said(agent="coder", kind=Kind.TEXT, text="TERMINATE"),
            ],
        ),
        (
            "equipped",
            End.PROPER,
            [
                Said(agent="", kind=Kind.TOOL, text="42", title="calculate"),
                Said(agent="assistant", kind=Kind.TEXT, text="It is 42. TERMINATE"),
            ],
        ),
        (
            "group",
            End.PROPER,
            [
                Said(agent="writer", kind=Kind.TEXT, text="A blue sea"),
                Said(agent="critic", kind=Kind.TEXT, text="Too short. TERMINATE"),
            ],
        ),
        (
            "endless",
            End.LIMIT,
            [
                Said(agent="assistant", kind=Kind.TEXT, text="one"),
                Said(agent="assistant", kind=Kind.TEXT, text="two"),
            ],
        ),
    ],
)
async def test_both_sides_tell_the_same_of_the_same_chat(
    tmp_path: Path, name: str, end: End, expected: list[Said]
) -> None:
    async with ModelServer(SCRIPTS) as server:
        for talk in await held(tmp_path, name, server):
            assert [told(one) for one in talk.said if one.agent != "user"] == [told(one) for one in expected]
            assert talk.end is end, talk.why


async def test_the_plain_side_asks_with_the_seed_and_as_coolly_and_shortly_as_ours(tmp_path: Path) -> None:
    async with ModelServer(SCRIPTS) as server:
        await held(tmp_path, "coder", server)
        plain, ours = server.chats[0].body, server.chats[2].body

    assert (plain["seed"], plain["temperature"], plain["max_tokens"]) == (SEED, 0.2, 50)
    assert (ours["temperature"], ours["max_tokens"]) == (0.2, 50)
    assert [one["content"] for one in plain["messages"]] == [one["content"] for one in ours["messages"]]
    assert (TEMPERATURE, LONGEST) == (0.3, 1024)


async def test_a_chat_that_raises_has_failed(tmp_path: Path) -> None:
    async with ModelServer(SCRIPTS) as server:
        server.fault("oom", once=False)
        ours, theirs = await held(tmp_path, "endless", server)

    assert (ours.end, theirs.end) == (End.FAILED, End.FAILED)
    assert theirs.why.startswith("InternalServerError")
