"""What people may do, asked at every action: starting, answering, approving, stopping, silencing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.budgets import Budgets
from bot.domain import Accepted, AuditAction, AuditFilter, Decision, EventKind, InputRequest, Person, RunStatus, Verdict
from bot.inbox import Inbox
from bot.permissions import Permissions, Rule
from bot.ports import Records
from tests.fakes import ANNA, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

BO = Person(id="u2", name="Bo")
GUEST = Person(id="u3", name="Gus", guest=True)
OPS = Person(id="u4", name="Olga", groups=("S1",))
CI = Person(id="b1", name="CI", bot=True)
CODE: dict[str, Script] = {"greet": [["approve", "bot", "code", ["print(1)"]]]}
ASK: dict[str, Script] = {"greet": [["ask", "you"], ["say", "ada", "{answer}"]], "other": [["say", "eve", "{text}"]]}
HELD: dict[str, Script] = {"greet": [["hold"], ["say", "ada", "{text}"]]}
YES = Decision(verdict=Verdict.APPROVE)
FOUR_EYES = Permissions([Rule(four_eyes=True)])


async def only_question(rig: Rig, thread: Thread) -> InputRequest:
    [request] = await rig.questions(thread)
    return request


async def test_guest_may_start_nothing_and_is_told_in_the_thread(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, ASK) as rig:
        refused = await rig.say(thread.event("hi", by=GUEST))

        assert refused.outcome is Accepted.NOT_ALLOWED
        assert rig.lines(thread) == [f"[notice {refused.text}]"]
        assert refused.text == (
            "You may not start a run here. Who may: members of the workspace, without guests and other organisations."
        )
        assert await rig.runs(thread) == []


async def test_refused_start_does_not_make_the_bot_listen_to_the_thread(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, ASK) as rig:
        await rig.say(thread.event("hi", by=GUEST))
        overheard = await rig.say(thread.event("lunch?", by=BO, addressed=False))
        named = await rig.say(thread.event("hi", by=BO))
        heard = await rig.say(thread.event("thanks", by=BO, addressed=False))

        outcomes = [receipt.outcome for receipt in (overheard, named, heard)]
        assert outcomes == [Accepted.IGNORED, Accepted.STARTED, Accepted.ANSWERED]


class Spent(Budgets):
    """Budgets of which Bo has used all."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: list[str] = []

    def refusal(self, records: Records, **facts: Any) -> tuple[str, dict[str, object]] | None:
        return ("decides_nothing", {"text": "the budget"}) if facts["person"] == BO else None

    def count_start(self, records: Records, **facts: Any) -> None:
        self.counted.append(f"{facts['person'].id} {facts['team']}")


async def test_start_over_a_budget_is_refused_and_one_within_it_is_counted(tmp_path: Path) -> None:
    one, two, budgets = Thread("t1"), Thread("t2"), Spent()

    async with running(tmp_path, ASK) as rig:
        rig.inbox = Inbox(
            store=rig.store,
            teams=rig.teams,
            engine=rig.engine,
            clock=rig.clock,
            adapters={},
            default_team="greet",
            budgets=budgets,
        )
        refused = await rig.say(one.event("hi", by=BO))
        unknown = await rig.say(one.event("hi", by=BO, team="nobody"))
        started = await rig.say(two.event("hi"))

        outcomes = [each.outcome for each in (refused, unknown, started)]
        assert outcomes == [Accepted.NOT_ALLOWED, Accepted.NOT_UNDERSTOOD, Accepted.STARTED]
        assert rig.lines(one)[0] == f"[notice {refused.text}]"
        assert budgets.counted == [f"{ANNA.id} greet"]


async def test_guest_starts_where_guests_are_named(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, ASK, permissions=Permissions([Rule(start=("everyone", "guests"))])) as rig:
        assert (await rig.say(thread.event("hi", by=GUEST))).outcome is Accepted.STARTED


