from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from agents.teams.load import load_file
from benchmarks.small_models.checks import (
    Check,
    answers,
    called,
    names,
    numbers,
    prints,
    prints_at_last,
    prints_word,
    returns,
    says_and_ends,
    speak_first,
)
from benchmarks.small_models.report import Result, compared, figures
from benchmarks.small_models.talk import End, Kind, Said, Talk, end_by
from benchmarks.small_models.tasks import TASKS, Group, Task
from benchmarks.small_models.teams import write_teams

PRIMES = prints(2, 3, 5, 7)
CALL = Said(agent="a", kind=Kind.TOOL, text="42", title="calculate", source='{"expression": "6 * 7"}')


def ran(output: str, *, ok: bool = True) -> Said:
    return Said(agent="user_proxy", kind=Kind.CODE, text=output, ok=ok)


def text(agent: str, words: str) -> Said:
    return Said(agent=agent, kind=Kind.TEXT, text=words)


def talk(*said: Said, end: End = End.PROPER) -> Talk:
    return Talk(said=said, end=end)


def test_there_are_forty_tasks_in_six_groups_with_names_of_their_own() -> None:
    assert Counter(task.group for task in TASKS) == {
        Group.PROGRAMS: 14,
        Group.ARITHMETIC: 6,
        Group.EXTRACTION: 6,
        Group.TERMINATION: 5,
        Group.SPEAKERS: 4,
        Group.TOOLS: 5,
    }
    assert len({task.name for task in TASKS}) == 40


def test_every_task_asks_a_team_whose_file_can_be_used_and_asks_nobody(tmp_path: Path) -> None:
    write_teams(tmp_path)
    for name in {task.team for task in TASKS}:
        team = load_file(tmp_path / f"{name}.yaml")
        assert {agent.human_input_mode for agent in team.agents.values()} == {"NEVER"}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_no_task_is_solved_by_a_chat_in_which_nothing_was_said(task: Task) -> None:
    assert not task.solved(talk())


@pytest.mark.parametrize(
    "output",
    [
        "2 3 5 7",
        "[2, 3, 5, 7]\n",
        "2\n3\n5\n7\n",
        "Primes below 10: [2, 3, 5, 7]",
        "Primes below 10:\n2\n3\n5\n7",
        "质数：2，3，5，7",
    ],
)
def test_numbers_count_however_they_are_printed(output: str) -> None:
    assert PRIMES(talk(ran(output)))


@pytest.mark.parametrize("output", ["2 3 5 7 9", "1 2 3 5 7", "2 3 5", "2 5 3 7", ""])
def test_other_numbers_do_not_count(output: str) -> None:
    assert not PRIMES(talk(ran(output)))


def test_the_last_program_that_succeeded_counts() -> None:
    assert PRIMES(talk(ran("1 2 3"), ran("2 3 5 7"), ran("oops", ok=False)))
    assert not PRIMES(talk(ran("2 3 5 7"), ran("1 2 3")))
    assert not PRIMES(talk(text("coder", "2 3 5 7")))


@pytest.mark.parametrize(
    ("check", "output"),
    [
        (prints_at_last(5050), "The sum of 1 to 100 is 5,050."),
        (prints_at_last(100101), "0b100101\n100101"),
        (prints_word("nibrah"), "Reversed: 'nibrah'"),
    ],
)
def test_one_number_or_word_counts_with_words_around_it(check: Check, output: str) -> None:
    assert check(talk(ran(output)))


def test_numbers_are_read_with_their_signs_points_and_thousands() -> None:
    assert [str(one) for one in numbers("7,006,652 and -3, 4.50 of 1, 2")] == ["7006652", "-3", "4.50", "1", "2"]


def test_an_answer_is_the_last_number_of_the_last_words_with_one() -> None:
    check = answers("assistant", "19")

    assert check(talk(text("assistant", "4 x 6 = 24, less 5 is 19."), text("assistant", "TERMINATE")))
    assert not check(talk(text("assistant", "19"), text("assistant", "No, 24.")))
    assert not check(talk(text("user", "19")))


