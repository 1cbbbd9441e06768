from __future__ import annotations

import gc
from pathlib import Path

import pytest
from autogen import AssistantAgent

from agents.durable.run import DurableRun
from agents.models.context import Room
from agents.models.port import Delta, ModelAnswer, ModelCall
from agents.team import AutogenTeams
from agents.teams.load import find
from agents.teams.participants import Parts, cast_of
from bot.errors import JournalVersionError
from tests.integration.teams.harness import SilentPreview, Teams, answer_to
from tests.unit.durable.rig import MemoryJournal


class Model:
    """Answers at once, and keeps what it was asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[ModelCall] = []

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        self.asked.append(call)
        return ModelAnswer(content=self.answers.pop(0), model=call.model)

    async def room(self, call: ModelCall) -> Room | None:
        return None

    async def close(self) -> None:
        pass


def teams_of(folder: Path, model: Model) -> Teams:
    return Teams(folder, "", models=model)


def told_nothing(text_id: str, **facts: object) -> None:
    raise AssertionError(text_id)


def test_agents_share_one_http_client_so_that_a_pair_costs_next_to_nothing() -> None:
    team = find("coder", [])
    keep = [cast_of(team, Parts(tell=told_nothing)) for _ in range(3)]
    clients = {
        id(vars(client)["_oai_client"]._client)
        for made in keep
        for agent in made.agents.values()
        if agent.client is not None
        for client in agent.client._clients
    }

    assert len(clients) == 1


async def test_agents_of_a_run_that_has_ended_go_without_a_collection_of_garbage(tmp_path: Path) -> None:
    harness = teams_of(tmp_path, Model("one"))
    teams: AutogenTeams = harness.teams()
    run, journal = await harness.start("solo", "go"), MemoryJournal()
    gc.collect()
    gc.disable()
    # By identity, held: what other tests have left is not this run's.
    before = [found for found in gc.get_objects() if isinstance(found, AssistantAgent | DurableRun)]
    try:
        assert (await teams.advance(run, journal, SilentPreview())).waiting
        journal.answers[journal.open[0].key] = answer_to(journal.open[0], "exit")
        assert not (await teams.advance(run, journal, SilentPreview())).waiting
        after = [found for found in gc.get_objects() if isinstance(found, AssistantAgent | DurableRun)]
        left = [type(found) for found in after if not any(found is old for old in before)]
    finally:
        gc.enable()

    assert left == []


def test_building_a_team_says_nothing_on_standard_output_or_as_a_warning(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    cast_of(find("panel", []), Parts(tell=told_nothing))

    assert capsys.readouterr().out == ""
    assert caplog.records == []


async def test_unknown_price_of_a_model_is_no_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    talk = await teams_of(tmp_path, Model("A plan.")).talk("solo", "plan a trip")

    assert talk.outcome.waiting
    assert "is not found" not in caplog.text
    assert capsys.readouterr().out == ""


async def test_alias_and_parameters_of_the_file_reach_the_model_and_no_address_does(tmp_path: Path) -> None:
    model = Model("```python\nprint(1)\n```", "TERMINATE")

    await teams_of(tmp_path, model).talk("coder", "go")

    call = model.asked[0]
    assert (call.agent, call.model, call.base_url, call.api_key) == ("coder", "code", None, None)
    assert call.options == {"temperature": 0.0, "stream": True}


async def test_address_in_the_environment_does_not_reach_the_agents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    model = Model("A plan.")

    await teams_of(tmp_path, model).talk("solo", "plan a trip")

    assert model.asked[0].base_url is None


async def test_run_that_waits_in_memory_goes_on_as_its_replay_would(tmp_path: Path) -> None:
    model = Model("one", "two", "three")
    harness = teams_of(tmp_path, model)
    teams: AutogenTeams = harness.teams()
    run, journal = await harness.start("solo", "go"), MemoryJournal()

    for words in ("more", "more", "exit"):
        assert (await teams.advance(run, journal, SilentPreview())).waiting
        request = journal.open[0]
        journal.answers[request.key] = answer_to(request, words)
    outcome = await teams.advance(run, journal, SilentPreview())
    await teams.close()

    assert not outcome.waiting
    assert [turn.text for turn in journal.turns.values()] == ["one", "two", "three"]
    assert [len(call.messages) for call in model.asked] == [2, 4, 6]


async def test_run_of_another_library_version_is_refused_and_nothing_is_asked(tmp_path: Path) -> None:
    model = Model()
    harness = teams_of(tmp_path, model)
    run = await harness.start("solo", "go")
    run.pinned["autogen"] = "0.13.0"

    with pytest.raises(JournalVersionError, match="continues in a new run"):
        await harness.teams().advance(run, MemoryJournal(), SilentPreview())
    assert model.asked == []


async def test_edited_file_does_not_reach_a_run_that_began_before(tmp_path: Path) -> None:
    model = Model("one")
    harness = teams_of(tmp_path, model)
    text = "name: mine\nkind: two_agent\nagents:\n  a: {instructions: OLD}\n  p: {human: true}\n"
    run = await harness.start(harness.write(text), "go")
    harness.write(text.replace("OLD", "NEW"))

    await harness.teams().advance(run, MemoryJournal(), SilentPreview())

    assert model.asked[0].messages[0]["content"] == "OLD"


def test_assistant_is_not_silenced_after_a_hundred_answers_as_the_library_does() -> None:
    agents = cast_of(find("solo", []), Parts(tell=told_nothing)).agents

    assert agents["assistant"].max_consecutive_auto_reply() == 2_000
    assert agents["user"].max_consecutive_auto_reply() == 100
