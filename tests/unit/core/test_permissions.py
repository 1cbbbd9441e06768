from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import Json, Person, ThreadRef
from bot.permissions import Action, Permissions, Rule, fits, of_bots_alone, unapprovable

THREAD = ThreadRef(adapter="slack", workspace="T1", channel="C1", thread="1.1")
ANNA = Person(id="U1", name="Anna")
BEN = Person(id="U2", name="Ben")
GUEST = Person(id="U3", name="Gil", guest=True, groups=("S1", "R1"))
EXTERNAL = Person(id="U4", name="Eve", external=True, groups=("S1", "R1"))
ROBOT = Person(id="B1", name="Build", bot=True)
GROUPED = Person(id="U5", name="Gro", groups=("S1",))
ALL = (ANNA, BEN, GUEST, EXTERNAL, ROBOT, GROUPED)


def may(permissions: Permissions, action: Action, person: Person, starter: str | None = "U1") -> bool:
    return permissions.may(action, person, thread=THREAD, team="solo", starter=starter)


def let_in(permissions: Permissions, action: Action) -> set[str]:
    return {person.id for person in ALL if may(permissions, action, person)}


@pytest.mark.parametrize("action", [Action.START, Action.ANSWER, Action.STOP])
def test_without_rules_members_and_known_bots_may_all_but_approve(action: Action) -> None:
    assert let_in(Permissions(), action) == {"U1", "U2", "U5", "B1"}


def test_without_rules_only_the_starter_approves() -> None:
    assert let_in(Permissions(), Action.APPROVE) == {"U1"}


def test_whom_the_team_names_approve_where_no_rule_says_who_does() -> None:
    def decides(permissions: Permissions) -> set[str]:
        def one(person: Person) -> bool:
            return permissions.may(Action.APPROVE, person, thread=THREAD, team="solo", starter="U1", named=("U2",))

        return {person.id for person in ALL if one(person)}

    assert decides(Permissions()) == {"U2"}
    assert decides(Permissions([Rule(four_eyes=True)])) == {"U2"}
    assert decides(Permissions([Rule(approve=("starter",))])) == {"U1"}


@pytest.mark.parametrize(
    ("principals", "expected"),
    [
        (("everyone",), {"U1", "U2", "U5", "B1"}),
        (("guests",), {"U3"}),
        (("externals",), {"U4"}),
        (("starter",), {"U1"}),
        (("group:S1",), {"U5"}),
        (("role:R1",), set()),
        (("U3",), {"U3"}),
        (("nobody",), set()),
        ((), set()),
        (("B1",), {"B1"}),
        (("everyone", "guests", "externals"), {person.id for person in ALL}),
        (("Anna", "anna", "u1", "slack:T1:U1"), set()),
    ],
)
def test_a_list_lets_in_whom_it_names_and_nobody_else(principals: tuple[str, ...], expected: set[str]) -> None:
    assert {person.id for person in ALL if fits(principals, person, "U1")} == expected
    assert let_in(Permissions([Rule(start=principals)]), Action.START) == expected


def test_an_empty_list_means_nobody_and_is_recorded_as_such() -> None:
    permissions = Permissions([Rule(start=(), answer=(), approve=(), stop=(), operate=())])
    assert [let_in(permissions, action) for action in Action] == [set()] * len(Action)
    assert permissions.deciders(thread=THREAD, team="solo") == ("nobody",)


def test_nobody_operates_unless_a_rule_says_so() -> None:
    assert let_in(Permissions(), Action.OPERATE) == set()
    assert let_in(Permissions([Rule(start=("everyone",))]), Action.OPERATE) == set()
    assert let_in(Permissions([Rule(operate=("U2",))]), Action.OPERATE) == {"U2"}


@pytest.mark.parametrize("word", ["everyone", "starter", "guests", "nobody"])
def test_an_id_that_is_a_word_of_the_rules_lets_nobody_in(word: str) -> None:
    assert not fits((word,), Person(id=word, name="x", external=True), "U1")


def test_the_last_rule_that_speaks_about_the_action_counts() -> None:
    rules = [
        Rule(start=("U1",), approve=("U2",)),
        Rule(channel="C1", start=("U2",)),
        Rule(channel="C1", stop=("U1",)),
        Rule(channel="C2", start=("nobody",)),
    ]
    permissions = Permissions(rules)
    assert let_in(permissions, Action.START) == {"U2"}
    assert let_in(permissions, Action.APPROVE) == {"U2"}
    assert let_in(permissions, Action.STOP) == {"U1"}
    assert let_in(permissions, Action.ANSWER) == {"U1", "U2", "U5", "B1"}


