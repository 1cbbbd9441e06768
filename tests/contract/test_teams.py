"""What every implementation of the teams promises, over all of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain import (
    Answer,
    Batch,
    EffectState,
    InputRequest,
    Opening,
    Outcome,
    Position,
    Recorded,
    RequestId,
    Run,
    RunId,
)
from bot.errors import FencedError, UnknownTeamError
from bot.ports import Teams
from tests.fakes import ANNA, START, FakeClock, Thread
from tests.scripted import ScriptedTeams

Made = Callable[[], Teams]
"""Makes teams with one named `greeter`, that says something, asks once for free text, and ends after the answer."""


def scripted() -> Teams:
    script = [["say", "ada", "hello"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]
    return ScriptedTeams({"greeter": script}, clock=FakeClock())


def makers() -> list[Made]:
    """Return a factory per implementation."""
    return [scripted]


@pytest.fixture(params=makers(), ids=lambda made: made.__name__)
def teams(request: pytest.FixtureRequest) -> Teams:
    made: Made = request.param
    return made()


class MemoryJournal:
    """A run's journal in memory, that survives as what `recorded` holds."""

    def __init__(self) -> None:
        self.recorded = Recorded()
        self.requests: list[InputRequest] = []
        self.fenced = False
        self.batches = 0

    async def load(self) -> Recorded:
        return self.recorded

    async def peek(self, request: RequestId) -> Position:
        found = next((asked for asked in self.requests if asked.id == request), None)
        answer = self.recorded.answers.get(found.key) if found is not None else None
        return Position(effects=len(self.recorded.effects), answers=len(self.recorded.answers), answer=answer)

    async def commit(self, batch: Batch) -> dict[str, Answer]:
        if self.fenced:
            raise FencedError("another step owns the conversation")
        self.batches += 1
        old = {effect.key: effect for effect in self.recorded.effects}
        for effect in batch.effects:
            assert old.get(effect.key) is None or old[effect.key].state is EffectState.STARTED
            old[effect.key] = effect
        turns = {(turn.path, turn.n) for turn in batch.turns}
        assert not turns & self.recorded.turns
        self.requests.extend(batch.requests)
        asked = {request.key for request in batch.requests}
        self.recorded = replace(
            self.recorded,
            effects=tuple(old.values()),
            turns=self.recorded.turns | turns,
            requests=self.recorded.requests | asked,
        )
        return {}

    async def notice(self, text_id: str, **facts: object) -> None:
        return None

    def answer(self, text: str) -> None:
        request = self.requests[-1]
        answers = {**self.recorded.answers, request.key: Answer(text=text, by=ANNA, at=START)}
        self.recorded = replace(self.recorded, answers=answers)


class NoPreview:
    def delta(self, path: str, agent: str, text: str) -> None:
        return None


def run_of(teams: Teams) -> Run:
    return Run(
        id=RunId("r"),
        conversation=Thread().ref.conversation,
        team="greeter",
        pinned=teams.pin("greeter"),
        opening=Opening(text="hi"),
        started_by=ANNA,
        language="en",
        started_at=START,
    )


async def step(teams: Teams, journal: MemoryJournal) -> Outcome:
    return await teams.advance(run_of(teams), journal, NoPreview())


async def test_team_waits_at_its_question(teams: Teams) -> None:
    journal = MemoryJournal()

    outcome = await step(teams, journal)

    assert outcome.waiting
    assert len(journal.requests) == 1
    assert len(journal.recorded.turns) == 1


async def test_replay_without_an_answer_records_nothing_more(teams: Teams) -> None:
    journal = MemoryJournal()
    await step(teams, journal)
    before, batches = journal.recorded, journal.batches

    outcome = await step(teams, journal)

    assert (outcome.waiting, journal.recorded, journal.batches) == (True, before, batches)


async def test_answer_lets_the_team_end(teams: Teams) -> None:
    journal = MemoryJournal()
    await step(teams, journal)
    journal.answer("good morning")

    outcome = await step(teams, journal)

    assert not outcome.waiting
    assert len(journal.recorded.turns) == 2


async def test_replay_of_an_end_is_the_same_end(teams: Teams) -> None:
    journal = MemoryJournal()
    await step(teams, journal)
    journal.answer("good morning")
    first = await step(teams, journal)
    before = journal.recorded

    again = await step(teams, journal)

    assert (again.waiting, again.summary, journal.recorded) == (False, first.summary, before)


async def test_fenced_step_is_dropped(teams: Teams) -> None:
    journal = MemoryJournal()
    journal.fenced = True

    with pytest.raises(FencedError):
        await step(teams, journal)

    assert journal.recorded == Recorded()


async def test_cancelled_step_leaves_nothing_running(teams: Teams) -> None:
    before = asyncio.all_tasks()
    working = asyncio.create_task(step(teams, MemoryJournal()))
    await asyncio.sleep(0)
    working.cancel()
    await asyncio.wait([working])

    assert asyncio.all_tasks() == before


async def test_request_says_what_is_needed_to_ask_it(teams: Teams) -> None:
    journal = MemoryJournal()
    await step(teams, journal)

    [request] = journal.requests
    assert request.run == "r"
    assert request.conversation == Thread().ref.conversation
    assert request.expires_at > request.opened_at
    assert request.agent


def test_pinned_team_is_json(teams: Teams) -> None:
    assert json.loads(json.dumps(teams.pin("greeter"))) == teams.pin("greeter")


def test_team_that_does_not_exist_is_named_with_those_that_do(teams: Teams) -> None:
    with pytest.raises(UnknownTeamError) as refused:
        teams.pin("nobody")

    assert refused.value.name == "nobody"
    assert "greeter" in refused.value.known


def test_every_team_that_is_listed_can_be_pinned(teams: Teams) -> None:
    for summary in teams.list():
        assert teams.pin(summary.name)