async def test_rule_of_a_team_is_about_the_team_that_is_named(tmp_path: Path) -> None:
    one, two = Thread("t1"), Thread("t2")

    async with running(tmp_path, ASK, permissions=Permissions([Rule(team="other", start=("group:S1",))])) as rig:
        refused = await rig.say(one.event("hi", team="other"))
        outcomes = [(await rig.say(each)).outcome for each in (one.event("hi"), two.event("x", team="other", by=OPS))]

        assert refused.text.endswith("Who may: members of groups or roles that the settings name (1).")
        assert outcomes == [Accepted.STARTED, Accepted.STARTED]


async def test_person_who_may_not_answer_is_told_when_they_turn_to_the_bot_and_else_left_alone(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, ASK, permissions=Permissions([Rule(answer=("starter",))])) as rig:
        await rig.say(thread.event("hi"))
        aside = await rig.say(thread.event("what do you all think", by=BO, addressed=False))
        told = await rig.say(thread.event("42", by=BO))
        hers = await rig.say(thread.event("41"))

        assert [each.outcome for each in (aside, told)] == [Accepted.NOT_ALLOWED, Accepted.NOT_ALLOWED]
        assert (aside.text, told.text) == ("", "You may not answer here. Who may: who started the run.")
        assert hers.outcome is Accepted.ANSWERED
        assert rig.said(thread) == ["ada: 41"]


async def test_words_of_who_may_not_answer_are_not_kept_while_the_team_works(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, HELD, permissions=Permissions([Rule(answer=("starter",))])) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        refused = await rig.inbox.accept(thread.event("and mine", by=BO))
        rig.teams.release()
        await rig.quiet()

        assert refused.outcome is Accepted.NOT_ALLOWED
        assert rig.said(thread) == ["ada: hi"]
        assert len(await rig.runs(thread)) == 1


async def test_kept_words_start_no_run_for_who_may_not_start(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, HELD, permissions=Permissions([Rule(start=(ANNA.id,))])) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        kept = await rig.inbox.accept(thread.event("next", by=BO))
        rig.teams.release()
        await rig.quiet()

        assert kept.outcome is Accepted.KEPT
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert "starts no run" in rig.lines(thread)[-1]


@pytest.mark.parametrize("kind", [EventKind.STOP, EventKind.MUTE])
async def test_stop_and_mute_of_who_may_not_change_nothing(kind: EventKind, tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, ASK, permissions=Permissions([Rule(stop=("starter",))])) as rig:
        early = thread.event("said before")
        await rig.say(thread.event("hi"))
        refused = await rig.say(replace(thread.event(kind=kind, by=BO), at=rig.clock.now()))
        answered = await rig.say(replace(early, addressed=False))
        theirs = await rig.say(thread.event(kind=kind))

        assert refused.outcome is Accepted.NOT_ALLOWED
        assert refused.text == "You may not stop a run or silence the bot here. Who may: who started the run."
        assert answered.outcome is Accepted.ANSWERED, "what was said before a refused stop counts"
        assert theirs.outcome in (Accepted.NOTHING_TO_STOP, Accepted.MUTED)


async def test_starter_decides_nothing_where_two_decide_and_somebody_else_does(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE, permissions=FOUR_EYES) as rig:
        await rig.say(thread.event("hi"))
        own = await rig.say(thread.event("approve"))
        other = await rig.say(thread.event("approve", by=BO))

        assert own.outcome is Accepted.NOT_ALLOWED
        assert own.text.startswith("You started this run, so somebody else decides what it runs.")
        assert other.outcome is Accepted.ANSWERED
        assert rig.teams.executed.total() == 1


async def test_nobody_changes_code_where_two_decide(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE, permissions=FOUR_EYES) as rig:
        await rig.say(thread.event("hi"))
        request = await only_question(rig, thread)
        press = thread.event(kind=EventKind.DECISION, request=request.id, by=BO)
        changed = await rig.say(replace(press, decisions=(replace(YES, content="print(2)"),)))
        same = await rig.say(replace(press, delivery="again", decisions=(replace(YES, content="print(1)"),)))

        assert changed.outcome is Accepted.NOT_UNDERSTOOD
        assert changed.text.startswith("Here two people decide")
        assert same.outcome is Accepted.ANSWERED


