"""Who may do what in a thread, and in which words they are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import InputRequest, Person, RequestKind
from bot.inbox.access import Access, Why, in_words
from bot.permissions import Action, Permissions, Rule
from tests.fakes import ANNA, BO, Thread
from tests.unit.core.asked import CODE, access_of, question

CARD = question(RequestKind.APPROVAL, items=(CODE,), deciders=("starter",))
MEMBERS = Permissions([Rule(approve=("everyone",))])


@pytest.mark.parametrize(
    ("principals", "words"),
    [
        (("starter",), "who started the run"),
        (("everyone", "guests"), "members of the workspace, without guests and other organisations, guests"),
        (("U1", "U2", "starter"), "who started the run, people whom the settings name (2)"),
        (("group:S1", "role:5", "U1"), "people whom the settings name (1), members of groups or roles that the "
         "settings name (2)"),
        (("externals",), "people of other organisations"),
        (("nobody",), "nobody"),
        ((), "nobody"),
    ],
)  # fmt: skip
def test_who_may_is_said_without_ids(principals: tuple[str, ...], words: str) -> None:
    assert in_words(principals, "en") == words


def test_who_may_is_said_in_chinese() -> None:
    assert in_words(("starter", "U1"), "zh") == "启动任务的人、设置中列出的人（1 位）"


@pytest.mark.parametrize(
    ("request_", "permissions", "person", "why"),
    [
        (CARD, Permissions(), ANNA, None),
        (CARD, Permissions(), BO, Why.PERMISSIONS),
        (CARD, MEMBERS, BO, Why.RECORDED),
        (replace(CARD, deciders=()), MEMBERS, BO, None),
        (replace(CARD, deciders=("everyone",)), Permissions(), BO, Why.PERMISSIONS),
        (replace(CARD, deciders=("everyone",)), MEMBERS, BO, None),
        (replace(CARD, deciders=("everyone",)), MEMBERS, replace(BO, guest=True), Why.PERMISSIONS),
        (replace(CARD, deciders=("everyone",)), MEMBERS, replace(BO, bot=True), Why.BOT),
        (replace(CARD, may_answer=(BO.id,)), Permissions(), ANNA, Why.NAMED),
        (replace(CARD, deciders=("everyone",), four_eyes=True), MEMBERS, ANNA, Why.FOUR_EYES),
        (replace(CARD, deciders=("everyone",)), Permissions([Rule(four_eyes=True)]), ANNA, Why.FOUR_EYES),
        (question(), Permissions(), BO, None),
        (question(), Permissions([Rule(answer=("starter",))]), BO, Why.PERMISSIONS),
        (question(), Permissions(), replace(BO, external=True), Why.PERMISSIONS),
    ],
)
def test_record_permissions_of_today_and_whom_it_names_must_all_allow(
    request_: InputRequest, permissions: Permissions, person: Person, why: Why | None
) -> None:
    refusal = access_of(person, permissions).objection(request_)

    assert (refusal.why if refusal is not None else None) is why


def test_operator_at_the_terminal_may_everything_whatever_the_rules_say() -> None:
    rules = Permissions([Rule(start=("U9",), approve=("U9",), stop=("U9",))], exempt=frozenset({"console"}))
    access = Access(permissions=rules, person=BO, thread=Thread(adapter="console").ref, team="t", starter=ANNA.id)

    assert [access.refused(action) for action in Action] == [None] * len(Action)
    assert access.objection(replace(CARD, deciders=("everyone",))) is None
