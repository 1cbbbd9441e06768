"""An approval that is given again: a second click, a card from before, a button that was copied elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.chat.handling.about import Action, nonce
from adapters.discord.ids import custom_id
from bot.domain import Accepted, ApprovalState, Decision, Event, EventKind, InputRequest, RequestStatus, Verdict
from bot.permissions import Permissions, Rule
from tests.discord_server import Shown
from tests.fakes import ANNA, BO, FakeClock, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script, ScriptedTeams
from tests.threats.deciding import at_rest, on_discord, on_slack, untouched

CODE: dict[str, Script] = {"greet": [["approve", "bot", "code", ["print(1)"]]]}
EVERYONE = Permissions([Rule(approve=("everyone",))])
YES = Decision(verdict=Verdict.APPROVE)
NO = Decision(verdict=Verdict.REJECT)


async def card(rig: Rig, thread: Thread) -> InputRequest:
    """Start a run and return the approval that it asks for."""
    await rig.say(thread.event("hi"))
    [request] = await rig.questions(thread)
    return request


def press(thread: Thread, request: InputRequest, decision: Decision = YES) -> Event:
    pressed = thread.event(kind=EventKind.DECISION, request=request.id)
    return replace(pressed, decisions=(decision,))


async def states(rig: Rig, request: InputRequest) -> list[ApprovalState]:
    records = await rig.store.read(lambda records: records.approvals.of(request.run))
    return [one.state for one in records]


async def test_second_click_runs_nothing_again(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        request = await card(rig, thread)
        outcomes = [(await rig.say(press(thread, request))).outcome for _ in range(2)]

        assert outcomes == [Accepted.ANSWERED, Accepted.TOO_LATE]
        assert rig.teams.executed.total() == 1


async def test_of_two_people_who_click_at_once_one_decides(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE, permissions=EVERYONE) as rig:
        request = await card(rig, thread)
        async with asyncio.TaskGroup() as group:
            clicks = [
                group.create_task(rig.inbox.accept(replace(press(thread, request), person=person)))
                for person in (ANNA, BO)
            ]
        await rig.quiet()

        assert {click.result().outcome for click in clicks} == {Accepted.ANSWERED, Accepted.TOO_LATE}
        assert rig.teams.executed.total() == 1


async def test_click_that_comes_again_after_a_restart_runs_nothing_again(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, CODE) as rig:
        request = await card(rig, thread)
        first = press(thread, request)
        await rig.say(first)
        assert rig.teams.executed.total() == 1

    async with running(tmp_path, CODE) as rig:
        outcomes = [(await rig.say(event)).outcome for event in (thread.again(first), press(thread, request))]

        assert outcomes == [Accepted.DUPLICATE, Accepted.TOO_LATE]
        assert rig.teams.executed.total() == 0


async def test_card_that_waited_through_a_restart_still_decides_once(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, CODE) as rig:
        request = await card(rig, thread)

    async with running(tmp_path, CODE) as rig:
        outcomes = [(await rig.say(press(thread, request))).outcome for _ in range(2)]

        assert outcomes == [Accepted.ANSWERED, Accepted.TOO_LATE]
        assert rig.teams.executed.total() == 1


async def test_click_after_a_denial_approves_nothing(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        request = await card(rig, thread)
        await rig.say(press(thread, request, NO))
        late = await rig.say(press(thread, request))

        assert late.outcome is Accepted.TOO_LATE
        assert await states(rig, request) == [ApprovalState.DENIED]
        assert rig.teams.executed.total() == 0


@pytest.mark.parametrize("words", ["exit", "use a loop instead"])
async def test_click_after_words_that_denied_it_approves_nothing(words: str, tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        request = await card(rig, thread)
        await rig.say(thread.event(words))
        late = await rig.say(press(thread, request))

        assert late.outcome is Accepted.TOO_LATE
        assert await states(rig, request) == [ApprovalState.DENIED]
        assert rig.teams.executed.total() == 0


async def test_click_after_expiry_approves_nothing(tmp_path: Path) -> None:
    thread, clock = Thread(), FakeClock()
    teams = ScriptedTeams(CODE, clock=clock, expires=60.0)

    async with running(tmp_path, teams=teams, clock=clock) as rig:
        request = await card(rig, thread)
        await rig.pass_time(120)
        late = await rig.say(press(thread, request))

        assert (late.outcome, late.text) == (Accepted.TOO_LATE, "This question has expired.")
        assert await states(rig, request) == [ApprovalState.DENIED]
        assert teams.executed.total() == 0


async def test_partial_approval_is_void_once_the_rest_expires(tmp_path: Path) -> None:
    thread, clock = Thread(), FakeClock()
    two: dict[str, Script] = {"greet": [["approve", "bot", "tool", ["send", "delete"]]]}
    teams = ScriptedTeams(two, clock=clock, expires=60.0)

    async with running(tmp_path, teams=teams, clock=clock) as rig:
        request = await card(rig, thread)
        await rig.say(thread.event("approve 1"))
        assert await states(rig, request) == [ApprovalState.APPROVED, ApprovalState.PENDING]
        await rig.pass_time(120)

        assert await states(rig, request) == [ApprovalState.DENIED, ApprovalState.DENIED]
        assert teams.executed.total() == 0


async def test_approval_of_a_stopped_run_is_void(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, CODE) as rig:
        request = await card(rig, thread)
        await rig.say(thread.stop())
        late = await rig.say(press(thread, request))

        assert late.outcome is Accepted.TOO_LATE
        assert await states(rig, request) == [ApprovalState.DENIED]


async def test_click_names_its_own_thread_or_decides_nothing(tmp_path: Path) -> None:
    here, there = Thread("t1"), Thread("t2")

    async with running(tmp_path, CODE) as rig:
        request = await card(rig, here)
        await card(rig, there)
        moved = await rig.say(press(there, request))

        assert moved.outcome is Accepted.TOO_LATE
        assert len(await rig.questions(here)) == len(await rig.questions(there)) == 1
        assert rig.teams.executed.total() == 0


async def test_two_cards_of_the_same_bytes_have_nonces_of_their_own(tmp_path: Path) -> None:
    here, there = Thread("t1"), Thread("t2")

    async with running(tmp_path, CODE) as rig:
        first, second = await card(rig, here), await card(rig, there)

        assert first.items == second.items
        assert len({first.nonce, second.nonce, ""}) == 3
        assert nonce(replace(first, id=second.id)) != nonce(second), "whoever knows all but the nonce makes no button"


async def test_on_slack_a_copied_button_a_second_click_and_a_second_person_decide_nothing(tmp_path: Path) -> None:
    async with on_slack(tmp_path, EVERYONE) as stage:
        workspace, channel = stage.server.workspace(), stage.server.workspace().channel("general")
        anna, bo = workspace.person("Anna"), workspace.person("Bo")
        other = await anna.says(channel, "@Threadfast hi")
        there = await channel.until(lambda thread: "Approve" in thread.buttons, thread=other)
        mine = (await channel.until(lambda thread: "Approve" in thread.buttons, thread=stage.root)).last
        value = next(each["value"] for block in mine.blocks for each in block.get("elements", ()) if "value" in each)
        await anna.clicks(there.last, "Approve", value=value)
        await stage.server.until(lambda: any("not about what waits" in one.text for one in anna.sees))
        assert untouched(await stage.request())

        async with asyncio.TaskGroup() as group:
            for person in (anna, bo, anna):
                group.create_task(person.clicks(mine, "Approve", stale=True))
        await stage.bot.until_handled()
        await stage.bot.until(stage.executed)
        assert (await stage.request()).status is RequestStatus.ANSWERED
        assert stage.executed() == 1


async def test_on_discord_a_copied_button_a_second_click_and_a_second_person_decide_nothing(tmp_path: Path) -> None:
    async with on_discord(tmp_path, EVERYONE) as stage:
        anna, bo, world = stage.server.person("Anna"), stage.server.person("Bo"), stage.server.world
        pressed = custom_id(await stage.request(), Action.APPROVE)
        button = {"type": 2, "style": 1, "label": "Approve", "custom_id": pressed}
        elsewhere = await anna.starts_thread(stage.general, "elsewhere")
        copy = world.post(elsewhere, stage.server.app.user, "?", components=[{"type": 1, "components": [button]}])
        refused = await anna.presses(Shown.of(copy, world), "Approve")
        await refused.until(lambda one: "not about what waits now" in one.text)
        assert untouched(await stage.request())

        seen = await anna.until(stage.thread, lambda seen: "Approve" in seen.buttons)
        mine = next(one for one in seen.messages if "Approve" in one.buttons)
        async with asyncio.TaskGroup() as group:
            for person in (anna, bo, anna):
                group.create_task(person.presses(mine, pressed, stale=True))
        await stage.bot.until(stage.executed)
        await stage.bot.until_handled()
        assert (await stage.request()).status is RequestStatus.ANSWERED
        await at_rest(stage.bot, (await stage.request()).conversation)
        assert stage.executed() == 1
