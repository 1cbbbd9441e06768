"""What a team's file says of long histories, through the teams as the core sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from agents.models.pool import Models, ModelSettings
from agents.models.settings import Alias, HostSettings
from bot.domain import Json
from bot.texts import say
from tests.integration.histories.talk import FACT, TASK, is_summary, said, speaks, sums_up
from tests.integration.teams.harness import Talk, Teams
from tests.model_server import ModelServer

PAIR = """\
name: pair
kind: two_agent
agents:
  helper: {instructions: "[[agent:helper]] Help.", model: m}
  you: {human: true}
"""
THREE = """\
name: three
kind: group_chat
speaker_selection: round_robin
max_rounds: 301
agents:
  ann: {instructions: "[[agent:ann]] Talk.", model: chat}
  bob: {instructions: "[[agent:bob]] Talk.", model: chat}
  eve: {instructions: "[[agent:eve]] Talk.", model: chat, human: true, human_input_mode: NEVER}
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


async def test_team_over_a_pool_knows_its_task_after_300_turns_and_no_shaped_request_is_over_long(
    tmp_path: Path,
) -> None:
    async with ModelServer({"m": {"_any": speaks, "_selector": sums_up}}) as server:
        host = HostSettings(name="gpu", address=server.url)
        chat = {"chat": Alias(model="m", num_ctx=2048)}
        models = Models(ModelSettings(cache=tmp_path / "cache", hosts=(host,), aliases=chat))
        teams = Teams(tmp_path, "", models=models)
        told: Json = {"role": "assistant", "name": "helper", "content": f"turn 12: {FACT}"}

        talk = await teams.talk(teams.write(THREE), TASK, history=[*HISTORY, told])

        asked = [logged.body["messages"] for logged in server.chats if not is_summary(logged)]
        texts = [said(messages) for messages in asked]
        assert len(asked) == 300
        assert all(TASK in text for text in texts)
        assert all(INSTRUCTION in text for text in texts)
        assert all(FACT in text for text in texts)
        assert not [logged for logged in server.chats if logged.truncated or logged.outcome != "answered"]
        assert not any("name" in message for messages in asked for message in messages)
        roles = [[message["role"] for message in messages] for messages in asked]
        assert all(one != other for each in roles for one, other in pairwise(each))
        assert talk.notices[0] == say("history_compacted", "en")


async def test_file_that_says_trim_has_them_left_out(tmp_path: Path, server: ModelServer) -> None:
    talk = await talked(tmp_path, server, f"{PAIR}history: trim\n")

    asked = said(server.chats[-1].body["messages"])
    assert talk.notices == [say("history_trimmed", "en")]
    assert [is_summary(logged) for logged in server.chats] == [False]
    assert INSTRUCTION in asked
    assert "turn 0:" not in asked
