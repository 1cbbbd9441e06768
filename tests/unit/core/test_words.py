from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Decision, Verdict
from bot.inbox.words import option, spoken, verdicts

YES = Decision(verdict=Verdict.APPROVE)


def no(reason: str = "") -> Decision:
    return Decision(verdict=Verdict.REJECT, reason=reason)


@pytest.mark.parametrize("text", ["exit", " EXIT \n", "Exit", "退出", " 退出", "ｅｘｉｔ"])
def test_every_way_to_write_exit_means_exit(text: str) -> None:
    assert spoken(text) == "exit"


@pytest.mark.parametrize("text", ["exit now", "exits", "我要退出", "quit"])
def test_text_that_is_more_than_exit_stays_text(text: str) -> None:
    assert spoken(text) == text


def test_text_is_trimmed() -> None:
    assert spoken("  two words \n") == "two words"


@pytest.mark.parametrize(
    ("text", "meant"),
    [("1", "Red"), (" 2. ", "dark blue"), ("２", "dark blue"), ("DARK BLUE", "dark blue"), ("red", "Red")],
)
def test_option_is_meant_by_its_number_or_its_words(text: str, meant: str) -> None:
    assert option(text, ("Red", "dark blue")) == meant


@pytest.mark.parametrize("text", ["", "0", "3", "-1", "blue", "1 2", "9" * 5000])
def test_text_that_is_no_option_is_not_guessed(text: str) -> None:
    assert option(text, ("Red", "dark blue")) is None


@pytest.mark.parametrize("text", ["approve", "Approve", "APPROVE.", "批准", " 同意 ", "approve 1"])
def test_own_words_approve(text: str) -> None:
    assert verdicts(text, (None,)) == (YES,)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("reject", ""),
        ("reject too risky", "too risky"),
        ("Reject: too risky", "too risky"),
        ("拒绝太危险", "太危险"),
        ("拒绝，太危险", "太危险"),
        ("reject 2 files would go", "2 files would go"),
        ("reject it deletes\nmy files", "it deletes\nmy files"),
    ],
)
def test_own_words_reject_with_a_reason(text: str, reason: str) -> None:
    assert verdicts(text, (None,)) == (no(reason),)


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "ok", "", "approved", "approve it", "approve but carefully", "不同意", "同意你的看法"),
        *("do not approve", "approve\nbut not now", "rejected", "approve 2", "approve 0", "approve, then reject"),
    ],
)
def test_other_words_decide_nothing(text: str) -> None:
    assert verdicts(text, (None,)) is None


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("approve 1", (YES, None, None)),
        ("approve 1 3", (YES, None, YES)),
        ("approve 1, 3", (YES, None, YES)),
        ("批准1", (YES, None, None)),
        ("reject 2 too risky", (None, no("too risky"), None)),
        ("拒绝2太危险", (None, no("太危险"), None)),
        ("approve 1\nreject 2 too risky", (YES, no("too risky"), None)),
        ("approve", (YES, YES, YES)),
        ("reject none of it", (no("none of it"),) * 3),
    ],
)
def test_several_items_are_decided_one_by_one(text: str, decided: tuple[Decision | None, ...]) -> None:
    assert verdicts(text, (None, None, None)) == decided


def test_verdict_without_a_number_leaves_what_is_decided_as_it_is() -> None:
    assert verdicts("approve", (None, no("mine"), None)) == (YES, no("mine"), YES)


@pytest.mark.parametrize("text", ["approve 1\nreject 1", "approve 4", "approve 1 1", "approve 1 please"])
def test_orders_that_contradict_or_miss_decide_nothing(text: str) -> None:
    assert verdicts(text, (None, None, None)) is None


@given(st.text(max_size=60), st.integers(1, 4))
def test_nothing_but_an_approving_word_at_a_lines_start_approves(text: str, items: int) -> None:
    decided = verdicts(text, (None,) * items) or ()

    approves = any(decision == YES for decision in decided)
    plain = unicodedata.normalize("NFKC", text).casefold()
    assert not approves or any(word in plain for word in ("approve", "批准", "同意"))
