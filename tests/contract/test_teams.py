"""What every implementation of the teams promises, over all of them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain import Recorded, RequestKind, RunId, Verdict
from bot.errors import FencedError, UnknownTeamError
from bot.ports import Teams
from tests.contract.teams import Made, MemoryJournal, NoPreview, makers, run_of, step
from tests.fakes import Thread
from tests.integration.teams.conftest import library_may_look_at_its_own_folder  # noqa: F401 - used by itself


@pytest.fixture(scope="module")
def model_server() -> Iterator[str]:
    """A process of its own: its connections are no tasks of the tests' loop."""
    command = [sys.executable, "-m", "tests.model_server", "--scripts", "tests.contract.model_scripts:SCRIPTS"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def running() -> set[asyncio.Task[Any]]:
    """Return what runs, but not the loop's own closing of a generator that an HTTP library has let go of."""
    return {task for task in asyncio.all_tasks() if type(task.get_coro()).__name__ != "async_generator_athrow"}


@pytest.fixture(params=makers(), ids=lambda made: made.__name__)
async def teams(request: pytest.FixtureRequest, tmp_path: Path, model_server: str) -> AsyncIterator[Teams]:
    made: Made = request.param
    async with made(tmp_path, model_server) as opened:
        yield opened


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


@pytest.mark.parametrize("yields", [0, 1, 5, 20, 60])
async def test_cancelled_step_leaves_nothing_running(teams: Teams, yields: int) -> None:
    run, before = await run_of(teams), running()
    working = asyncio.create_task(teams.advance(run, MemoryJournal(), NoPreview()))
    for _ in range(yields):
        await asyncio.sleep(0.001)
    working.cancel()
    await asyncio.wait([working])
    # It may have come to its question first.
    await teams.forget(run.id)

    assert running() == before


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


async def test_run_that_is_forgotten_while_it_waits_leaves_nothing_running_and_is_replayed(teams: Teams) -> None:
    journal, before = MemoryJournal(), running()
    await step(teams, journal)

    await teams.forget(RunId("r"))
    await teams.forget(RunId("r"))

    assert running() == before
    journal.answer("good morning")
    assert not (await step(teams, journal)).waiting


async def test_step_that_is_fenced_after_an_answer_records_nothing(teams: Teams) -> None:
    journal = MemoryJournal()
    await step(teams, journal)
    journal.answer("good morning")
    before, journal.fenced = journal.recorded, True

    with pytest.raises(FencedError):
        await step(teams, journal)

    assert journal.recorded == before


async def test_team_that_wants_to_run_code_shows_exactly_what_would_run(teams: Teams) -> None:
    journal = MemoryJournal()

    outcome = await step(teams, journal, "runner")

    [request] = journal.requests
    [item] = request.items
    assert (outcome.waiting, request.kind, item.kind) == (True, RequestKind.APPROVAL, "code")
    assert item.content.strip() == "print(1)"
    assert item.sha256 == hashlib.sha256(item.content.encode()).hexdigest()
    assert journal.ran == []


@pytest.mark.parametrize("verdict", list(Verdict))
async def test_code_runs_once_if_it_was_approved_and_never_if_not(teams: Teams, verdict: Verdict) -> None:
    journal = MemoryJournal()
    await step(teams, journal, "runner")
    journal.answer("", verdict)

    outcome = await step(teams, journal, "runner")
    before = journal.recorded
    again = await step(teams, journal, "runner")

    assert len(journal.ran) == (1 if verdict is Verdict.APPROVE else 0)
    assert (outcome.waiting, again.waiting, journal.recorded) == (False, False, before)
