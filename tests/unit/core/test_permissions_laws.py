from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Json, Person, ThreadRef
from bot.permissions import PLACES, Action, Permissions, Rule, fits, unapprovable

IDS = ("U1", "U2", "U3")
_words = st.sampled_from(
    [*IDS, "everyone", "guests", "externals", "starter", "nobody", "group:S1", "group:S2", "role:R1"]
)
_lists = st.none() | st.lists(_words, max_size=3).map(tuple)
_persons = st.builds(
    Person,
    id=st.sampled_from(IDS),
    name=st.sampled_from(["everyone", "Anna", "U1", "starter"]),
    bot=st.booleans(),
    guest=st.booleans(),
    external=st.booleans(),
    groups=st.lists(st.sampled_from(["S1", "R1", "everyone"]), max_size=2, unique=True).map(tuple),
)
_rules = st.builds(
    Rule,
    adapter=st.sampled_from(["", "slack", "discord"]),
    workspace=st.sampled_from(["", "T1", "T2"]),
    channel=st.sampled_from(["", "C1", "C2"]),
    team=st.sampled_from(["", "solo", "duo"]),
    start=_lists,
    answer=_lists,
    approve=_lists,
    stop=_lists,
    four_eyes=st.none() | st.booleans(),
)
_many = st.lists(_rules, max_size=5)
_threads = st.builds(
    ThreadRef,
    adapter=st.sampled_from(["slack", "discord"]),
    workspace=st.sampled_from(["T1", "T2", "T3"]),
    channel=st.sampled_from(["C1", "C2", "C3"]),
    thread=st.just("1.1"),
)
_teams = st.sampled_from(["solo", "duo", "trio"])
_actions = st.sampled_from(list(Action))
_starters = st.none() | st.sampled_from(IDS)


def holds(rule: Rule, thread: ThreadRef, team: str) -> bool:
    facts = {"adapter": thread.adapter, "workspace": thread.workspace, "channel": thread.channel, "team": team}
    return all(not getattr(rule, name) or getattr(rule, name) == facts[name] for name in PLACES)


def last(rules: Sequence[Rule], thread: ThreadRef, team: str, name: str) -> object:
    said = [getattr(rule, name) for rule in rules if holds(rule, thread, team) and getattr(rule, name) is not None]
    return said[-1] if said else None


@given(rules=_many, person=_persons, thread=_threads, team=_teams, starter=_starters, action=_actions)
def test_the_last_rule_that_fits_alone_decides(
    rules: list[Rule], person: Person, thread: ThreadRef, team: str, starter: str | None, action: Action
) -> None:
    allowed, four_eyes = last(rules, thread, team, action.value), last(rules, thread, team, "four_eyes")
    only: Json = {action.value: allowed, "four_eyes": bool(four_eyes)}
    alone = Rule(**only)
    whole, one = Permissions(rules), Permissions([alone])
    assert whole.may(action, person, thread=thread, team=team, starter=starter) is one.may(
        action, person, thread=thread, team=team, starter=starter
    )


@given(rules=_many, person=_persons, thread=_threads, team=_teams, starter=_starters, action=_actions)
def test_rules_of_other_places_change_nothing(
    rules: list[Rule], person: Person, thread: ThreadRef, team: str, starter: str | None, action: Action
) -> None:
    here = [rule for rule in rules if holds(rule, thread, team)]
    assert Permissions(rules).may(action, person, thread=thread, team=team, starter=starter) is Permissions(here).may(
        action, person, thread=thread, team=team, starter=starter
    )


@given(rules=_many, person=_persons, thread=_threads, team=_teams, starter=_starters, action=_actions)
def test_an_empty_list_is_nobody(
    rules: list[Rule], person: Person, thread: ThreadRef, team: str, starter: str | None, action: Action
) -> None:
    none: Json = {action.value: ()}
    closed = Permissions([*rules, Rule(**none)])
    assert not closed.may(action, person, thread=thread, team=team, starter=starter)


