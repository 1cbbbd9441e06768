from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.errors import SettingsError
from bot.settings.budgets import EXAMPLE, AllowanceRule, BudgetRules, PersonRule, RunRule


def read(folder: Path, text: str) -> Settings:
    (folder / "threadfast.yaml").write_text(text, "utf-8")
    return load_settings(folder)


def test_without_a_setting_one_person_has_twenty_runs_at_work_and_a_host_four_calls(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)

    assert settings.budgets == BudgetRules(person=PersonRule(runs_at_once=20))
    assert settings.model_slots == 4


def test_file_sets_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    text = "budgets:\n  person: {runs_a_day: 5}\n  team: {tokens_a_day: 1000}\n  run: {minutes: 60, turns: 9}\n"

    budgets = read(tmp_path, text).budgets

    assert budgets.person == PersonRule(runs_at_once=20, runs_a_day=5)
    assert budgets.team == AllowanceRule(tokens_a_day=1000)
    assert budgets.run == RunRule(minutes=60, turns=9)
    assert budgets.channel == AllowanceRule()


@pytest.mark.parametrize("text", ["{person: {runs_at_once: null}}", "{person: null}"])
def test_null_lifts_a_limit(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f"budgets: {text}\n").budgets.person == PersonRule(runs_at_once=None)


def test_environment_gives_budgets_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADFAST_BUDGETS", EXAMPLE)

    budgets = load_settings(tmp_path).budgets

    assert (budgets.person.tokens_a_day, budgets.run.minutes) == (500_000, 60)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("budgets:\n", ":1: budgets: this is empty. Leave it out for the usual limits, or write {person: null}"),
        ("budgets: {}\n", "this is empty"),
        ("budgets: 5\n", "this must be a mapping, such as {person: {runs_at_once: 20}}"),
        ("budgets: [1]\n", "this must be a mapping, such as {person: {runs_at_once: 20}}"),
        ("budgets:\n  persn: {runs_a_day: 5}\n", "there is no budget 'persn'; did you mean person"),
        ("budgets:\n  team:\n    runs_a_week: 5\n", ":2: budgets, team: there is no budget 'runs_a_week'; did you"),
        ("budgets:\n  run: 5\n", "budgets, run: this must be a mapping, such as {minutes: 20}, or null"),
        ("budgets:\n  team:\n    runs_a_day: 0\n", ":3: budgets, team, runs_a_day: this is 0, and must be at least 1."),
        ("budgets:\n  team:\n    runs_a_day: -4\n", "this is -4, and must be at least 1"),
        ("budgets:\n  team:\n    runs_a_day: '5'\n", "'5' is no whole number; null lifts this limit"),
        ("budgets:\n  team:\n    runs_a_day: 1.5\n", "1.5 is no whole number"),
        ("budgets:\n  team:\n    runs_a_day: true\n", "True is no whole number"),
        ("model_slots: -1\n", "model_slots: this must be at least 0"),
    ],
)
def test_wrong_budget_is_refused_with_what_to_write(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("value", "said"),
    [("{", "this is not JSON such as"), ("null", "null says nothing; write"), ("{}", "this is empty")],
)
def test_wrong_budget_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.setenv("THREADFAST_BUDGETS", value)

    with pytest.raises(SettingsError, match=f"THREADFAST_BUDGETS in the environment: {re.escape(said)}"):
        load_settings(tmp_path)
