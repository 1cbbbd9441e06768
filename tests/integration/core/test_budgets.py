"""What people, channels, teams and runs may use, through the real inbox, engine and store."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from bot.budgets import Allowance, Budgets, RunAllowance
from bot.domain import Accepted, AuditAction, AuditEntry, AuditFilter, Event, Person, Receipt, RunStatus, ThreadRef
from tests.fakes import ANNA, BO, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

DONE: Script = [["say", "ada", "done"]]
TWICE: Script = [["say", "ada", "one"], ["say", "ada", "two"], ["say", "ada", "three"]]
TOMORROW = "2026-01-06 00:00 UTC"


def said(thread: str, by: Person = ANNA, text: str = "begin") -> Event:
    return Thread(thread).event(text, by=by, delivery=uuid4().hex)


async def start(rig: Rig, thread: str, by: Person = ANNA) -> Receipt:
    return await rig.say(said(thread, by))


async def refusals(rig: Rig) -> list[AuditEntry]:
    return await rig.store.read(lambda records: records.audit.of(AuditFilter(action=AuditAction.REFUSED)))


async def used(rig: Rig, *scopes: str, day: date = date(2026, 1, 5)) -> dict[str, tuple[int, int]]:
    return dict(await rig.store.read(lambda records: records.usage.used(day, scopes)))


async def test_person_with_as_many_runs_at_work_as_allowed_starts_no_more(tmp_path: Path) -> None:
    budgets = Budgets(person=Allowance(runs_at_once=2))

    async with running(tmp_path, {"greet": [["hold"]]}, budgets=budgets) as rig:
        outcomes = [(await rig.inbox.accept(said(f"t{number}"))).outcome for number in range(3)]
        assert outcomes == [Accepted.STARTED, Accepted.STARTED, Accepted.NOT_ALLOWED]
        others = await rig.inbox.accept(said("t9", BO))
        assert others.outcome is Accepted.STARTED
        [refused] = await refusals(rig)
        rig.teams.release()
        await rig.quiet()
        again = await rig.inbox.accept(said("t2"))
        assert again.outcome is Accepted.STARTED

    assert (refused.person, refused.conversation, refused.team) == ("fake:w:u1", "fake:w:c:t2", "greet")
    assert refused.detail == {"what": "start", "why": "budget", "budget": "over_person_runs_at_once"}
    told = rig.lines(Thread("t2"))[0]
    assert told.startswith("[notice Anna has 2 runs at work, and one person may have 2 at once. The next can start")


async def test_run_that_waits_for_a_person_is_not_at_work(tmp_path: Path) -> None:
    async with running(tmp_path, budgets=Budgets(person=Allowance(runs_at_once=1))) as rig:
        outcomes = [(await start(rig, f"t{number}")).outcome for number in range(3)]

    assert outcomes == [Accepted.STARTED] * 3


@pytest.mark.parametrize(
    ("budgets", "kind", "words"),
    [
        (
            Budgets(person=Allowance(runs_a_day=2)),
            "person",
            "Anna has started 2 runs today, and one person may start 2 a day.",
        ),
        (
            Budgets(channel=Allowance(runs_a_day=2)),
            "channel",
            "2 runs were started in this channel today, and a channel may have 2 a day.",
        ),
        (
            Budgets(team=Allowance(runs_a_day=2)),
            "team",
            "2 runs of the team greet were started today, and a team may have 2 a day.",
        ),
    ],
    ids=["person", "channel", "team"],
)
async def test_runs_of_a_day_are_counted_until_midnight(
    tmp_path: Path, budgets: Budgets, kind: str, words: str
) -> None:
    async with running(tmp_path, {"greet": DONE}, budgets=budgets) as rig:
        outcomes = [(await start(rig, f"t{number}")).outcome for number in range(3)]
        other = (await start(rig, "t4", by=BO)).outcome
        await rig.pass_time(15 * 3600.0)
        tomorrow = (await start(rig, "t2")).outcome

    assert outcomes == [Accepted.STARTED, Accepted.STARTED, Accepted.NOT_ALLOWED]
    assert other is (Accepted.STARTED if kind == "person" else Accepted.NOT_ALLOWED)
    assert tomorrow is Accepted.STARTED
    assert rig.lines(Thread("t2"))[0] == f"[notice {words} The next can start from {TOMORROW} on.]"


async def test_a_person_who_reads_chinese_is_told_in_chinese(tmp_path: Path) -> None:
    async with running(tmp_path, {"greet": DONE}, budgets=Budgets(person=Allowance(runs_a_day=1))) as rig:
        await start(rig, "t1", by=BO)
        await start(rig, "t2", by=BO)

    assert rig.lines(Thread("t2")) == [
        f"[notice Bo 今天已启动 1 个任务，每个人每天最多 1 个。从 {TOMORROW} 起可以启动下一个。]"
    ]


async def test_tokens_are_counted_once_for_person_channel_and_team(tmp_path: Path) -> None:
    script: Script = [*TWICE, ["ask", "you", "model"], ["say", "ada", "four"]]
    async with running(tmp_path, {"greet": script}, budgets=Budgets()) as rig:
        rig.teams.tokens = 10
        await start(rig, "t1")
    async with running(tmp_path, teams=rig.teams, budgets=Budgets()) as rig:
        await start(rig, "t1")
        counted = await used(rig, "person:fake:w:u1", "channel:fake:w:c", "team:greet")

    assert counted == dict.fromkeys(("person:fake:w:u1", "channel:fake:w:c", "team:greet"), (1, 40))


async def test_run_that_has_used_up_the_tokens_of_its_person_ends_before_the_next_model_call(tmp_path: Path) -> None:
    budgets = Budgets(person=Allowance(tokens_a_day=15))

    async with running(tmp_path, {"greet": TWICE}, budgets=budgets) as rig:
        rig.teams.tokens = 10
        receipt = await start(rig, "t1")
        [run] = await rig.runs(Thread("t1"))
        [refused] = await refusals(rig)
        over = await start(rig, "t2")

    assert run.status is RunStatus.FAILED
    assert rig.said(Thread("t1")) == ["ada: one", "ada: two"]
    assert run.stop_reason == (
        "Anna's runs have used 20 model tokens today, and one person may use 15 a day. "
        f"From {TOMORROW} on, a message starts a new run that knows this one"
    )
    assert (refused.run, refused.detail["budget"]) == (receipt.run, "spent_person_tokens")
    assert over.outcome is Accepted.NOT_ALLOWED


async def test_run_ends_at_its_number_of_turns(tmp_path: Path) -> None:
    async with running(tmp_path, {"greet": TWICE}, budgets=Budgets(run=RunAllowance(turns=2))) as rig:
        await start(rig, "t1")
        [run] = await rig.runs(Thread("t1"))

    assert run.status is RunStatus.FAILED
    assert run.stop_reason.startswith("it has had 2 turns, and a run may have 2.")
    assert len(rig.said(Thread("t1"))) == 2


async def test_run_whose_last_words_reach_a_limit_is_completed(tmp_path: Path) -> None:
    budgets = Budgets(person=Allowance(tokens_a_day=30), run=RunAllowance(turns=3))

    async with running(tmp_path, {"greet": TWICE}, budgets=budgets) as rig:
        rig.teams.tokens = 10
        await start(rig, "t1")

        assert await rig.statuses(Thread("t1")) == [RunStatus.COMPLETED]


async def test_run_that_has_worked_for_its_minutes_is_ended_in_the_middle_of_what_it_does(tmp_path: Path) -> None:
    async with running(
        tmp_path,
        {"greet": [["say", "ada", "long"], ["ask", "you", "model"], ["hang"]]},
        budgets=Budgets(run=RunAllowance(minutes=1)),
    ) as rig:

        async def nearly_a_minute(_key: str) -> None:
            await rig.clock.advance(59.9)

        rig.teams.during = nearly_a_minute
        await start(rig, "t1")
        waits = await rig.statuses(Thread("t1"))
        await rig.pass_time(3600.0)
        await start(rig, "t1")
        [run] = await rig.runs(Thread("t1"))

    assert waits == [RunStatus.INPUT_REQUIRED]
    assert run.status is RunStatus.FAILED
    assert run.stop_reason.startswith("it has worked for 1 minutes, and a run may not work longer.")


async def test_people_take_all_their_time_without_using_up_minutes(tmp_path: Path) -> None:
    async with running(tmp_path, budgets=Budgets(run=RunAllowance(minutes=1))) as rig:
        await start(rig, "t1")
        await rig.pass_time(3600.0)
        await start(rig, "t1")

        assert await rig.statuses(Thread("t1")) == [RunStatus.COMPLETED]


async def test_kept_messages_start_no_run_that_is_over_a_budget(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"]]}, budgets=Budgets(person=Allowance(runs_a_day=1))) as rig:
        await rig.inbox.accept(thread.event("begin"))
        await rig.until(lambda: rig.teams.holding)
        kept = await rig.inbox.accept(thread.event("and then this"))
        rig.teams.release()
        await rig.quiet()
        [refused] = await refusals(rig)

        assert kept.outcome is Accepted.KEPT
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert any("Anna has started 1 runs today" in line for line in rig.lines(thread))
        assert refused.detail["budget"] == "over_person_runs_a_day"


async def test_run_that_kept_messages_start_is_counted(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"]]}, budgets=Budgets()) as rig:
        await rig.inbox.accept(thread.event("begin"))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.event("and then this", by=BO))
        rig.teams.release()
        await rig.quiet()

        counted = await used(rig, "person:fake:w:u1", "person:fake:w:u2", "team:greet")
    assert counted == {"person:fake:w:u1": (1, 0), "person:fake:w:u2": (1, 0), "team:greet": (2, 0)}


async def test_operator_is_neither_bounded_nor_counted(tmp_path: Path) -> None:
    budgets = Budgets(person=Allowance(runs_a_day=1), run=RunAllowance(turns=1), exempt=frozenset({"fake"}))

    async with running(tmp_path, {"greet": TWICE}, budgets=budgets) as rig:
        rig.teams.tokens = 10
        outcomes = [(await start(rig, f"t{number}")).outcome for number in range(3)]

        assert outcomes == [Accepted.STARTED] * 3
        assert await rig.statuses(Thread("t2")) == [RunStatus.COMPLETED]
        assert await used(rig, "person:fake:w:u1", "team:greet") == {}


async def test_the_same_person_of_another_workspace_is_somebody_else(tmp_path: Path) -> None:
    there = Thread("t1")
    there.ref = ThreadRef(adapter="fake", workspace="elsewhere", channel="c", thread="t1")

    async with running(tmp_path, {"greet": DONE}, budgets=Budgets(person=Allowance(runs_a_day=1))) as rig:
        await start(rig, "t1")

        assert (await rig.say(there.event("begin", delivery="there"))).outcome is Accepted.STARTED
