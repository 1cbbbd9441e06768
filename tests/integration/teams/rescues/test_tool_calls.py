"""Tool calls that models get wrong, end to end over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.teams.harness import Teams
from tests.integration.teams.rescues.mistaken import pair, rescued, results, words
from tests.model_server import ModelServer


@pytest.mark.parametrize("fault", ["bare_tools", "fenced_tools"])
async def test_tool_call_in_the_text_is_made(teams: Teams, server: ModelServer, fault: str) -> None:
    server.fault(fault)

    talk = await teams.talk(teams.write(pair("sums")), "6*7?")

    assert (results(talk), talk.said[-1]) == (["42"], ("clerk", "It is 42. TERMINATE"))
    assert rescued(talk) == ["tool_calls"]
    assert talk.outcome.counts["rescued_tool_calls"] == 1


async def test_tool_call_that_is_no_json_is_asked_for_once_more(tmp_path: Path, server: ModelServer) -> None:
    # Ollama's own dialect has objects in this place.
    server.fault("malformed_tools")
    teams = Teams(tmp_path, server.base_url)

    talk = await teams.talk(teams.write(pair("sums")), "6*7?")

    assert rescued(talk) == ["tool_repair"]
    assert "'expression' is a required property" in words(server, 1)[-1]
    wanted = server.chats[1].body["response_format"]["json_schema"]["schema"]
    assert wanted["properties"]["name"] == {"type": "string", "enum": ["calculate"]}


async def test_tool_call_that_breaks_the_schema_is_asked_for_once_more(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(pair("wrong")), "6*7?")

    assert (results(talk), rescued(talk)) == (["42"], ["tool_repair"])
    assert "expression: ['6*7', '1'] is not of type 'string'" in words(server, 1)[-1]
    # The agents never see the wrong one.
    assert not any("['6*7', '1']" in text for text in words(server, 2))


async def test_tool_call_as_python_makes_it_is_made(teams: Teams) -> None:
    talk = await teams.talk(teams.write(pair("python")), "6*7?")

    assert (results(talk), rescued(talk)) == (["42"], ["tool_calls"])


async def test_unknown_tool_is_asked_for_again_with_the_list(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(pair("unknown")), "6*7?")

    # It may have been an answer: that stands where the second one holds no call.
    assert talk.said[0] == ("clerk", '{"name": "multiply", "arguments": {"a": 6, "b": 7}}')
    assert "There is no tool 'multiply'. The tools are: calculate." in words(server, 1)[-1]


async def test_tool_call_in_the_text_stays_text_where_the_team_wants_that(teams: Teams, server: ModelServer) -> None:
    server.fault("bare_tools")

    talk = await teams.talk(teams.write(pair("sums", "rescues: {tool_calls: false}\nmax_turns: 1")), "6*7?")

    assert (results(talk), rescued(talk)) == ([], [])
    assert talk.said[0][1].startswith('{"name": "calculate"')