@given(person=_persons, starter=_starters, groups=st.lists(st.sampled_from(["S1", "S2", "R1"])).map(tuple))
def test_no_group_and_no_role_lets_a_guest_or_an_external_in(
    person: Person, starter: str | None, groups: tuple[str, ...]
) -> None:
    outsider = replace(person, bot=False, guest=person.guest or not person.external, groups=groups)
    named = ("everyone", *(f"group:{group}" for group in groups), *(f"role:{group}" for group in groups))
    assert not fits(named, outsider, starter)


@given(rules=_many, person=_persons, thread=_threads, team=_teams, starter=_starters)
def test_a_bot_never_approves(
    rules: list[Rule], person: Person, thread: ThreadRef, team: str, starter: str | None
) -> None:
    permissions = Permissions(rules, exempt=frozenset({"discord"}))
    robot = replace(person, bot=True)
    assert not permissions.may(Action.APPROVE, robot, thread=thread, team=team, starter=starter)


@given(rules=_many, person=_persons, thread=_threads, team=_teams)
def test_with_four_eyes_no_starter_approves(rules: list[Rule], person: Person, thread: ThreadRef, team: str) -> None:
    permissions = Permissions([*rules, Rule(four_eyes=True)])
    assert permissions.four_eyes(thread=thread, team=team)
    assert not permissions.may(Action.APPROVE, person, thread=thread, team=team, starter=person.id)


@given(rules=_many, person=_persons, thread=_threads, team=_teams, starter=_starters)
def test_whoever_approves_is_among_the_deciders_that_are_recorded(
    rules: list[Rule], person: Person, thread: ThreadRef, team: str, starter: str | None
) -> None:
    permissions = Permissions(rules)
    deciders = permissions.deciders(thread=thread, team=team)
    assert deciders
    if permissions.may(Action.APPROVE, person, thread=thread, team=team, starter=starter):
        assert fits(deciders, person, starter)


@given(principals=st.lists(_words).map(tuple), person=_persons, starter=_starters, name=st.text())
def test_no_name_changes_what_a_person_may(
    principals: tuple[str, ...], person: Person, starter: str | None, name: str
) -> None:
    assert fits(principals, person, starter) is fits(principals, replace(person, name=name), starter)


@given(rules=_many, thread=_threads, team=_teams)
def test_where_no_pair_of_rules_is_refused_somebody_can_be_asked(
    rules: list[Rule], thread: ThreadRef, team: str
) -> None:
    permissions = Permissions(rules)
    deciders = set(permissions.deciders(thread=thread, team=team)) - {"nobody"}
    stuck = permissions.four_eyes(thread=thread, team=team) and deciders == {"starter"}
    assert not stuck or unapprovable(rules) is not None


@given(rules=_many)
def test_a_pair_of_rules_is_refused_only_where_nobody_can_be_asked(rules: list[Rule]) -> None:
    found = unapprovable(rules)
    if found is None:
        return
    parts = {name: getattr(found[0], name) or getattr(found[1], name) or "elsewhere" for name in PLACES}
    team = parts.pop("team")
    thread, permissions = ThreadRef(thread="1", **parts), Permissions(rules)
    assert permissions.four_eyes(thread=thread, team=team)
    assert set(permissions.deciders(thread=thread, team=team)) - {"nobody"} == {"starter"}


@given(rules=_many, person=_persons, thread=_threads, team=_teams, starter=_starters)
def test_where_a_bot_started_a_run_no_fewer_approve_and_never_the_bot(
    rules: list[Rule], person: Person, thread: ThreadRef, team: str, starter: str | None
) -> None:
    permissions = Permissions(rules)
    before = permissions.may(Action.APPROVE, person, thread=thread, team=team, starter=starter)
    after = permissions.may(Action.APPROVE, person, thread=thread, team=team, starter=starter, by_bot=True)
    theirs = person.id == starter
    assert after or theirs or not before
    assert not (after and person.bot)
    assert "starter" not in permissions.deciders(thread=thread, team=team, by_bot=True)