def test_what_is_named_must_be_all_that_is_asked_for_and_nothing_else() -> None:
    check = names("a", ("bruno", "(?:16 march|march 16)"), ("david",))

    assert check(talk(text("a", "**Bruno**, on March 16"), text("a", "Goodbye")))
    assert not check(talk(text("a", "Bruno")))
    assert not check(talk(text("a", "Bruno and David on 16 March")))


def test_a_chat_of_two_counts_when_the_thing_was_said_and_it_properly_ended() -> None:
    check = says_and_ends("pupil", ("red", "blue", "green"), least=2)

    assert check(talk(text("pupil", "Red and blue.")))
    assert not check(talk(text("pupil", "Red."), text("pupil", "Blue.")))
    assert not check(talk(text("pupil", "Red and blue."), end=End.LIMIT))


def test_the_first_speakers_count_without_the_people() -> None:
    check = speak_first(("person",), "writer", "critic")

    assert check(talk(text("writer", "x"), text("person", "x"), text("critic", "x"), text("writer", "x")))
    assert not check(talk(text("critic", "x"), text("writer", "x")))


def test_a_tool_counts_by_its_result_and_arguments() -> None:
    check = returns("calculate", "42", "6")

    assert check(talk(CALL))
    assert not check(talk(replace(CALL, text="43")))
    assert not check(talk(replace(CALL, ok=False)))


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ('{"expression": "1"}', True),
        ('{"expression": "1", "required": ["expression"]}', True),
        ('{"expression": 1}', False),
        ("{}", False),
        ("[1]", False),
        ("no JSON", False),
    ],
)
def test_a_call_was_made_when_its_schema_allows_the_arguments(source: str, counts: bool) -> None:
    assert called(talk(replace(CALL, source=source, ok=False)), ["calculate"]) is counts


def test_a_call_of_a_tool_that_was_not_offered_is_none() -> None:
    assert not called(talk(CALL), ["current_time"])


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        ("Termination message condition on agent 'user' met", End.PROPER),
        ("Termination message condition on the GroupChatManager 'chat_manager' met", End.PROPER),
        ("Maximum turns (6) reached", End.LIMIT),
        ("Maximum rounds (8) reached", End.LIMIT),
        ("Maximum number of consecutive auto-replies reached", End.LIMIT),
        ("No reply generated", End.SILENT),
        ("", End.SILENT),
    ],
)
def test_an_end_is_proper_when_a_condition_was_met(reason: str, end: End) -> None:
    assert end_by(reason) is end


def results() -> list[Result]:
    tool = next(task for task in TASKS if task.group is Group.TOOLS and task.name == "product")
    sums = next(task for task in TASKS if task.name == "plus")
    called = talk(replace(CALL, text="7006652"))
    nothing = talk(end=End.LIMIT)
    return [
        Result(task=tool, offered=("calculate",), ours=called, plain=nothing),
        Result(task=sums, offered=(), ours=talk(text("assistant", "43")), plain=talk(text("assistant", "43"))),
    ]


def test_both_sides_become_figures_with_plain_as_the_yardstick() -> None:
    assert [
        (figure.name, figure.value, figure.yardstick_value, figure.reached) for figure in figures(results(), "")
    ] == [
        ("small_models_ended", 1.0, 0.5, True),
        ("small_models_solved_over_plain", 50.0, 50.0, True),
        ("small_models_tool_calls", 1.0, 0.0, True),
    ]


def test_the_table_has_a_row_for_each_group_and_one_for_all() -> None:
    lines = compared(results(), "some").splitlines()

    assert lines[2] == "| arithmetic | 1 | 100% | 100% | 100% | 100% |  |  |"
    assert lines[3] == "| tools | 1 | 100% | 0% | 100% | 0% | 100% | 0% |"
    assert lines[4] == "| in all | 2 | 100% | 50% | 100% | 50% |  |  |"
    assert lines[-3:] == ["ours: proper 2", "plain: proper 1, limit 1", "rescues: none told"]


def test_chats_are_kept_with_what_they_came_to(tmp_path: Path) -> None:
    results()[0].keep(tmp_path)

    kept = json.loads((tmp_path / "tools-product.json").read_text())
    assert (kept["ours"]["solved"], kept["ours"]["end"], kept["plain"]["called"]) == (True, "proper", False)
