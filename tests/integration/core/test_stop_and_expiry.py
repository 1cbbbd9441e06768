from __future__ import annotations

from datetime import date
from pathlib import Path

from structlog.testing import capture_logs

from bot.budgets import Budgets
from bot.domain import Accepted, ConversationId, RequestStatus, RunStatus
from bot.engine import EmbeddedEngine
from tests.fakes import BO, Thread
from tests.integration.core.rig import running
from tests.scripted import Script, ScriptedTeams

DAY = 86400.0
CODE: Script = [["approve", "bot", "code", ["print(1)"]], ["say", "ada", "done"]]


async def test_stop_ends_a_run_in_the_middle_of_a_model_call(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["say", "ada", "hello"], ["hang"]]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.said(thread) == ["ada: hello"])
        receipt = await rig.say(thread.stop())

        assert receipt.outcome is Accepted.STOPPED
        assert await rig.statuses(thread) == [RunStatus.CANCELLED]
        assert rig.lines(thread)[-1] == "[end The run was ended: stopped by Anna]"


async def test_stop_closes_open_questions_and_their_cards(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.stop(by=BO))

        assert len(await rig.questions(thread, RequestStatus.CANCELLED)) == 1
        assert rig.lines(thread)[1:] == ["[! Cancelled.]", "[end The run was ended: stopped by Bo]"]


class Deaf(EmbeddedEngine):
    """An engine to which no interrupt comes through: it goes by what is recorded alone."""

    async def interrupt(self, conversation: ConversationId) -> None:
        return None


async def test_stop_works_when_the_interrupt_is_lost(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["hold"], ["say", "ada", "too late"], ["ask", "you"]]

    async with running(tmp_path, {"greet": script}, engine=Deaf) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.stop())
        rig.teams.release()
        await rig.quiet()

        assert rig.engine.fenced == 1
        assert rig.said(thread) == []
        assert await rig.statuses(thread) == [RunStatus.CANCELLED]


async def test_what_a_model_used_counts_although_a_stop_keeps_its_answer_from_being_recorded(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["hold"], ["say", "ada", "too late"], ["ask", "you"]]

    async with running(tmp_path, {"greet": script}, engine=Deaf, budgets=Budgets()) as rig:
        rig.teams.tokens = 10
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.stop())
        rig.teams.release()
        await rig.quiet()
        used = await rig.store.read(lambda records: records.usage.used(date(2026, 1, 5), ["person:fake:w:u1"]))

    assert rig.engine.fenced == 1
    assert dict(used) == {"person:fake:w:u1": (1, 10)}


async def test_what_was_said_before_a_stop_does_not_start_the_next_run(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hang"]]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.inbox.accept(thread.event("also hotels"))
        await rig.say(thread.stop())
        await rig.inbox.accept(thread.event("something else"))

        assert [run.opening.text for run in await rig.runs(thread)] == ["hi", "something else"]
        await rig.say(thread.stop())


async def test_stop_without_a_run_says_so_to_the_person_alone(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        receipt = await rig.say(thread.stop())

        assert (receipt.outcome, receipt.text) == (Accepted.NOTHING_TO_STOP, "Nothing is running here.")
        assert rig.lines(thread) == []


async def test_approval_that_nobody_decides_is_rejected_when_its_time_is_over(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(29.9 * DAY)
        before = await rig.statuses(thread)
        await rig.pass_time(0.2 * DAY)

        assert before == [RunStatus.INPUT_REQUIRED]
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert rig.said(thread) == ["bot: rejected print(1): nobody decided in time", "ada: done"]
        assert rig.lines(thread)[0] == "[! Expired: nobody answered in time.]"
        assert rig.teams.executed.total() == 0


async def test_question_that_nobody_answers_ends_its_run(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(thread.event("hi"))
        with capture_logs() as logs:
            await rig.pass_time(31 * DAY)

        [run] = await rig.runs(thread)
        assert (run.status, run.stop_reason) == (RunStatus.CANCELLED, "nobody answered you in time")
        assert "run.cancelled" in [entry["event"] for entry in logs]


async def test_approvals_given_lapse_with_the_card_that_expires(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["approve", "bot", "tool", ["send", "delete"]]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("approve 1"))
        await rig.pass_time(31 * DAY)

        assert rig.teams.executed.total() == 0
        assert len(rig.said(thread)) == 2


async def test_team_decides_how_long_a_question_waits_and_expiry_holds_over_a_restart(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path) as rig:
        rig.teams.expires = 60.0
        await rig.say(thread.event("hi"))
        clock = rig.clock

    await clock.advance(61)
    teams = ScriptedTeams(rig.teams.scripts, clock=clock)
    async with running(tmp_path, teams=teams, clock=clock) as rig:
        await rig.pass_time(2)

        assert await rig.statuses(thread) == [RunStatus.CANCELLED]


async def test_answer_before_the_time_is_over_leaves_nothing_to_expire(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("fine"))
        await rig.pass_time(31 * DAY)

        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert rig.lines(thread)[-1] == "[end The run is completed.]"
