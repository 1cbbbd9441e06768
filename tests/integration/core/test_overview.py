"""What adapters look up for people, over a bot that works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot import overview as module
from bot.domain import RequestId, RequestStatus, RunStatus
from bot.errors import UnknownTeamError
from bot.overview import LISTED, StoredOverview
from bot.permissions import Permissions, Rule
from tests.fakes import ANNA, BO, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

TEAMS: dict[str, Script] = {"greet": [["ask", "you"]], "other": [["say", "eve", "{text}"]]}


async def ready(language: str) -> str:
    return f"the models are ready ({language})"


def overview(
    rig: Rig, models: Callable[[str], Awaitable[str]] = ready, permissions: Permissions | None = None
) -> StoredOverview:
    return StoredOverview(
        store=rig.store, teams=rig.teams, default_team="greet", models=models, permissions=permissions
    )


async def test_teams_are_those_on_offer(tmp_path: Path) -> None:
    async with running(tmp_path, TEAMS) as rig:
        assert [team.name for team in await overview(rig).teams()] == ["greet", "other"]


async def test_persons_conversations_are_listed_with_what_waits_first(tmp_path: Path) -> None:
    waiting, done, somebodys = Thread("t1"), Thread("t2"), Thread("t3")

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(waiting.event("plan a trip\nto Rome"))
        await rig.say(done.event("say it", team="other"))
        await rig.say(somebodys.event("mine", by=BO))
        found = await overview(rig).conversations(ANNA, adapter="fake", workspace="w")

        assert [(one.conversation, one.title, one.team, one.status, one.waiting) for one in found] == [
            (waiting.ref.conversation, "plan a trip", "greet", RunStatus.INPUT_REQUIRED, True),
            (done.ref.conversation, "say it", "other", RunStatus.COMPLETED, False),
        ]


async def test_list_of_conversations_has_an_end(tmp_path: Path) -> None:
    async with running(tmp_path, TEAMS) as rig:
        for number in range(LISTED + 3):
            await rig.inbox.accept(Thread(f"t{number}").event("hi", team="other"))
        await rig.quiet()

        assert len(await overview(rig).conversations(ANNA, adapter="fake", workspace="w")) == LISTED


async def test_request_is_shown_as_it_is_now(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("hi"))
        [asked] = await rig.questions(thread)

        assert await overview(rig).request(asked.id) == asked
        assert await overview(rig).request(RequestId("unknown")) is None


async def test_who_may_not_decide_is_told_before_they_write_a_reason_or_other_code(tmp_path: Path) -> None:
    thread, rules = Thread(), Permissions([Rule(approve=("everyone",), four_eyes=True)])
    guest = replace(BO, guest=True)

    async with running(tmp_path, {"greet": [["approve", "bot", "code", ["x"]]]}, permissions=rules) as rig:
        await rig.say(thread.event("hi"))
        [asked] = await rig.questions(thread)
        told = overview(rig, permissions=rules)
        found = [await told.objection(asked, person, "en") for person in (ANNA, guest, BO)]
        changing = await told.objection(asked, BO, "en", changing=True)
        await rig.say(thread.event("approve", by=BO))
        late = await told.objection(replace(asked, status=RequestStatus.ANSWERED), BO, "en")

    assert found[0].startswith("You started this run")
    assert found[1].startswith("You may not decide this")
    assert found[2] == ""
    assert changing.startswith("Here two people decide")
    assert late == "This question is closed already."


async def test_who_may_not_begin_or_answer_is_turned_away_and_who_decides_is_heard(tmp_path: Path) -> None:
    thread, rules = Thread(), Permissions([Rule(start=(ANNA.id,), answer=(ANNA.id,), approve=(BO.id,))])
    eve = replace(BO, id="u9", name="Eve")

    async with running(tmp_path, {"greet": [["approve", "bot", "code", ["x"]]]}, permissions=rules) as rig:
        told = overview(rig, permissions=rules)
        before = [await told.turned_away(each, thread.ref, "en") for each in (ANNA, BO)]
        await rig.say(thread.event("hi"))
        during = [await told.hears(each, thread.ref) for each in (ANNA, BO, eve)]
        said = await told.turned_away(eve, thread.ref, "en")
        await rig.say(thread.event("approve", by=BO))
        after = [await told.hears(each, thread.ref) for each in (ANNA, BO)]

    assert before[0] == ""
    assert before[1].startswith("You may not start a run here")
    assert during == [False, True, False]
    assert said.startswith("You may not decide this")
    assert after == [True, False]


async def test_team_that_is_named_the_threads_or_the_channels_is_what_is_asked_about(tmp_path: Path) -> None:
    thread, rules = Thread(), Permissions([Rule(team="greet", start=("nobody",))])

    async with running(tmp_path, TEAMS) as rig:
        told = overview(rig, permissions=rules)
        found = [await told.hears(ANNA, thread.ref), await told.hears(ANNA, thread.ref, team="other")]
        await told.set_default_team(adapter="fake", workspace="w", channel="c", team="other", person=ANNA)
        found.append(await told.hears(ANNA, thread.ref))

    assert found == [False, True, True]


async def test_default_team_is_the_channels_else_the_workspaces_else_the_settings(tmp_path: Path) -> None:
    thread = Thread().ref

    async with running(tmp_path, TEAMS) as rig:
        found = [await overview(rig).default_team(thread)]
        await overview(rig).set_default_team(adapter="fake", workspace="w", team="other", person=ANNA)
        found.append(await overview(rig).default_team(thread))
        await overview(rig).set_default_team(adapter="fake", workspace="w", channel="c", team="greet", person=ANNA)
        found.append(await overview(rig).default_team(thread))

        assert found == ["greet", "other", "greet"]


async def test_default_that_was_set_counts_for_the_conversations_to_come(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await overview(rig).set_default_team(adapter="fake", workspace="w", channel="c", team="other", person=ANNA)
        await rig.say(thread.event("hi"))

        assert rig.said(thread) == ["eve: hi"]


async def test_team_that_there_is_not_is_no_default(tmp_path: Path) -> None:
    async with running(tmp_path, TEAMS) as rig:
        with pytest.raises(UnknownTeamError, match="nobody"):
            await overview(rig).set_default_team(adapter="fake", workspace="w", team="nobody", person=ANNA)

        assert await overview(rig).default_team(Thread().ref) == "greet"


async def test_models_are_told_in_one_line_also_when_they_cannot_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(language: str) -> str:
        raise OSError("no\n route")

    async def hangs(language: str) -> str:
        await asyncio.Event().wait()
        return "never"

    monkeypatch.setattr(module, "MODELS_SECONDS", 0.01)

    async with running(tmp_path, TEAMS) as rig:
        assert await overview(rig).models("zh") == "the models are ready (zh)"
        assert await overview(rig, refused).models("en") == "The state of the models is not known: no route"
        assert await overview(rig, hangs).models("zh") == "无法得知模型的状态：TimeoutError"