@pytest.mark.parametrize("where", [{"adapter": "discord"}, {"workspace": "T2"}, {"channel": "C2"}, {"team": "duo"}])
def test_a_rule_says_nothing_elsewhere(where: Json) -> None:
    rule = Rule(start=("nobody",), approve=("nobody",), four_eyes=True, **where)
    permissions = Permissions([rule])
    assert may(permissions, Action.START, BEN)
    assert may(permissions, Action.APPROVE, ANNA)
    assert not permissions.four_eyes(thread=THREAD, team="solo")


@pytest.mark.parametrize(
    ("approve", "expected"),
    [(None, {"U2", "U5"}), (("U1", "U2"), {"U2"}), (("starter", "group:S1"), {"U5"}), (("starter",), set())],
)
def test_four_eyes_are_never_the_starters(approve: tuple[str, ...] | None, expected: set[str]) -> None:
    assert let_in(Permissions([Rule(four_eyes=True, approve=approve)]), Action.APPROVE) == expected


def test_a_later_rule_can_end_four_eyes() -> None:
    permissions = Permissions([Rule(four_eyes=True), Rule(channel="C1", four_eyes=False)])
    assert let_in(permissions, Action.APPROVE) == {"U1"}
    assert may(permissions, Action.APPROVE, BEN) is False


def test_at_the_operators_own_adapter_everything_is_allowed() -> None:
    rule = Rule(start=("nobody",), answer=("nobody",), approve=("nobody",), stop=("nobody",), four_eyes=True)
    permissions = Permissions([rule], exempt=frozenset({"console"}))
    here = replace(THREAD, adapter="console")
    person = Person(id="operator", name="You")
    for action in Action:
        assert permissions.may(action, person, thread=here, team="solo", starter="operator")
        assert not may(permissions, action, ANNA)
    assert not permissions.four_eyes(thread=here, team="solo")
    assert fits(permissions.deciders(thread=here, team="solo"), person, "operator")


def test_the_groups_that_rules_name_are_known() -> None:
    rules = [Rule(start=("everyone", "group:S1")), Rule(approve=("group:S2", "role:7", "U1"))]
    assert Permissions(rules).groups() == {"S1", "S2"}


def test_rules_that_together_leave_nobody_to_approve_are_found() -> None:
    asking, alone = Rule(workspace="T1", four_eyes=True), Rule(channel="C1", approve=("starter",))
    assert unapprovable([asking, alone]) == (asking, alone)
    assert unapprovable([alone, asking]) == (asking, alone)
    assert unapprovable([asking, alone, Rule(approve=("U2",))]) is None
    assert unapprovable([asking, alone, Rule(channel="C1", four_eyes=False)]) is None
    assert unapprovable([asking, Rule(workspace="T2", approve=("starter",))]) is None
    assert unapprovable([asking, Rule(approve=("starter", "U2"))]) is None


@pytest.mark.parametrize("more", [("nobody",), ("B7",), ("nobody", "B7")])
def test_who_never_approves_does_not_hide_that_the_starter_is_alone(more: tuple[str, ...]) -> None:
    asking, alone = Rule(four_eyes=True), Rule(approve=("starter", *more))
    assert unapprovable([asking, alone], {"B7"}) == (asking, alone)
    assert unapprovable([asking, Rule(approve=("starter", *more, "U2"))], {"B7"}) is None


def test_rule_that_lets_only_bots_approve_is_found() -> None:
    rules = [Rule(approve=("U2", "B7")), Rule(approve=("nobody",)), Rule(start=("B7",)), Rule(approve=("B7", "nobody"))]
    assert of_bots_alone(rules, {"B7"}) == rules[3]
    assert of_bots_alone(rules[:3], {"B7"}) is None
    assert of_bots_alone(rules, ()) is None


@pytest.mark.parametrize(
    ("approve", "deciders"),
    [
        (None, ("everyone",)),
        (("starter",), ("everyone",)),
        (("starter", "U5"), ("everyone", "U5")),
        (("everyone", "starter"), ("everyone",)),
        (("U5",), ("U5",)),
        (("nobody",), ("nobody",)),
    ],
)
def test_members_approve_what_a_bot_started_where_its_starter_would(
    approve: tuple[str, ...] | None, deciders: tuple[str, ...]
) -> None:
    permissions = Permissions([Rule(approve=approve)])
    assert permissions.deciders(thread=THREAD, team="solo", by_bot=True) == deciders
    assert permissions.deciders(thread=THREAD, team="solo", named=("U5",), by_bot=True) == (
        ("U5",) if approve is None else deciders
    )
