"""A run that a let-in bot began is decided by members, and never by a bot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import Accepted, Decision, EventKind, Person, RequestStatus, Verdict
from bot.permissions import Permissions, Rule
from tests.fakes import ANNA, BO, Thread
from tests.integration.chat.rig import CODE
from tests.integration.core.rig import running

CI = Person(id="B0123ABCD", name="CI", bot=True)
GUEST = Person(id="U9", name="Guest", guest=True)
DENIED, ANSWERED = Accepted.NOT_ALLOWED, Accepted.ANSWERED


@pytest.mark.parametrize(
    ("rules", "outcomes"),
    [
        ([], [DENIED, DENIED, ANSWERED]),
        ([Rule(approve=("starter",))], [DENIED, DENIED, ANSWERED]),
        ([Rule(four_eyes=True)], [DENIED, DENIED, ANSWERED]),
        ([Rule(approve=("starter", "guests"))], [DENIED, ANSWERED]),
        ([Rule(approve=("U5",))], [DENIED, DENIED, DENIED]),
    ],
    ids=["no rules", "starter", "four eyes", "guests", "somebody else"],
)
async def test_members_decide_what_a_bot_began(rules: list[Rule], outcomes: list[Accepted], tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": CODE}, permissions=Permissions(rules)) as rig:
        assert (await rig.say(thread.event("the build failed", by=CI))).outcome is Accepted.STARTED
        [asked] = await rig.questions(thread, status=RequestStatus.OPEN)
        found = []
        for person in (CI, GUEST, ANNA)[: len(outcomes)]:
            pressed = thread.event(kind=EventKind.DECISION, request=asked.id, by=person)
            yes = (Decision(verdict=Verdict.APPROVE),) * len(asked.items)
            found.append((await rig.say(replace(pressed, decisions=yes))).outcome)

        assert found == outcomes
        assert "starter" not in asked.deciders


async def test_what_a_person_began_is_still_decided_by_that_person(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": CODE}) as rig:
        await rig.say(thread.event("go", by=ANNA))
        [asked] = await rig.questions(thread, status=RequestStatus.OPEN)

        outcomes = [(await rig.say(thread.event("approve", by=person))).outcome for person in (BO, ANNA)]

        assert (asked.deciders, outcomes[0]) == (("starter",), DENIED)
        assert outcomes[1] is not DENIED
