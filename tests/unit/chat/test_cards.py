from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.content.cards import card
from adapters.chat.content.items import exact, items_in, many_file, open_items, oversized
from adapters.chat.content.shown import Button, Card, Limits
from adapters.chat.handling.about import Action
from adapters.text import revealed, visible
from bot.domain import Decision, InputRequest, RequestKind, RequestStatus, Verdict
from tests.unit.slack.made import NO, NOW, YES, answered, approval, item, request

LIMITS = Limits(shown=100, items=3, buttons=2, options=4, editable=lambda text: len(text) < 50, beginning=20, reason=10)
CODE = approval(item("print(1)"))
BOTH = approval(item("print(1)"), item("{}", kind="tool", title="weather"))
LONG = "\n".join(f"line {number}" for number in range(100))


def opened(asked: InputRequest) -> Card:
    return card(asked, "Asked.", "en", LIMITS, is_open=True)


def closed(asked: InputRequest) -> Card:
    return card(asked, "Over.", "en", LIMITS, is_open=False)


def labels(row: tuple[Button, ...]) -> list[str]:
    return [each.label for each in row]


def test_card_of_one_item_has_its_buttons_in_the_first_row_and_says_until_when_it_is_open() -> None:
    shown = opened(CODE)

    [only] = shown.items
    assert (only.heading, only.verdict, only.buttons) == ("Code, python", "", ())
    assert only.digest == hashlib.sha256(b"print(1)").hexdigest()
    assert [labels(row) for row in shown.rows] == [["Approve", "Reject", "Edit"], ["End this chat", "Stop the run"]]
    assert (shown.dated, shown.at) == ("Open until {when}", CODE.expires_at)


def test_card_of_several_items_has_buttons_for_each_and_for_all() -> None:
    shown = opened(BOTH)

    assert [each.heading for each in shown.items] == ["1. Code, python", "2. Tool, weather"]
    assert [labels(each.buttons) for each in shown.items] == [
        ["Approve 1", "Reject 1", "Edit 1"],
        ["Approve 2", "Reject 2"],
    ]
    assert [labels(row) for row in shown.rows] == [["Approve all", "Reject all"], ["End this chat", "Stop the run"]]
    assert [each.item for each in shown.rows[0]] == [None, None]


def test_item_that_is_decided_has_its_verdict_and_no_buttons() -> None:
    shown = opened(replace(BOTH, decided=(None, Decision(verdict=Verdict.REJECT, reason="because it is late"))))

    assert [bool(each.buttons) for each in shown.items] == [True, False]
    assert [each.verdict for each in shown.items] == ["", "Rejected: because i…"]
    assert labels(shown.rows[0]) == ["Approve the rest", "Reject the rest"]
    assert not any(each.is_new for each in shown.items)


def test_closed_card_has_no_buttons_and_the_time_of_the_answer() -> None:
    shown = closed(answered(BOTH, YES, NO))

    assert shown.rows == ()
    assert not any(each.buttons for each in shown.items)
    assert [each.verdict for each in shown.items] == ["Approved.", "Rejected: it delete…"]
    assert (shown.dated, shown.at) == ("{when}", NOW)


def test_card_that_nobody_answered_has_no_date() -> None:
    shown = closed(replace(CODE, status=RequestStatus.EXPIRED))

    assert (shown.rows, shown.dated, shown.at) == ((), "", None)


def test_verdict_on_the_only_item_is_left_to_the_cards_sentence() -> None:
    assert closed(answered(CODE, YES)).items[0].verdict == ""


def test_what_a_person_wrote_instead_is_what_the_card_shows() -> None:
    changed = Decision(verdict=Verdict.APPROVE, content="print(2)")

    [only] = closed(answered(CODE, changed)).items

    assert only.verdict == "Approved with changes. This runs instead:"
    assert (only.content, only.digest) == ("print(2)", hashlib.sha256(b"print(2)").hexdigest())
    assert only.is_new
    assert only.file.data == b"print(2)"


