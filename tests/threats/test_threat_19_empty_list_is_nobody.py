"""An allow-list that is empty, or was left half filled in, opens up to everybody instead of nobody."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.teams import mistakes_in
from agents.teams.load import load_file
from bot.app import Parts, serving
from bot.config import load_settings
from bot.domain import Accepted, EventKind, Person, RequestStatus, RunStatus
from bot.errors import SettingsError, TeamFileError
from bot.permissions import Action, Permissions, Rule
from bot.store import open_store
from tests.fakes import ANNA, BO, FakeAdapter, FakeClock, Thread
from tests.integration.core.rig import running
from tests.scripted import Script, ScriptedTeams

CODE: dict[str, Script] = {"greet": [["approve", "coder", "code", ["print(1)"]], ["say", "ada", "done"]]}
ASKS: dict[str, Script] = {"greet": [["ask", "you", "model"], ["say", "ada", "you said {answer}"]]}
EMPTY = ("[]", "", "null", "~", "''", "{}", "false", "0")
"""How a list can come to hold nothing, in YAML."""
TEAM = "name: pair\nkind: two_agent\nagents:\n  person: {human: true}\n  coder: {}\n"


@pytest.mark.parametrize("empty", EMPTY)
@pytest.mark.parametrize("action", list(Action))
def test_settings_refuse_an_empty_list_and_say_what_to_write_instead(
    action: Action, empty: str, tmp_path: Path
) -> None:
    (tmp_path / "threadfast.yaml").write_text(f"permissions:\n  - {action}: {empty}\n", "utf-8")

    with pytest.raises(SettingsError, match=rf"threadfast.yaml:2: permissions, entry 1, {action}: .*\[everyone\]"):
        load_settings(tmp_path)


@pytest.mark.parametrize("empty", [*EMPTY, "[null]", "[{}]", "[[]]", "[{channel: C0123ABCD}]"])
def test_settings_refuse_rules_that_say_nothing(empty: str, tmp_path: Path) -> None:
    (tmp_path / "threadfast.yaml").write_text(f"permissions: {empty}\n", "utf-8")

    with pytest.raises(SettingsError, match=r"threadfast.yaml:1: permissions.*(list of rules|empty|rule)"):
        load_settings(tmp_path)


@pytest.mark.parametrize("empty", EMPTY)
@pytest.mark.parametrize("place", ["adapter", "workspace", "channel", "team"])
def test_rule_whose_place_was_left_empty_does_not_hold_everywhere(place: str, empty: str, tmp_path: Path) -> None:
    text = f"permissions:\n  - start: [everyone, guests]\n    {place}: {empty}\n"
    (tmp_path / "threadfast.yaml").write_text(text, "utf-8")

    with pytest.raises(SettingsError, match=r"threadfast\.yaml:3: permissions, entry 1"):
        load_settings(tmp_path)


@pytest.mark.parametrize("value", ["[]", '[{"start": []}]', '[{"approve": null}]', "[{}]", "null", "{}", '""'])
def test_environment_that_says_nothing_opens_nothing(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "threadfast.yaml").write_text("permissions: [{start: [nobody]}]\n", "utf-8")
    monkeypatch.setenv("THREADFAST_PERMISSIONS", value)

    with pytest.raises(SettingsError, match="THREADFAST_PERMISSIONS in the environment"):
        load_settings(tmp_path)


@pytest.mark.parametrize("empty", ["", " ", "\n"])
@pytest.mark.parametrize("name", ["THREADFAST_PERMISSIONS", "threadfast_permissions", "THREADFAST_BUDGETS"])
@pytest.mark.parametrize("text", ["", "permissions: [{start: [nobody]}]\nbudgets: {person: {runs_a_day: 1}}\n"])
def test_variable_that_is_set_and_empty_is_refused_whatever_the_file_says(
    text: str, name: str, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "threadfast.yaml").write_text(text, "utf-8")
    monkeypatch.setenv(name, empty)

    with pytest.raises(SettingsError, match=f"{name.upper()} in the environment: this is set and empty.*Unset it"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("permissions: [{start: [nobody]}]\nteam: solo\npermissions: [{start: [everyone]}]\n", ":3: permissions "),
        ("permissions:\n  - start: [nobody]\n    start: [everyone]\n", ":3: start .*second time, after line 2"),
        ("permissions: [{start: [nobody], 'start': [everyone]}]\n", ":1: start "),
        ("budgets:\n  person: {runs_a_day: 1}\n  person: null\n", ":3: person "),
        ("a: &a {b: &b {c: &c {d: &d {e: &e {f: 1,\n f: 2}}}}}\ng: [*a, *b, *c, *d, *e]\n", ":2: f "),
    ],
)
def test_settings_refuse_what_stands_twice_of_which_the_last_would_open(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "threadfast.yaml").write_text(text, "utf-8")

    with pytest.raises(SettingsError, match=rf"threadfast\.yaml{told}"):
        load_settings(tmp_path)


def test_environment_refuses_what_stands_twice_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADFAST_PERMISSIONS", '[{"start": ["nobody"], "start": ["everyone"]}]')

    with pytest.raises(SettingsError, match="THREADFAST_PERMISSIONS in the environment: 'start' stands here twice"):
        load_settings(tmp_path)


ALMOST = ("threadfast.yml", "Threadfast.yaml", ".threadfast.yaml", "thread-fast.yaml", "threadfast.yaml.txt")


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("name", ALMOST)
def test_file_of_almost_the_name_is_refused_also_beside_the_right_one(name: str, beside: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_text("permissions: [{start: [nobody]}]\n", "utf-8")
    if beside:
        (tmp_path / "threadfast.yaml").write_text("team: solo\n", "utf-8")

    with pytest.raises(SettingsError, match=rf"{name}: this is not read.*Rename it to threadfast\.yaml"):
        load_settings(tmp_path)


def test_file_of_almost_the_name_is_refused_in_the_users_folder_where_that_counts(
    tmp_path: Path, clean_environment: Path
) -> None:
    users = clean_environment / "config" / "threadfast"
    users.mkdir(parents=True)
    (users / "threadfast.yml").write_text("permissions: [{start: [nobody]}]\n", "utf-8")

    with pytest.raises(SettingsError, match=r"threadfast\.yml: this is not read"):
        load_settings(tmp_path)

    (tmp_path / "threadfast.yaml").write_text("team: coder\n", "utf-8")
    assert load_settings(tmp_path).team == "coder"


@pytest.mark.parametrize("name", ["threadfast.yaml~", "threadfast.yaml.bak", "threadfast.db", "threadfast-old.yaml"])
def test_other_files_beside_the_settings_are_nobodys_business(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("permissions: []\n", "utf-8")

    assert load_settings(tmp_path).permissions == ()


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("may_answer: [U0123ABCD]\nmay_answer: [U0456EFGH]\n", 7),
        ("code:\n  approval: always\n  approval: never\n", 8),
        ("approve_tools: {calculate: always, calculate: never}\n", 6),
    ],
)
def test_team_file_refuses_what_stands_twice(more: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "pair.yaml"
    path.write_text(f"{TEAM}{more}", "utf-8")

    with pytest.raises(TeamFileError, match=f":{line}: .*stands here a second time"):
        load_file(path)


@pytest.mark.parametrize("command", ["run", "chat", "check"])
async def test_nothing_starts_with_an_empty_list(command: str, tmp_path: Path) -> None:
    (tmp_path / "threadfast.yaml").write_text("permissions:\n  - approve: []\n", "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()

    assert process.returncode not in (0, None)
    words = " ".join(told.decode().split())
    assert "permissions, entry 1, approve: this is empty, which would let nobody do it" in words


async def test_rule_about_a_team_that_there_is_not_refuses_to_start(tmp_path: Path) -> None:
    (tmp_path / "threadfast.yaml").write_text("permissions: [{team: greeet, start: [nobody]}]\n", "utf-8")
    settings = await asyncio.to_thread(load_settings, tmp_path)
    store = await asyncio.to_thread(open_store, tmp_path / "store.db")
    of = Parts(store=store, teams=ScriptedTeams(ASKS, clock=FakeClock()), clock=FakeClock())

    with pytest.raises(SettingsError, match="entry 1: there is no team 'greeet'; did you mean greet"):
        async with serving(settings, of, {"fake": FakeAdapter()}):
            raise AssertionError("it must not come to this")

    await store.close()


async def test_rules_of_the_settings_reach_the_inbox(tmp_path: Path) -> None:
    (tmp_path / "threadfast.yaml").write_text("team: greet\npermissions: [{start: [nobody]}]\n", "utf-8")
    settings = await asyncio.to_thread(load_settings, tmp_path)
    store = await asyncio.to_thread(open_store, tmp_path / "store.db")
    of = Parts(store=store, teams=ScriptedTeams(ASKS, clock=FakeClock()), clock=FakeClock())

    async with serving(settings, of, {"fake": FakeAdapter()}) as inbox:
        receipt = await inbox.accept(Thread().event("hi", by=ANNA))

    await store.close()
    assert receipt.outcome is Accepted.NOT_ALLOWED


async def test_nobody_starts_where_the_list_of_who_may_is_empty(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, ASKS, permissions=Permissions([Rule(start=())])) as rig:
        for person in (ANNA, BO, replace(ANNA, bot=True), replace(BO, guest=True)):
            assert (await rig.say(thread.event("hi", by=person))).outcome is Accepted.NOT_ALLOWED

        assert await rig.runs(thread) == []


async def test_nobody_answers_or_stops_where_the_list_of_who_may_is_empty(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, ASKS, permissions=Permissions([Rule(answer=(), stop=())])) as rig:
        await rig.say(thread.event("hi", by=ANNA))
        outcomes = [
            (await rig.say(thread.event("yes", by=ANNA))).outcome,
            (await rig.say(thread.event("yes", by=BO))).outcome,
            (await rig.say(thread.event("", by=ANNA, kind=EventKind.STOP))).outcome,
        ]

        assert outcomes == [Accepted.NOT_ALLOWED] * 3
        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]


async def test_nobody_approves_where_the_list_of_who_may_is_empty_not_even_after_it_is_filled_in(
    tmp_path: Path,
) -> None:
    thread = Thread()
    async with running(tmp_path, CODE, permissions=Permissions([Rule(approve=())])) as rig:
        await rig.say(thread.event("go", by=ANNA))
        for person in (ANNA, BO):
            assert (await rig.say(thread.event("approve", by=person))).outcome is Accepted.NOT_ALLOWED
        [question] = await rig.questions(thread)
        assert question.deciders == ("nobody",)
    async with running(tmp_path, CODE, permissions=Permissions([Rule(approve=("everyone",))])) as rig:
        assert (await rig.say(thread.event("approve", by=BO))).outcome is Accepted.NOT_ALLOWED
        assert len(await rig.questions(thread, status=RequestStatus.OPEN)) == 1
        assert not rig.teams.executed


@given(
    action=st.sampled_from(list(Action)),
    person=st.builds(
        Person,
        id=st.sampled_from(["U1", "nobody", ""]),
        name=st.sampled_from(["", "nobody", "everyone"]),
        bot=st.booleans(),
        guest=st.booleans(),
        external=st.booleans(),
        groups=st.lists(st.sampled_from(["", "S1", "nobody"])).map(tuple),
    ),
    starter=st.sampled_from([None, "U1", "", "nobody"]),
)
def test_an_empty_list_lets_in_nobody_whoever_they_are(action: Action, person: Person, starter: str | None) -> None:
    closed = Permissions([Rule(start=(), answer=(), approve=(), stop=())])

    assert not closed.may(action, person, thread=Thread().ref, team="greet", starter=starter)


@pytest.mark.parametrize("empty", ["[]", "", "null", "''", "{}"])
def test_team_file_refuses_to_let_nobody_answer(empty: str, tmp_path: Path) -> None:
    path = tmp_path / "pair.yaml"
    path.write_text(f"{TEAM}may_answer: {empty}\n", "utf-8")

    with pytest.raises(TeamFileError) as told:
        load_file(path)

    assert f"{path}:6: may_answer" in str(told.value)
    assert len(mistakes_in(path)) == 1


def test_team_file_without_the_list_limits_nobody(tmp_path: Path) -> None:
    path = tmp_path / "pair.yaml"
    path.write_text(TEAM, "utf-8")

    assert load_file(path).may_answer == []
