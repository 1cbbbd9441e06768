"""Words that are older than what they would decide, and kept words of people who may not use them any more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import Accepted, Decision, Event, EventKind, InputRequest, Person, RunStatus, Verdict
from bot.permissions import Permissions, Rule
from bot.texts import say
from tests.fakes import ANNA, BO, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script
from tests.slack_server import events
from tests.threats.deciding import newest, on_slack, untouched

CAT = Person(id="u7", name="Cat")
CODE: Script = [["hold"], ["approve", "bot", "code", ["print(1)"]]]
TWO: dict[str, Script] = {
    "greet": [["approve", "bot", "code", ["print(1)"]], ["approve", "bot", "code", ["delete()"]], ["ask", "you"]]
}
YES = Decision(verdict=Verdict.APPROVE)
FOUR_EYES = Permissions([Rule(four_eyes=True)])
MEMBERS = Permissions([Rule(start=("role:1",), answer=("role:1",), approve=("everyone",))])


def pressed(thread: Thread, request: InputRequest, by: Person = ANNA) -> Event:
    return replace(thread.event(kind=EventKind.DECISION, request=request.id, by=by), decisions=(YES,))


async def only(rig: Rig, thread: Thread) -> InputRequest:
    [request] = await rig.questions(thread)
    return request


async def second_card(rig: Rig, thread: Thread) -> InputRequest:
    """Have code be approved by a press, and other code be asked for five seconds later than the words were said."""
    await rig.say(thread.event("hi"))
    first = await only(rig, thread)
    await rig.clock.advance(5)
    await rig.say(pressed(thread, first))
    return await only(rig, thread)


async def test_approval_that_was_said_of_one_card_and_comes_later_approves_no_other(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TWO) as rig:
        late = thread.event("approve")
        second = await second_card(rig, thread)
        receipt = await rig.say(late)

        assert (receipt.outcome, receipt.text) == (Accepted.NOT_UNDERSTOOD, say("approve_unsent", "en"))
        assert untouched(second)
        assert rig.teams.executed.total() == 1
        assert (await rig.say(replace(thread.event("approve"), at=rig.clock.now()))).outcome is Accepted.ANSWERED
        assert rig.teams.executed.total() == 2


async def test_late_words_are_no_feedback_on_a_card_that_came_after_them_and_are_kept(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TWO) as rig:
        late = thread.event("use a loop instead")
        second = await second_card(rig, thread)
        receipt = await rig.say(late)

        assert receipt.outcome is Accepted.KEPT
        assert untouched(await newest(rig, second.conversation))
        await rig.say(pressed(thread, second))
        assert await rig.questions(thread) == [], "they have answered the question that came then"


async def test_late_number_chooses_nothing_of_a_choice_that_came_after_it(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["approve", "bot", "code", ["print(1)"]], ["choose", "you", ["keep", "delete"]]]

    async with running(tmp_path, {"greet": script}) as rig:
        late = thread.event("2")
        await second_card(rig, thread)
        receipt = await rig.say(late)
        chosen = await rig.say(replace(thread.event("1"), at=rig.clock.now()))

        assert (receipt.outcome, receipt.text) == (Accepted.NOT_UNDERSTOOD, say("choose_unsent", "en"))
        assert chosen.outcome is Accepted.ANSWERED


async def test_on_slack_words_count_from_when_they_were_said_and_not_from_when_they_came(tmp_path: Path) -> None:
    async with on_slack(tmp_path) as stage:
        request = await stage.request()
        workspace = stage.server.workspace()
        channel = workspace.channel("general")
        message = workspace.post(channel, thread_ts=stage.root.ts, user=workspace.person("Anna").id, text="approve")
        workspace.tell({**events.posted(channel, message), "ts": f"{float(stage.root.ts) + 0.0001:.6f}"}, channel)
        await stage.server.settled()
        await stage.bot.until_handled()

        assert untouched(await newest(stage.bot, request.conversation))
        assert stage.executed() == 0
        await stage.tries("starter", "approve")
        assert stage.executed() == 1


async def after_kept(rig: Rig, thread: Thread, *kept: Event, wait: float = 0) -> None:
    """Start a run, keep these messages while it works, and let it go on after so many seconds."""
    await rig.inbox.accept(replace(thread.event("hi"), person=replace(ANNA, groups=("1",))))
    await rig.until(lambda: rig.teams.holding)
    for event in kept:
        assert (await rig.inbox.accept(event)).outcome is Accepted.KEPT
    await rig.clock.advance(wait)
    rig.teams.release()
    await rig.quiet()


async def test_whoever_adds_words_to_a_kept_task_is_not_its_starter(tmp_path: Path) -> None:
    thread = Thread()
    scripts: dict[str, Script] = {"greet": [["hold"]], "coder": CODE}

    async with running(tmp_path, scripts) as rig:
        await after_kept(rig, thread, thread.event("run this", team="coder"), thread.event("thanks", by=BO))

        assert [run.started_by for run in (await rig.runs(thread))[1:]] == [ANNA]
        request = await only(rig, thread)
        assert (await rig.say(pressed(thread, request, BO))).outcome is Accepted.NOT_ALLOWED
        assert (await rig.say(pressed(thread, request))).outcome is Accepted.ANSWERED


async def test_where_two_decide_nobody_whose_words_began_the_run_does(tmp_path: Path) -> None:
    thread = Thread()
    scripts: dict[str, Script] = {"greet": [["hold"]], "coder": CODE}

    async with running(tmp_path, scripts, permissions=FOUR_EYES) as rig:
        await after_kept(rig, thread, thread.event("run this", team="coder"), thread.event("thanks", by=BO))
        request = await only(rig, thread)
        outcomes = [(await rig.say(pressed(thread, request, by))).outcome for by in (ANNA, BO, CAT)]

        assert outcomes == [Accepted.NOT_ALLOWED, Accepted.NOT_ALLOWED, Accepted.ANSWERED]


async def test_who_may_not_start_a_team_does_not_choose_it_for_others(tmp_path: Path) -> None:
    thread = Thread()
    scripts: dict[str, Script] = {"greet": [["hold"], ["say", "ada", "{text}"]], "strong": [["say", "eve", "strong"]]}
    only_anna = Permissions([Rule(team="strong", start=(ANNA.id,))])

    async with running(tmp_path, scripts, permissions=only_anna) as rig:
        theirs = thread.event("thanks", by=BO, team="strong")
        await after_kept(rig, thread, thread.event("summarise"), theirs)

        assert [(run.team, run.opening.text) for run in await rig.runs(thread)] == [
            ("greet", "hi"),
            ("greet", "summarise"),
        ]
        assert f"[notice {say('denied_kept', 'en', names='Bo')}]" in rig.lines(thread)


@pytest.mark.parametrize(("wait", "runs"), [(60, 2), (301, 1)])
async def test_kept_words_of_a_role_start_a_run_only_while_the_role_is_known(
    wait: float, runs: int, tmp_path: Path
) -> None:
    thread = Thread()
    member = replace(BO, groups=("1",))

    async with running(tmp_path, {"greet": [["hold"]], "later": []}, permissions=MEMBERS) as rig:
        await after_kept(rig, thread, thread.event("delete all", by=member, team="later"), wait=wait)

        assert await rig.statuses(thread) == [RunStatus.COMPLETED] * runs
        told = f"[notice {say('kept_again', 'en', names='Bo')}]" in rig.lines(thread)
        assert told is (runs == 1)


@pytest.mark.parametrize(("wait", "answered"), [(60, True), (301, False)])
async def test_kept_words_of_a_role_answer_only_while_the_role_is_known(
    wait: float, answered: bool, tmp_path: Path
) -> None:
    thread = Thread()
    member = replace(BO, groups=("1",))

    async with running(tmp_path, {"greet": [["hold"], ["ask", "you"]]}, permissions=MEMBERS) as rig:
        await after_kept(rig, thread, thread.event("the second", by=member), wait=wait)

        assert (await rig.questions(thread) == []) is answered
        told = f"[notice {say('kept_again', 'en', names='Bo')}]" in rig.lines(thread)
        assert told is not answered


async def test_change_of_kept_words_brings_what_is_known_of_their_author_now(tmp_path: Path) -> None:
    thread = Thread()
    member = replace(BO, groups=("1",))

    async with running(tmp_path, {"greet": [["hold"]], "later": []}, permissions=MEMBERS) as rig:
        await rig.inbox.accept(thread.event("hi", by=member))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.event("delete all", by=member, team="later", message="m1"))
        await rig.clock.advance(600)
        edit = thread.event("delete it all", kind=EventKind.EDIT, by=BO, message="m1")
        assert (await rig.inbox.accept(replace(edit, at=rig.clock.now()))).outcome is Accepted.CHANGED
        rig.teams.release()
        await rig.quiet()

        assert len(await rig.runs(thread)) == 1
