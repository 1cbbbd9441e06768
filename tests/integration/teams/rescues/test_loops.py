"""Chats that go round, end to end over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.teams.harness import Teams
from tests.integration.teams.rescues.mistaken import FIRST, GROUP, SECOND, pair, rescued, words
from tests.model_server import ModelServer


async def test_endless_thanks_are_stopped_with_the_reason(teams: Teams) -> None:
    talk = await teams.talk(teams.write(pair("thanks", proxy="You are welcome.")), "6*7?")

    assert talk.notices == ["Only courtesies were exchanged any more, so the chat was ended."]
    assert talk.outcome.counts["rescued_loops"] == 1


async def test_agent_that_only_repeats_what_it_is_told_is_stopped_with_the_reason(teams: Teams) -> None:
    team = GROUP.replace("EXTRA", "speaker_selection: round_robin").replace("model: group", "model: parrot")
    team = team.replace("max_rounds: 3", "max_rounds: 20").replace("NEVER}", "NEVER, default_auto_reply: Go on.}")

    talk = await teams.talk(teams.write(team), "a trip")

    assert talk.notices == ["critic only repeated what it was told, so the chat was ended."]
    assert [text for _, text in talk.said if text != "Go on."] == [FIRST, FIRST, SECOND, SECOND]


def parrot_team(extra: str = "", mode: str = "NEVER, default_auto_reply: Go on.") -> str:
    team = GROUP.replace("EXTRA", f"speaker_selection: round_robin\n{extra}").replace("model: group", "model: same")
    return team.replace("max_rounds: 3", "max_rounds: 9").replace("NEVER", mode)


async def test_team_of_parrots_that_find_the_task_done_ends_with_the_word(teams: Teams, server: ModelServer) -> None:
    server.control.schemas = "obeyed"

    talk = await teams.talk(teams.write(parrot_team()), "a trip")

    assert (talk.said, talk.notices) == ([("planner", FIRST), ("critic", "TERMINATE")], [])
    assert (rescued(talk), len(server.chats)) == (["loops"], 3)


@pytest.mark.parametrize(
    "team", [parrot_team("rescues: {loops: false}"), parrot_team(mode="ALWAYS")], ids=["off", "attended"]
)
async def test_parrots_are_not_asked_where_the_team_or_a_person_sees_to_it(
    teams: Teams, server: ModelServer, team: str
) -> None:
    server.control.schemas = "obeyed"

    await teams.talk(teams.write(team), "a trip")

    assert len(server.chats) >= 2
    assert not any("Is the task done" in text for at in range(len(server.chats)) for text in words(server, at))


async def test_parrots_of_a_run_that_began_before_are_not_asked(teams: Teams, server: ModelServer) -> None:
    server.control.schemas = "obeyed"
    run = await teams.start(teams.write(parrot_team()), "a trip")

    await teams.go_on(replace(run, pinned={**run.pinned, "format": 4}), ())

    assert len(server.chats) >= 2
    assert not any("Is the task done" in text for at in range(len(server.chats)) for text in words(server, at))


async def test_parrots_of_a_server_that_cannot_confine_are_asked_once_and_stopped_with_the_reason(
    teams: Teams, server: ModelServer
) -> None:
    server.control.schemas = "refused"

    talk = await teams.talk(teams.write(parrot_team()), "a trip")

    assert len([chat for chat in server.chats if chat.outcome == "400"]) == 1
    assert [notice.partition(",")[2] for notice in talk.notices] == [" so the chat was ended."]


async def test_chat_that_goes_round_goes_on_where_the_team_wants_that(teams: Teams, server: ModelServer) -> None:
    team = pair("thanks", "rescues: {loops: false}\nmax_turns: 6", "You are welcome.")

    talk = await teams.talk(teams.write(team), "6*7?")

    assert (talk.notices, len(server.chats)) == ([], 6)
