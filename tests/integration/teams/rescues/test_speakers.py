"""The choice of who speaks next, end to end over HTTP: confined by the server, or understood in words."""

from __future__ import annotations

from tests.integration.teams.harness import Teams
from tests.integration.teams.rescues.mistaken import GROUP, rescued
from tests.model_server import ModelServer


async def test_server_confines_the_selection_to_the_candidates(teams: Teams, server: ModelServer) -> None:
    server.control.schemas = "obeyed"

    talk = await teams.talk(teams.write(GROUP.replace("EXTRA", "")), "a trip")

    assert talk.said == [("planner", "plan")] * len(talk.said)
    assert set(rescued(talk)) == {"constrained_speakers"}


async def test_server_that_refuses_is_asked_without_and_remembered(teams: Teams, server: ModelServer) -> None:
    server.control.schemas = "refused"

    talk = await teams.talk(teams.write(GROUP.replace("EXTRA", "max_rounds: 3".replace("max_rounds: 3", ""))), "a trip")

    selections = [chat for chat in server.chats if chat.agent == "_selector"]
    refused = [chat for chat in selections if chat.outcome == "400"]
    assert len(refused) == 1 < len(selections)
    assert talk.said


async def test_server_that_ignores_the_schema_is_understood_in_words(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(GROUP.replace("EXTRA", "")), "a trip")

    assert "response_format" in server.chats[0].body or "format" in server.chats[0].body
    assert talk.said[0] == ("critic", "TERMINATE")
    assert "speakers" in rescued(talk)


async def test_selection_is_the_librarys_own_where_the_team_wants_that(teams: Teams, server: ModelServer) -> None:
    team = GROUP.replace("EXTRA", "rescues: {speakers: false, constrained_speakers: false, early_end: false}")

    talk = await teams.talk(teams.write(team), "a trip")

    assert not any("response_format" in chat.body or "format" in chat.body for chat in server.chats)
    assert rescued(talk) == []


async def test_person_without_a_word_of_its_own_is_not_chosen_right_after_it_spoke(
    teams: Teams, server: ModelServer
) -> None:
    server.control.schemas = "obeyed"

    await teams.talk(teams.write(GROUP.replace("EXTRA", "")), "a trip")

    body = server.chats[0].body
    schema = body.get("format") or body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["next_speaker"]["enum"] == ["planner", "critic"]
