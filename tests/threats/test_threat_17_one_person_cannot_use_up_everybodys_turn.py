"""One person's two hundred starts, within and over the budget, beside others who start one run each.

How long others wait is counted in calls, not in seconds: of those that the model host was asked between somebody's
start and their own call. A host with four places works on four at a time, so four of them are one call's time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, cast
from uuid import uuid4

from autogen.coding.base import CodeBlock

from agents.models.fair import CALLER, Caller
from agents.models.pool import Models, ModelSettings
from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.sandbox import Sandbox
from agents.team import AutogenTeams
from bot.budgets import Budgets
from bot.config import load_settings
from bot.domain import Accepted, AuditAction, AuditFilter, Event, Person
from bot.engine import Limits
from tests.fakes import FakeClock, Thread
from tests.integration.core.rig import Rig, running
from tests.model_server.server import ModelServer

STARTS, SLOTS, OTHERS = 200, 4, 9
MALLORY = Person(id="mallory", name="Mallory")
TEAM = """
name: greet
kind: two_agent
max_turns: 1
agents:
  colleague: {instructions: "[[agent:colleague]] You answer.", model: m}
  human: {human: true, human_input_mode: NEVER, default_auto_reply: "Go on."}
"""


def begin(name: str, by: Person) -> Event:
    return replace(Thread(name).event(f"#{name}#", by=by), delivery=uuid4().hex)


def asked(server: ModelServer) -> list[str]:
    """Return whose calls the host was asked, in order."""
    return [re.findall(r"#([\w-]+)#", str(logged.body["messages"][-1]["content"]))[-1] for logged in server.chats]


def write_team(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "greet.yaml").write_text(TEAM)


@asynccontextmanager
async def bot(folder: Path, budgets: Budgets, *, seconds: float = 0.1) -> AsyncIterator[tuple[Rig, ModelServer]]:
    """Run a bot whose model takes so long for each call, as the product puts it together."""
    write_team(folder)
    async with ModelServer({"m": {"_any": ["Done."], "_selector": ["Done."]}}) as server:
        server.control.delay = seconds
        models = Models(ModelSettings(cache=folder, openai_base_url=server.base_url, slots=SLOTS))
        teams = AutogenTeams([folder], models=models, clock=FakeClock())
        limits = Limits(concurrency=100, per_person=50)
        async with running(folder, teams=cast(Any, teams), limits=limits, budgets=budgets) as rig:
            yield rig, server
        await teams.close()
        await models.close()


async def waits(rig: Rig, server: ModelServer) -> list[int]:
    """Have others start one run each, one after the other; return how many calls went before each of theirs."""
    found = []
    for number in range(OTHERS):
        name, before = f"other-{number}", len(server.chats)
        receipt = await rig.inbox.accept(begin(name, Person(id=name, name=name)))
        assert receipt.outcome is Accepted.STARTED
        await rig.until(lambda name=name: name in asked(server))  # type: ignore[misc]
        found.append(asked(server).index(name) - before)
    return found


async def test_others_wait_less_than_twice_as_long_beside_two_hundred_runs_of_one_person(tmp_path: Path) -> None:
    async with bot(tmp_path / "alone", Budgets(), seconds=0.15) as (rig, server):
        alone = await waits(rig, server)
        await rig.quiet()

    async with bot(tmp_path / "beside", Budgets(), seconds=0.15) as (rig, server):
        for number in range(STARTS):
            receipt = await rig.inbox.accept(begin(f"mallory-{number}", MALLORY))
            assert receipt.outcome is Accepted.STARTED
        beside = await waits(rig, server)
        left = STARTS - sum(name.startswith("mallory") for name in asked(server))

    assert left > 0, "the two hundred were over before the others were"
    assert (1 + median(beside) / SLOTS) / (1 + median(alone) / SLOTS) < 2
    assert max(beside) < 3 * SLOTS


async def test_most_of_two_hundred_starts_are_refused_by_the_usual_budget_and_others_are_served(tmp_path: Path) -> None:
    settings = await asyncio.to_thread(load_settings, tmp_path)

    async with bot(tmp_path, settings.budgets_of(), seconds=1.0) as (rig, server):
        receipts = [await rig.inbox.accept(begin(f"mallory-{number}", MALLORY)) for number in range(STARTS)]
        beside = await waits(rig, server)
        refused = await rig.store.read(
            lambda records: records.audit.of(AuditFilter(action=AuditAction.REFUSED, limit=1000))
        )

    outcomes = [receipt.outcome for receipt in receipts]
    turned_away = [receipt.text for receipt in receipts if receipt.outcome is Accepted.NOT_ALLOWED]
    assert outcomes[:20] == [Accepted.STARTED] * 20
    assert len(turned_away) == len(refused) >= STARTS - 20 - 3 * SLOTS
    assert all("Mallory has 20 runs at work" in text for text in turned_away)
    assert {entry.person for entry in refused} == {"fake:w:mallory"}
    assert 1 + median(beside) / SLOTS < 2


async def test_one_person_leaves_places_of_the_engine_to_others(tmp_path: Path) -> None:
    scripts = {"greet": [["say", "ada", "{text}"], ["hold"]]}

    async with running(tmp_path, scripts, limits=Limits(concurrency=8, per_person=4), budgets=Budgets()) as rig:
        for number in range(STARTS):
            await rig.inbox.accept(begin(f"mallory-{number}", MALLORY))
        await rig.until(lambda: len(rig.teams.calls) == 4)
        await rig.inbox.accept(begin("other", Person(id="other", name="Other")))
        await rig.until(lambda: rig.said(Thread("other")) == ["ada: #other#"])

        assert len(rig.teams.calls) == 5
        rig.teams.release()
        await rig.quiet()
        assert len(rig.teams.calls) == STARTS + 1


async def test_boxes_are_shared_out_by_person_and_not_as_runs_come() -> None:
    executor = SandboxExecutor(sandbox=Sandbox(boxes=2))
    done: list[str] = []

    async def one(person: str) -> None:
        CALLER.set(Caller(person, "c"))
        await executor.run_blocks([CodeBlock(language="sh", code="sleep 0.05")])
        done.append(person)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(40):
            tasks.create_task(one("mallory"))
        await asyncio.sleep(0)
        for _ in range(2):
            tasks.create_task(one("other"))

    assert len(done) == 42
    assert [place for place, person in enumerate(done) if person == "other"][-1] < 10


async def test_run_that_waits_for_a_box_and_is_cancelled_takes_no_place() -> None:
    executor = SandboxExecutor(sandbox=Sandbox(boxes=1))

    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(executor.run_blocks([CodeBlock(language="sh", code="sleep 0.3; echo 1")]))
        await asyncio.sleep(0)
        waiting = tasks.create_task(executor.run_blocks([CodeBlock(language="sh", code="echo 2")]))
        await asyncio.sleep(0)
        waiting.cancel()
        last = tasks.create_task(executor.run_blocks([CodeBlock(language="sh", code="echo 3")]))

    assert (first.result().output, waiting.cancelled(), last.result().output) == ("1\n", True, "3\n")


async def test_conversations_that_wait_for_a_place_take_turns_over_their_persons(tmp_path: Path) -> None:
    served: list[str] = []
    scripts = {"greet": [["hold"], ["say", "ada", "{text}"]]}

    async with running(tmp_path, scripts, limits=Limits(concurrency=1), budgets=Budgets()) as rig:
        for number in range(10):
            await rig.inbox.accept(begin(f"mallory-{number}", MALLORY))
        for number in range(2):
            await rig.inbox.accept(begin(f"other-{number}", Person(id="other", name="Other")))

        async def note(key: str) -> None:
            served.append(key)

        rig.teams.during = note
        rig.teams.release()
        await rig.quiet()
        threads = [post.thread.thread for post in rig.adapter.shown.values() if post.turn is not None]

    assert len(served) == 12
    assert threads.index("other-0") <= 2
    assert threads.index("other-1") <= 4
