from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from blockbuster import BlockBuster

from agents.durable import Policy, advance
from agents.models.context import Room
from agents.models.port import Delta, ModelAnswer, ModelCall
from bot.domain import ApprovalPolicy, ConversationId, Opening, Run, RunId
from tests.conformance import durably
from tests.conformance.case import Env, Json
from tests.conformance.compare import difference, settled, settled_events
from tests.conformance.programs import PROGRAMS
from tests.journals.file import ExportedJournal, files, lines_of, read


class Silent:
    """Nobody to ask, nothing to show."""

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        raise AssertionError(f"the replay asks the model of {call.agent}")

    async def room(self, call: ModelCall) -> Room | None:
        return None

    async def close(self) -> None:
        """Keep nothing."""

    def delta(self, path: str, agent: str, text: str) -> None:
        """Show nothing."""

    def status(self, path: str, agent: str, text: str) -> None:
        """Show nothing."""


@pytest.fixture(autouse=True)
def library_may_look_at_its_own_folder(blockbuster: BlockBuster) -> None:
    """AutoGen resolves its own path whenever an agent with a model is made: a look at the file system, not a wait."""
    for function in blockbuster.functions.values():
        function.can_block_in("autogen/import_utils.py", {"is_in_sys_modules"})


def test_there_is_a_journal_of_every_program() -> None:
    assert {path.name.partition(".")[0] for path in files()} >= PROGRAMS.keys()


@pytest.mark.filterwarnings("ignore:Repetitive recipients")
@pytest.mark.parametrize("path", files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_journal_of_a_released_version_replays_exactly(path: Path, tmp_path: Path) -> None:
    kept = read(path)
    program, journal = PROGRAMS[kept["program"]], ExportedJournal(kept)
    # There is no folder: whatever would be carried out again fails.
    env = Env(model=program.model, base_url="http://127.0.0.1:9", work=tmp_path / "nowhere")
    events: list[Json] = []
    outcomes: list[Json] = []

    async def entry() -> str:
        with durably.keeping(events):
            outcomes.append(await program.entry(env))
        return ""

    asked = dict.fromkeys(program.approve, ApprovalPolicy.ALWAYS)
    ended = await advance(
        entry,
        run=_run(),
        journal=journal,
        preview=Silent(),
        models=Silent(),
        policy=Policy(code=asked.pop("code", ApprovalPolicy.NEVER), tools=asked),
        clock=durably.WallClock(),
    )

    assert (ended.waiting, ended.stop_reason) == (False, kept["stop_reason"])
    assert difference(settled(program, kept["outcome"]), settled(program, outcomes[0])) == ""
    assert difference(settled_events(program, kept["events"]), settled_events(program, events)) == ""
    assert _by_place(kept["turns"]) == _by_place([*lines_of(journal.turns)])


def _by_place(turns: list[Any]) -> dict[tuple[str, int], Any]:
    return {(turn["path"], turn["n"]): _whole(turn) for turn in turns}


def _whole(turn: Any) -> Any:
    """Return a turn with the facts that turns of its version did not have, as the store reads it."""
    return {"cut": False, **turn, "folded": [_whole(inner) for inner in turn["folded"]]}


def _run() -> Run:
    return Run(
        id=RunId("r1"),
        conversation=ConversationId("console:w:c:t"),
        team="t",
        pinned={},
        opening=Opening(text="begin"),
        started_by=durably.PERSON,
        language="en",
        started_at=durably.WallClock().now(),
    )
