"""What a card says besides the bytes, and what forms hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.chat.content.alphabets import mixed_words
from adapters.chat.content.cards import card
from adapters.chat.content.edits import from_form, holds, in_form, unseen_in
from adapters.chat.content.facts import box, covers, listed, mixed, who_decides
from bot.domain import ApprovalPolicy
from tests.unit.chat.test_cards import LIMITS, labels
from tests.unit.slack.made import approval, item

CODE = item("print(1)")


@pytest.mark.parametrize(
    ("limits", "files", "language", "said"),
    [
        ({"timeout": 60, "memory_mb": 1024}, (), "en", "at most 60 s, 1 GiB memory, no network"),
        ({"timeout": 60, "memory_mb": 1024}, (), "zh", "最多 60 秒、1 GiB 内存，无网络"),
        ({"timeout": 5, "memory_mb": 512, "processes": 8}, (), "en", "at most 5 s, 512 MiB memory, no network"),
        ({"memory_mb": 1536}, ("a.csv",), "en", "at most 1.5 GiB memory, no network · files: a.csv"),
        ({}, ("a.csv", "b.csv"), "zh", "文件：a.csv、b.csv"),
        ({}, (), "en", ""),
    ],
)
def test_box_is_said_in_one_line(limits: dict[str, int], files: tuple[str, ...], language: str, said: str) -> None:
    assert box(replace(CODE, limits=limits, files=files), language, 100) == said


def test_names_of_files_are_as_many_as_have_room_and_the_others_are_counted() -> None:
    code = replace(CODE, files=("a" * 39, "b" * 39, "c\u202e.csv", "<d>.csv"))

    assert box(code, "en", 60) == f"files: {'a' * 39}, 3 more"
    assert box(code, "en", 95).endswith(", c⟦U+202E⟧.csv, 1 more")
    assert box(code, "en", 999).endswith(", ‹d›.csv")
    assert listed(["a"], 0, "zh") == "a"


def test_card_says_what_else_an_approval_covers() -> None:
    tool = item("{}", kind="tool", title="weather")

    assert covers(CODE, "en") == ""
    assert covers(replace(CODE, policy=ApprovalPolicy.ONCE_PER_RUN), "en").startswith("Approving covers all code")
    assert covers(replace(tool, policy=ApprovalPolicy.ONCE_PER_RUN), "zh").startswith("批准后，本任务对此工具")
    assert covers(replace(tool, policy=ApprovalPolicy.ONCE_PER_CODE), "en").startswith("Approving covers exactly")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("p\u0430ypal(p\u0430ypal)", ["p⟦U+0430⟧ypal"]),
        ("\u0441ору, user_\u0456d", ["user_⟦U+0456⟧d"]),
        ("\u03b1x + \uff45val + \U0001d41eval", ["⟦U+03B1⟧x", "⟦U+FF45⟧val", "⟦U+1D41E⟧val"]),
        ("Δt σ_x 5µs naïve über 打印hello 変数x 변수x ใช้x 1\u0430 привет Ωmega", []),
    ],
)
def test_words_of_several_alphabets_are_found_and_names_of_quantities_are_none(text: str, words: list[str]) -> None:
    assert mixed_words(text) == words


def test_remark_on_alphabets_is_as_long_as_there_is_room() -> None:
    assert mixed("p\u0430y b\u0430d", 3, "en").endswith("in one word: p⟦U+0430⟧y, 1 more")
    assert mixed("pay bad", 300, "en") == ""


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"deciders": ("starter",)}, "只有启动任务的人可以决定。"),
        ({"deciders": ("starter", "U1")}, "可以决定的有：启动任务的人、U1。"),
        ({"deciders": ("everyone", "guests"), "four_eyes": True}, "可以决定的有：工作区成员、访客；启动任务的人除外。"),
        ({"deciders": ("starter", "U1"), "four_eyes": True}, "可以决定的有：U1；启动任务的人除外。"),
        ({"deciders": ("starter",), "may_answer": ("U1",)}, "可以决定的有：启动任务的人；其中只限 U1。"),
        ({"deciders": ("U1", "U2"), "may_answer": ("U1",)}, "可以决定的有：U1。"),
        ({"deciders": ("U1", "group:S1"), "may_answer": ("U1",)}, "可以决定的有：U1、group:S1；其中只限 U1。"),
        ({"deciders": ("U2",), "may_answer": ("U1",)}, "可以决定的有：没有人。"),
        ({"may_answer": ("U1", "U2")}, "可以决定的有：U1、U2。"),
        ({"deciders": ("<!channel>",)}, "可以决定的有：‹!channel›。"),
        ({}, ""),
    ],
)
def test_card_says_who_may_decide_as_its_record_does(facts: dict[str, object], said: str) -> None:
    assert who_decides(replace(approval(CODE), **facts), "zh", 99) == said  # type: ignore[arg-type]


def test_code_that_two_people_decide_has_no_button_to_change_it() -> None:
    shown = card(approval(CODE, four_eyes=True), "Asked.", "en", LIMITS, is_open=True)

    assert labels(shown.rows[0]) == ["Approve", "Reject"]


@pytest.mark.parametrize(
    ("code", "stands"),
    [
        ("print(1)\n", "print(1)\n"),
        ("  x = 1", "⟦U+0020⟧⟦U+0020⟧x = 1"),
        ("\nx\n\n", "⟦U+000A⟧x⟦U+000A⟧⟦U+000A⟧"),
        ("a\r\nb\t", "a⟦U+000D⟧\nb⟦U+0009⟧"),
        ("x  \n\ty \u200b", "x  \n\ty ⟦U+200B⟧"),
    ],
)
def test_form_holds_by_number_what_a_platform_might_change(code: str, stands: str) -> None:
    assert in_form(code) == stands
    assert from_form(stands.strip().replace("\n", "\r\n"), code) == code


@pytest.mark.parametrize(
    ("code", "held"),
    [
        ("x" * 100, True),
        ("x" * 101, False),
        ("😀" * 50, True),
        ("😀" * 51, False),
        ("\u200b" * 13, False),
        (" \n", False),
    ],
)
def test_form_holds_what_has_room_in_it_as_it_stands_there(code: str, *, held: bool) -> None:
    assert holds(code, 100) is held


def test_half_characters_are_not_edited() -> None:
    assert not holds("a\ud800", 100)


def test_at_most_five_characters_that_nobody_sees_are_named() -> None:
    assert unseen_in("\u200b\u200c\u2060\u200e\u200f\u202a\u200b") == "⟦U+200B⟧ ⟦U+200C⟧ ⟦U+2060⟧ ⟦U+200E⟧ ⟦U+200F⟧"
