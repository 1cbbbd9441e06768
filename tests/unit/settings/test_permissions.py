from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.domain import Json, Person, ThreadRef
from bot.errors import SettingsError
from bot.permissions import Action, Permissions

CHANNEL = ThreadRef(adapter="slack", workspace="T0123ABCD", channel="C0123ABCD", thread="1.1")
ANNA = Person(id="U0123ABCD", name="Anna")
BEN = Person(id="U0456EFGH", name="Ben")


def read(folder: Path, text: str) -> Permissions:
    (folder / "threadfast.yaml").write_text(text, "utf-8")
    return load_settings(folder).permissions_of()


def may(permissions: Permissions, action: Action, person: Person) -> bool:
    return permissions.may(action, person, thread=CHANNEL, team="solo", starter="U0123ABCD")


def test_rules_of_the_file_count_in_their_order(tmp_path: Path) -> None:
    permissions = read(
        tmp_path,
        """
permissions:
  - start: [everyone]
    approve: [starter, U0456EFGH, "group:S0123ABCD"]
  - workspace: T0123ABCD
    channel: C0123ABCD
    start: [U0456EFGH]
  - adapter: discord
    workspace: 123456789012345678
    team: coder
    approve: ["role:223456789012345678", 323456789012345678]
    four_eyes: true
""",
    )
    assert (may(permissions, Action.START, ANNA), may(permissions, Action.START, BEN)) == (False, True)
    assert may(permissions, Action.APPROVE, BEN)
    assert permissions.groups() == {"S0123ABCD"}
    guild = ThreadRef(adapter="discord", workspace="123456789012345678", channel="1", thread="2")
    assert permissions.deciders(thread=guild, team="coder") == ("role:223456789012345678", "323456789012345678")
    assert permissions.four_eyes(thread=guild, team="coder")
    assert not permissions.four_eyes(thread=guild, team="solo")


def test_the_environment_gives_rules_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADFAST_PERMISSIONS", json.dumps([{"channel": "C0123ABCD", "start": ["U0456EFGH"]}]))

    permissions = load_settings(tmp_path).permissions_of()

    assert (may(permissions, Action.START, ANNA), may(permissions, Action.START, BEN)) == (False, True)


def test_without_rules_the_defaults_hold(tmp_path: Path) -> None:
    permissions = load_settings(tmp_path).permissions_of()

    assert may(permissions, Action.START, BEN)
    assert not may(permissions, Action.APPROVE, BEN)