def test_more_items_than_are_shown_one_by_one_are_in_a_file() -> None:
    asked = approval(*[item(f"print({number})") for number in range(4)])

    shown, later = opened(asked), opened(replace(asked, decided=(YES, None, NO, None)))

    assert shown.items == ()
    assert shown.many is not None
    assert shown.many.file is not None
    assert b"| print(3)" in shown.many.file.data
    assert shown.many.file.name in shown.many.sentence
    assert hashlib.sha256(shown.many.file.data).hexdigest() in shown.many.sentence
    assert later.many is not None
    assert (later.many.file, later.many.verdicts) == (None, ("1. Approved.", "3. Rejected: it delete…"))


@pytest.mark.parametrize(("code", "offered"), [("x" * 49, True), ("x" * 50, False), ("", False)])
def test_code_can_be_edited_where_a_form_takes_it(code: str, *, offered: bool) -> None:
    assert ("Edit" in labels(opened(approval(item(code))).rows[0])) is offered


@pytest.mark.parametrize(
    ("count", "buttons", "menu"), [(2, 2, ""), (3, 3, "Choose"), (4, 4, "Choose"), (5, 0, "Choose")]
)
def test_options_are_buttons_then_a_menu_then_words_alone(count: int, buttons: int, menu: str) -> None:
    asked = request(RequestKind.CHOICE, choices=tuple("abcde"[:count]), empty_runs="model")

    shown = opened(asked)

    assert shown.options is not None
    assert len(shown.options.buttons) == buttons
    assert shown.options.menu == menu
    assert shown.options.whole == tuple("abcde"[:count])
    assert shown.options.file.data.startswith(b"1. a\n2. b")
    assert [each.action for each in shown.rows[0]] == [Action.EMPTY, Action.STOP]


def test_option_that_was_chosen_is_shown_on_one_line() -> None:
    asked = request(RequestKind.CHOICE, choices=("a\nb",))

    assert closed(answered(asked, text="a\nb")).chosen == "a b"
    assert closed(answered(asked)).chosen == ""


def test_question_has_the_buttons_that_mean_something() -> None:
    assert [labels(row) for row in opened(request(empty_runs="model")).rows] == [
        ["Let the model reply", "End this chat", "Stop the run"]
    ]
    assert [labels(row) for row in opened(request(empty_runs="end")).rows] == [["End this chat", "Stop the run"]]


def test_content_is_shown_whole_where_it_fits() -> None:
    shown = exact(opened(CODE).items[0], "en", LIMITS, lambda _: True)

    assert (shown.text, shown.whole, shown.sentence, shown.file) == ("print(1)", True, "", None)


def test_long_content_is_attached_and_begins_with_whole_lines() -> None:
    [only] = opened(approval(item(LONG))).items

    shown = exact(only, "en", LIMITS, lambda _: True)

    assert (shown.text, shown.whole, shown.file) == ("line 0\nline 1", False, only.file)
    assert shown.sentence == (
        "Too long to show here: 789 characters in 100 lines. "
        f"All of it is in the file `{only.file.name}`, sha256 `{only.digest}`. It begins:"
    )


def test_where_nothing_fits_the_card_says_where_it_is() -> None:
    [only] = opened(CODE).items

    shown = exact(only, "zh", LIMITS, lambda _: False)

    assert (shown.text, shown.whole, shown.file) == ("", False, only.file)
    assert only.file.name in shown.sentence
    assert "开头" not in shown.sentence


def test_empty_content_says_that_it_is_nothing() -> None:
    shown = exact(opened(approval(item(""))).items[0], "en", LIMITS, lambda _: False)

    assert (shown.text, shown.whole, shown.sentence, shown.file) == ("", True, "(nothing)", None)


@given(st.text(st.characters(exclude_categories=[]), min_size=1), st.integers(0, 120))
def test_what_is_shown_is_exactly_the_content_or_its_beginning(content: str, room: int) -> None:
    [only] = opened(approval(item(content))).items

    shown = exact(only, "en", LIMITS, lambda text: len(text) <= room)

    assert (shown.file is None) == shown.whole
    assert content.startswith(revealed(shown.text))
    assert not shown.whole or revealed(shown.text) == content
    assert visible(content).startswith(shown.text)


