"""Code and the word that ends a chat, as models get them wrong, end to end over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import TurnKind
from tests.integration.teams.harness import Teams
from tests.integration.teams.rescues.mistaken import coder, rescued
from tests.model_server import ModelServer


async def test_python_labelled_as_shell_is_run_and_a_bold_word_in_lower_case_ends_the_chat(teams: Teams) -> None:
    talk = await teams.talk(teams.write(coder("coded")), "6*7?")

    [ran] = [turn for turn in talk.journal.turns.values() if turn.kind is TurnKind.CODE]
    assert (ran.title, ran.text.strip(), ran.ok) == ("python", "42", True)
    assert rescued(talk) == ["code_labels", "end_word"]


async def test_missing_word_after_a_run_that_succeeded_ends_the_chat(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk(teams.write(coder("unending")), "6*7?")

    assert (len(server.chats), rescued(talk)) == (2, ["end_word"])


async def test_labels_and_the_very_word_count_alone_where_the_team_wants_that(teams: Teams) -> None:
    team = coder("coded", "rescues: {code_labels: false, end_word: false}\nmax_turns: 2")

    talk = await teams.talk(teams.write(team), "6*7?")

    [ran] = [turn for turn in talk.journal.turns.values() if turn.kind is TurnKind.CODE]
    assert (ran.title, ran.ok) == ("sh", False)
    assert rescued(talk) == []


@pytest.mark.parametrize(("pinned_format", "runs"), [(4, 0), (5, 1)])
async def test_run_that_began_before_goes_on_as_it_did(teams: Teams, pinned_format: int, runs: int) -> None:
    run = await teams.start(teams.write(coder("unfenced", "max_turns: 2")), "6*7?")
    team = {key: value for key, value in run.pinned["team"].items() if key != "rescues" or pinned_format > 4}
    begun = replace(run, pinned={**run.pinned, "format": pinned_format, "team": team})

    talk = await teams.go_on(begun, ())

    assert talk.outcome.counts.get("code", 0) == runs