@pytest.mark.parametrize(
    ("rule", "line", "sentence"),
    [
        ("start: []", 4, "permissions, entry 1, start: this is empty, which would let nobody.*\\[nobody\\]"),
        ("start:", 4, "start: this is empty"),
        ("answer: ''", 4, "answer: this is empty"),
        ("approve: []", 4, "approve: this is empty"),
        ("stop: {}", 4, "stop: this is empty"),
        ("start: everyone", 4, "this must be a list, such as \\[everyone\\]"),
        ("start: [null]", 4, "None names nobody"),
        ("start: [true]", 4, "True names nobody"),
        ("start: ['@anna']", 4, "'@anna' is no id: people are named by their ids.*Copy member ID.*Copy User ID"),
        ("start: [Anna]", 4, "'Anna' is no id: people are named by their ids"),
        ("start: ['Anna Lee']", 4, "'Anna Lee' is no id"),
        ("start: ['']", 4, "'' is no id"),
        ("start: ['<@U0123ABCD>']", 4, "is a mention: write the id alone, U0123ABCD"),
        ("start: ['<!subteam^S0123ABCD|@devs>']", 4, "is a mention: write the id alone, group:S0123ABCD"),
        ("start: ['<@&123456789012345678>']", 4, "write the id alone, role:123456789012345678"),
        ("start: [Everyone]", 4, "'Everyone' is no id; did you mean everyone"),
        ("start: [all]", 4, "did you mean everyone"),
        ("start: ['*']", 4, "did you mean everyone"),
        ("start: [guest]", 4, "did you mean guests"),
        ("start: ['group:']", 4, "'group:' lacks the id: a Slack user group is written group:S0123ABCD"),
        ("start: ['group:devs']", 4, "'group:devs' is no such id: a Slack user group"),
        ("start: ['role:']", 4, "'role:' lacks the id: a Discord role is written"),
        ("start: ['role:@Mods']", 4, "is no such id: a Discord role"),
        ("start: [S0123ABCD]", 4, "is a user group's id: write group:S0123ABCD"),
        ("start: ['user:U0123ABCD']", 4, "begins with no prefix that there is"),
        ("four_eyes: maybe", 4, "four_eyes: this must be true or false"),
        ("four_eyes:", 4, "four_eyes: this must be true or false"),
        ("operate: []", 4, "operate: this is empty"),
        ("operate: [U0123ABCD]", 3, "operate is about the hosts, which all teams share"),
        ("strat: [everyone]", 3, "a rule has no key 'strat'; did you mean start"),
        ("zzz: 1", 3, "a rule has no key 'zzz'; there are adapter, workspace"),
    ],
)
def test_what_a_rule_cannot_mean_is_refused_with_line_and_remedy(
    rule: str, line: int, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=sentence) as told:
        read(tmp_path, f"team: solo\npermissions:\n  - team: solo\n    {rule}\n")
    assert f"threadfast.yaml:{line}: permissions, entry 1" in str(told.value)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("channel: '#general'", "'#general' is no channel's id, and names do not count.*Copy Channel ID"),
        ("channel: general", "is no channel's id"),
        ("channel: ''", "this is empty; leave the line out"),
        ("channel:", "this is empty; leave the line out"),
        ("team:", "this is empty; leave the line out"),
        ("workspace: acme", "'acme' is no workspace's id.*T0123ABCD"),
        ("adapter: irc", "this must be '', 'slack' or 'discord'"),
        ("workspace: T0123ABCD\n    channel: 123456789012345678", "this rule never fits"),
        ("adapter: discord\n    channel: C0123ABCD", "this rule never fits"),
        ("adapter: discord\n    answer: [U0123ABCD]", "this rule never fits: .*U0123ABCD is Slack's"),
        ("channel: C0123ABCD\n    answer: ['role:123456789012345678']", "this rule never fits"),
    ],
)
def test_a_place_that_cannot_be_is_refused(place: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=sentence):
        read(tmp_path, f"permissions:\n  - start: [everyone]\n    {place}\n")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("[]", "this list is empty. Leave it out.*nobody"),
        ("", "this must be a list of rules"),
        ("everyone", "this must be a list of rules"),
        ("{start: [everyone]}", "this must be a list of rules"),
        ("[everyone]", "a rule is a mapping"),
        ("[{channel: C0123ABCD}]", "this rule says nothing"),
        ("[{operate: [starter]}]", "operate is about no run, so starter is nobody there"),
    ],
)
def test_what_is_no_list_of_rules_is_refused(value: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"threadfast.yaml:1: permissions.*{sentence}"):
        read(tmp_path, f"permissions: {value}\n")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([], "this list is empty"),
        ([{"start": []}], "entry 1, start: this is empty"),
        ([{"start": None}], "entry 1, start: this is empty"),
        ({}, "must be a list of rules"),
    ],
)
def test_the_environment_opens_nothing_by_being_empty(
    value: Json, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREADFAST_PERMISSIONS", json.dumps(value))

    with pytest.raises(SettingsError, match=f"THREADFAST_PERMISSIONS in the environment.*{sentence}"):
        load_settings(tmp_path)


def test_what_is_no_json_is_refused_with_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADFAST_PERMISSIONS", "start: everyone")

    with pytest.raises(SettingsError, match=r"THREADFAST_PERMISSIONS in the environment: this is not JSON.*U0123ABCD"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ("[{four_eyes: true, approve: [starter]}]", "entry 1: with four_eyes, approve lets only the starter approve"),
        (
            "[{four_eyes: true}, {channel: C0123ABCD, approve: [starter]}]",
            "entry 1 asks for four_eyes and entry 2 lets only the starter approve, so nobody could. Name others",
        ),
    ],
)
def test_four_eyes_where_only_the_starter_may_approve_are_refused(rules: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=sentence):
        read(tmp_path, f"permissions: {rules}\n")


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ("[{approve: [starter, nobody], four_eyes: true}]", "entry 1: with four_eyes, approve lets only the starter"),
        ("[{four_eyes: true}, {approve: [B0123ABCD, starter]}]", "entry 2 lets only the starter approve"),
        (
            "[{approve: [U0123ABCD]}, {approve: [B0123ABCD, A0123ABCD]}]",
            "entry 2: approve names only bots.*Name people",
        ),
        (
            "[{approve: [123456789012345678]}]\ndiscord_allowed_bots: [123456789012345678]",
            "entry 1: approve names only",
        ),
        ("[{approve: [U0123BOT]}, {approve: [B0123ABCD, nobody]}]", "entry 2: approve names only bots"),
    ],
)
def test_who_never_approves_counts_for_nobody(rules: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=rf"threadfast\.yaml:1: permissions: .*{sentence}"):
        read(tmp_path, f"permissions: {rules}\n")


def test_bot_that_the_environment_lets_in_is_known_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADFAST_DISCORD_ALLOWED_BOTS", "123456789012345678")

    with pytest.raises(SettingsError, match="approve names only bots"):
        read(tmp_path, "permissions: [{approve: [123456789012345678]}]\n")

    people = read(tmp_path, "permissions: [{approve: [nobody]}, {approve: [123456789012345678, U0123ABCD]}]\n")
    assert may(people, Action.APPROVE, ANNA)


def examples() -> list[str]:
    text = (Path(__file__).parents[3] / "docs/permissions.md").read_text("utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("example", examples())
def test_examples_of_the_document_are_good_settings(example: str, tmp_path: Path) -> None:
    read(tmp_path, example)


def test_example_of_the_document_for_the_environment_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[3] / "docs/permissions.md").read_text("utf-8")
    [value] = re.findall(r"export THREADFAST_PERMISSIONS='(.*)'", text)
    monkeypatch.setenv("THREADFAST_PERMISSIONS", value)

    assert load_settings(tmp_path).permissions


def test_channel_for_customers_of_the_document_is_open_to_guests_for_one_team_alone(tmp_path: Path) -> None:
    permissions = read(tmp_path, next(each for each in examples() if "externals" in each))
    guest = Person(id="U0999ZZZZ", name="Gil", guest=True)

    started = {
        team: permissions.may(Action.START, guest, thread=CHANNEL, team=team, starter=None)
        for team in ("solo", "coder")
    }

    assert started == {"solo": True, "coder": False}
    assert not permissions.may(Action.APPROVE, guest, thread=CHANNEL, team="solo", starter=guest.id)