def test_item_that_nobody_can_see_has_no_button_that_approves_it() -> None:
    alone = opened(replace(CODE, unseen=(1,)))
    several = opened(replace(BOTH, unseen=(1,)))

    assert [labels(row) for row in alone.rows] == [["Reject"], ["End this chat", "Stop the run"]]
    assert [labels(each.buttons) for each in several.items] == [["Reject 1"], ["Approve 2", "Reject 2"]]
    assert [labels(row) for row in several.rows] == [["Reject all"], ["End this chat", "Stop the run"]]


def test_rest_can_be_approved_once_what_nobody_can_see_is_decided() -> None:
    shown = opened(replace(BOTH, unseen=(1,), decided=(NO, None)))

    assert labels(shown.rows[0]) == ["Approve the rest", "Reject the rest"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_nobody_can_see_is_told_with_its_hash_and_names_no_file(language: str) -> None:
    [only] = card(approval(item(LONG), unseen=(1,)), "Asked.", language, LIMITS, is_open=True).items

    begun, nothing = exact(only, language, LIMITS, lambda _: True), exact(only, language, LIMITS, lambda _: False)

    assert (begun.text, begun.whole, begun.file) == ("line 0\nline 1", False, None)
    assert (nothing.text, nothing.file) == ("", None)
    for shown in (begun, nothing):
        assert only.digest in shown.sentence
        assert only.file.name not in shown.sentence


def test_items_of_which_nobody_can_see_the_file_are_all_without_approval() -> None:
    asked = approval(*[item(f"print({number})") for number in range(4)], unseen=(1, 2, 3, 4))

    shown = opened(asked)

    assert shown.many is not None
    assert shown.many.file is None
    assert many_file(asked).name not in shown.many.sentence
    assert labels(shown.rows[0]) == ["Reject all"]


def test_items_are_found_by_their_files_while_they_may_be_approved() -> None:
    names = [each.file.name for each in opened(BOTH).items]

    assert items_in(BOTH, names) == (1, 2)
    assert items_in(BOTH, names[1:]) == (2,)
    assert items_in(BOTH, [many_file(BOTH).name]) == (1, 2)
    assert items_in(replace(BOTH, decided=(YES, None)), names) == (2,)
    assert items_in(replace(BOTH, unseen=(2,)), names) == (1,)
    assert items_in(BOTH, ["a.txt"]) == ()


def test_items_that_are_larger_than_a_platforms_files_are_named() -> None:
    asked = approval(item("x" * 11), item("x" * 10), item("é" * 6))
    many = replace(asked, items=(*asked.items, item("")))

    assert oversized(asked, LIMITS, 10) == (1, 3)
    assert oversized(replace(asked, decided=(NO, None, None)), LIMITS, 10) == (3,)
    assert oversized(many, LIMITS, len(many_file(many).data) - 1) == open_items(many) == (1, 2, 3, 4)
    assert oversized(many, LIMITS, len(many_file(many).data)) == ()


@pytest.mark.parametrize(
    ("runs", "language", "says"),
    [
        ("code", "en", "coder waits for your answer. Press “Run the code” to have the code run without one;"),
        ("tools", "en", "Press “Run the tools” to have the tools run without one; `exit` ends this chat."),
        ("model", "en", "Press “Let the model reply” to have the model answer instead;"),
        ("end", "en", "Press “End this chat” or write `exit` to end this chat."),
        ("code", "zh", "coder 在等你的回答。按“运行代码”可不作回答、直接运行代码；"),
        ("tools", "zh", "按“运行工具”可不作回答、直接运行工具；输入“退出”结束这段对话。"),
        ("model", "zh", "按“由模型代答”可由模型代你回答；"),
        ("end", "zh", "按“结束这段对话”或输入“退出”结束这段对话。"),
    ],
)
def test_question_says_which_button_stands_for_an_empty_answer(runs: str, language: str, says: str) -> None:
    shown = card(request(empty_runs=runs), "An empty answer does it.", language, LIMITS, is_open=True)

    assert says in shown.sentence
    assert says.split("“")[1].split("”", maxsplit=1)[0] in [each.label for row in shown.rows for each in row]


def test_other_sentences_of_cards_stay_as_they_are() -> None:
    assert opened(request()).sentence == "Asked."
    assert opened(approval(item("print(1)"))).sentence == "Asked."
    assert closed(answered(request(empty_runs="code"))).sentence == "Over."