async def test_permissions_of_the_time_of_asking_and_of_today_must_both_allow(tmp_path: Path) -> None:
    thread, other = Thread("t1"), Thread("t2")
    async with running(tmp_path, CODE) as rig:
        await rig.say(thread.event("hi"))

    async with running(tmp_path, CODE, permissions=Permissions([Rule(approve=(BO.id,))])) as rig:
        await rig.say(other.event("hi"))
        recorded = await rig.say(thread.event("approve", by=BO))
        today = await rig.say(thread.event("approve"))
        newly = await rig.say(other.event("approve", by=BO))

        assert recorded.text == "You may not decide this. Who may: who started the run."
        assert today.text == "You may not decide this. Who may: people whom the settings name (1)."
        assert newly.outcome is Accepted.ANSWERED
        assert len(await rig.questions(thread)) == 1


async def test_approval_of_a_version_that_recorded_no_deciders_goes_by_the_permissions_of_today(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, CODE) as rig:
        await rig.say(thread.event("hi"))
    with closing(sqlite3.connect(tmp_path / "store.db")) as database, database:
        database.execute("UPDATE requests SET request = json_remove(request, '$.nonce', '$.deciders', '$.four_eyes')")

    async with running(tmp_path, CODE) as rig:
        refused = await rig.say(thread.event("approve", by=BO))
        allowed = await rig.say(thread.event("approve"))

        assert (refused.outcome, allowed.outcome) == (Accepted.NOT_ALLOWED, Accepted.ANSWERED)
        assert rig.teams.executed.total() == 1


async def test_group_that_decides_is_asked_as_it_is_at_the_decision(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE, permissions=Permissions([Rule(approve=("group:S1",))])) as rig:
        await rig.say(thread.event("hi"))
        left = await rig.say(thread.event("approve", by=replace(OPS, groups=())))
        member = await rig.say(thread.event("approve", by=OPS))

        assert (left.outcome, member.outcome) == (Accepted.NOT_ALLOWED, Accepted.ANSWERED)


@pytest.mark.parametrize("who", [CI, GUEST, BO])
async def test_who_may_not_is_told_once_in_a_run_so_that_nobody_makes_the_bot_fill_a_thread(
    who: Person, tmp_path: Path
) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        await rig.say(thread.event("hi"))
        shown = len(rig.lines(thread))
        refused = [await rig.say(thread.event("approve", by=who)) for _ in range(5)]

        assert {receipt.outcome for receipt in refused} == {Accepted.NOT_ALLOWED}
        assert rig.lines(thread)[shown:] == [f"[notice {refused[0].text}]"]


async def test_same_refusal_is_noted_once_a_minute(tmp_path: Path) -> None:
    one, two = Thread("t1"), Thread("t2")

    async with running(tmp_path, CODE) as rig:
        for thread in (one, two):
            await rig.say(thread.event("hi"))
        for thread, by in ((one, GUEST), (one, GUEST), (one, BO), (two, GUEST), (one, GUEST)):
            await rig.say(thread.event("approve", by=by))
        await rig.say(one.event("@bot stop", kind=EventKind.STOP, by=GUEST))
        await rig.clock.advance(61)
        for _ in range(2):
            await rig.say(one.event("approve", by=GUEST))
        wanted = AuditFilter(action=AuditAction.REFUSED)
        noted = await rig.store.read(lambda records: records.audit.of(wanted))

        seen = [(entry.conversation[-2:], entry.person[-2:], entry.detail["what"]) for entry in noted]
        assert seen == [
            ("t1", "u3", "approve"),
            ("t1", "u2", "approve"),
            ("t2", "u3", "approve"),
            ("t1", "u3", "stop"),
            ("t1", "u3", "approve"),
        ]


async def test_refusal_of_a_press_is_told_to_the_person_alone_and_again_when_it_comes_again(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        await rig.say(thread.event("hi"))
        request = await only_question(rig, thread)
        shown = rig.lines(thread)
        press = replace(thread.event(kind=EventKind.DECISION, request=request.id, by=BO), decisions=(YES,))
        first, again = await rig.say(press), await rig.say(thread.again(press))

        assert (first.outcome, again.outcome) == (Accepted.NOT_ALLOWED, Accepted.DUPLICATE)
        assert first.text == again.text == "You may not decide this. Who may: who started the run."
        assert rig.lines(thread) == shown
