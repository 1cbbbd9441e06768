"""What a team's file says of long histories, through the teams as the core sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from bot.domain import Json
from bot.texts import say
from tests.integration.histories.talk import is_summary, said, sums_up
from tests.integration.teams.harness import Talk, Teams
from tests.model_server import ModelServer

PAIR = """\
name: pair
kind: two_agent
agents:
  helper: {instructions: "[[agent:helper]] Help.", model: m}
  you: {human: true}
"""
INSTRUCTION = "Answer in rhymes from now on."
HISTORY: list[Json] = [
    {"role": "user", "name": "Ada", "content": INSTRUCTION},
    *({"role": "assistant", "name": "helper", "content": f"turn {n}: " + "and so on " * 60} for n in range(12)),
]


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer({"m": {"_any": ["Well then."], "_selector": sums_up}}) as running:
        yield running


async def talked(folder: Path, server: ModelServer, team: str) -> Talk:
    client = OllamaClient(OllamaHost(url=server.url, context=2048))
    teams = Teams(folder, "", models=client)
    return await teams.talk(teams.write(team), "And now?", history=HISTORY)


async def test_earlier_runs_are_summed_up_and_what_people_said_in_them_stays(
    tmp_path: Path, server: ModelServer
) -> None:
    talk = await talked(tmp_path, server, PAIR)

    asked = said(server.chats[-1].body["messages"])
    assert talk.notices == [say("history_compacted", "en")]
    assert [is_summary(logged) for logged in server.chats][-2:] == [True, False]
    assert INSTRUCTION in asked
    assert "They talked up to turn" in asked
    assert asked.endswith("And now?")


async def test_file_that_says_trim_has_them_left_out(tmp_path: Path, server: ModelServer) -> None:
    talk = await talked(tmp_path, server, f"{PAIR}history: trim\n")

    asked = said(server.chats[-1].body["messages"])
    assert talk.notices == [say("history_trimmed", "en")]
    assert [is_summary(logged) for logged in server.chats] == [False]
    assert INSTRUCTION in asked
    assert "turn 0:" not in asked
