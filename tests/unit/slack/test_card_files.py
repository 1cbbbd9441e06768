"""What does not fit on a card: attached whole, and named by the card."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.slack import ids
from adapters.slack.rendering.blocks import room
from adapters.slack.rendering.cards import MOST_ITEMS
from adapters.text import revealed
from bot.domain import Decision, Verdict
from tests.slack_server.checks import check_blocks
from tests.unit.slack.cards import CODE, LONG, PROGRAM, closed, opened, shown
from tests.unit.slack.made import NO, YES, answered, approval, item
from tests.unit.slack.reader import buttons, code_in


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([LONG, PROGRAM, "\u202e" * 900, '"' * 2_990, "x" * 3_000, "\n" * 2_000]), max_size=9))
def test_what_is_not_on_the_card_is_in_a_file_that_the_card_names(codes: list[str]) -> None:
    asked = approval(*[item(code) for code in ["first", *codes]])

    rendered = opened(asked)

    words = shown(rendered)
    whole = {revealed(code) for code in code_in(list(rendered.parts[0].blocks))}
    whole |= {file.data.decode() for file in rendered.files}
    assert room(rendered.parts[0].blocks) < 13_000
    assert all(file.name in words and hashlib.sha256(file.data).hexdigest() in words for file in rendered.files)
    assert len(asked.items) > MOST_ITEMS or all(each.content in whole for each in asked.items)


def test_long_program_is_attached_whole_and_the_card_names_it() -> None:
    rendered = opened(approval(item(LONG)))

    (file,) = rendered.files
    digest = hashlib.sha256(LONG.encode()).hexdigest()
    assert file.data.decode() == LONG
    lines = shown(rendered).replace(digest, "HASH").split("\n")
    assert lines[2].endswith("in the file code-1-b6eea8c5.py, sha256 HASH. It begins:")
    assert [*lines[:2], lines[2][:53], lines[3], *lines[-3:]] == snapshot(
        [
            "coder wants to run this code. approve runs it.",
            "Code, python",
            "Too long to show here: 8289 characters in 400 lines. ",
            "| print(0)  # a line",
            "…",
            "[Approve] [Reject] [End this chat] [Stop the run]",
            "(Open until 2026-01-04 09:30 UTC)",
        ]
    )


def test_long_program_cannot_be_edited_in_a_form() -> None:
    actions = [each["action_id"] for each in buttons(list(opened(approval(item(LONG))).parts[0].blocks))]

    assert ids.EDIT not in actions
    assert ids.APPROVE in actions


def test_files_of_a_card_are_not_uploaded_again() -> None:
    asked = approval(item(LONG), item("x"))

    assert len(opened(asked).files) == 1
    assert opened(replace(asked, decided=(None, YES))).files == ()
    assert closed(answered(asked, YES, YES)).files == ()


def test_bytes_that_a_verdict_pushes_off_the_card_are_attached_then() -> None:
    first = item("#" + "x" * 2_000, kind="tool", title="send")
    rest = [[item("#" + "x" * size), item("y")] for size in range(1_000, 3_000, 9)]
    cards = [approval(first, item("#" + "x" * 2_000), *each) for each in rest]
    asked = [each for each in cards if not opened(each).files][-1]
    why = Decision(verdict=Verdict.REJECT, reason="why " * 125)

    later = opened(replace(asked, decided=(why, None, None, None)), "1 of 4 decided.")
    over = closed(answered(asked, why, YES, YES, YES))

    assert opened(asked).files == ()
    [file] = later.files
    assert (file.data.decode(), file.name in shown(later)) == (asked.items[2].content, True)
    whole = {*code_in(list(over.parts[0].blocks)), *(file.data.decode() for file in over.files)}
    assert whole >= {each.content for each in asked.items}


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.integers(0, 3_100), min_size=1, max_size=6),
    st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=6, max_size=6),
)
def test_every_state_of_a_card_names_only_files_that_it_brings_or_brought(
    sizes: list[int], reasons: list[int | None]
) -> None:
    asked = approval(*[item(f"#{number}" + "\u202e" * (size // 8)) for number, size in enumerate(sizes)])
    decisions = [
        None if reason is None else Decision(verdict=Verdict.REJECT, reason="\u202e" * reason) for reason in reasons
    ][: len(sizes)]

    first, later = opened(asked), opened(replace(asked, decided=tuple(decisions)), "Some are decided.")

    brought = {file.data.decode() for file in (*first.files, *later.files)}
    seen_whole = {revealed(code) for code in code_in(list(later.parts[0].blocks))} | brought
    assert seen_whole >= {each.content for each in asked.items}
    assert check_blocks(list(later.parts[0].blocks)) == []
    assert room(later.parts[0].blocks) < 13_000


def test_card_of_what_nobody_can_see_says_so_and_offers_no_approval() -> None:
    asked = approval(item(LONG), unseen=(1,))
    digest = hashlib.sha256(LONG.encode()).hexdigest()

    rendered = opened(asked)

    lines = shown(rendered).replace(digest, "HASH").split("\n")
    assert rendered.files == ()
    assert [lines[2], *lines[-2:]] == snapshot(
        [
            "All of it, 8289 characters in 400 lines with the sha256 HASH, could neither be shown here nor attached. "
            "Nobody can approve what nobody can see. It begins:",
            "[Reject] [End this chat] [Stop the run]",
            "(Open until 2026-01-04 09:30 UTC)",
        ]
    )


def test_long_changed_code_is_attached_when_the_card_closes() -> None:
    changed = Decision(verdict=Verdict.APPROVE, content="\u200b" * 1_000)

    (file,) = closed(answered(CODE, changed)).files

    assert file.data.decode() == "\u200b" * 1_000


def test_very_many_items_are_attached_together_and_decided_together() -> None:
    asked = approval(*[item(f"print({number})\n| 9. fake") for number in range(30)])

    rendered = opened(asked)

    (file,) = rendered.files
    assert file.data.decode().split("\n")[:4] == snapshot(
        [
            "1. code, python, sha256 3a9b08ccde90aae01e6dffa01523ae53d5c241d88e7a95858bea1f88b5cd31db",
            "| print(0)",
            "| | 9. fake",
            "2. code, python, sha256 85b0378c72b1183e66bac57b0d2f1c0b6863e3ae2806fcfbb0ba100f2b940ac1",
        ]
    )
    assert shown(rendered).replace(hashlib.sha256(file.data).hexdigest(), "HASH") == snapshot("""\
coder wants to run this code. approve runs it.
30 things, too many to show here. All of them are in the file items-dc780e24.txt, sha256 HASH.
[Approve all] [Reject all]
[End this chat] [Stop the run]
(Open until 2026-01-04 09:30 UTC)\
""")
    assert "30. Rejected: it deletes files" in shown(closed(answered(asked, *[NO] * 30)))
