from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.chat.handling.about import About, nonce
from adapters.slack import ids
from adapters.slack.rendering.blocks import room
from adapters.slack.rendering.cards import MOST_ITEMS
from adapters.slack.rendering.render import Rendered, render
from adapters.text import revealed
from bot.domain import Decision, InputRequest, PostKind, RequestKind, RequestStatus, Verdict
from tests.pictures.blocks import seen
from tests.slack_server.checks import check_blocks
from tests.unit.slack import made
from tests.unit.slack.made import NO, YES, answered, approval, item, request
from tests.unit.slack.reader import buttons, code_in

PROGRAM = "import os\n\tos.remove('中文\u200b')  # <!here> & `x`"
LONG = "\n".join(f"print({number})  # a line" for number in range(400))
CODE = approval(item(PROGRAM))
BOTH = approval(item(PROGRAM), item('{"city": "Ulm"}', kind="tool", title="weather"))
ASKED = "coder wants to run this code. `approve` runs it."


def opened(asked: InputRequest, text: str = ASKED, language: str = "en") -> Rendered:
    return render(made.post(PostKind.REQUEST, request=asked, text=text, language=language))


def closed(asked: InputRequest, text: str = "Approved by Ada.", language: str = "en") -> Rendered:
    return render(made.post(PostKind.CLOSED, request=asked, text=text, language=language))


def shown(rendered: Rendered) -> str:
    (part,) = rendered.parts
    assert check_blocks(list(part.blocks)) == []
    return seen(part.blocks)


def test_card_of_code_in_english_and_chinese() -> None:
    assert shown(opened(CODE)) == snapshot("""\
coder wants to run this code. approve runs it.
Code, python
| import os
| 	os.remove('中文⟦U+200B⟧')  # <!here> & `x`
(sha256 c2de6f83e314)
[Approve] [Reject] [Edit] [End this chat] [Stop the run]
(Open until 2026-01-04 09:30 UTC)\
""")
    assert shown(opened(CODE, "coder 想运行这段代码。", "zh")) == snapshot("""\
coder 想运行这段代码。
代码，python
| import os
| 	os.remove('中文⟦U+200B⟧')  # <!here> & `x`
(sha256 c2de6f83e314)
[批准] [拒绝] [修改] [结束这段对话] [停止任务]
(有效至 2026-01-04 09:30 UTC)\
""")


def test_card_of_several_items_has_buttons_for_each_and_for_all() -> None:
    assert shown(opened(BOTH)) == snapshot("""\
coder wants to run this code. approve runs it.
1. Code, python
| import os
| 	os.remove('中文⟦U+200B⟧')  # <!here> & `x`
(sha256 c2de6f83e314)
[Approve 1] [Reject 1] [Edit 1]
2. Tool, weather
| {"city": "Ulm"}
(sha256 f1e4031ffea4)
[Approve 2] [Reject 2]
[Approve all] [Reject all]
[End this chat] [Stop the run]
(Open until 2026-01-04 09:30 UTC)\
""")


def test_card_says_what_is_decided_so_far() -> None:
    assert shown(opened(replace(BOTH, decided=(None, NO)), "1 of 2 decided. The rest is open.")) == snapshot("""\
1 of 2 decided. The rest is open.
1. Code, python
| import os
| 	os.remove('中文⟦U+200B⟧')  # <!here> & `x`
(sha256 c2de6f83e314)
[Approve 1] [Reject 1] [Edit 1]
2. Tool, weather
Rejected: it deletes files
| {"city": "Ulm"}
(sha256 f1e4031ffea4)
[Approve the rest] [Reject the rest]
[End this chat] [Stop the run]
(Open until 2026-01-04 09:30 UTC)\
""")


def test_closed_card_says_who_decided_what_and_when_and_has_no_buttons() -> None:
    rendered = closed(answered(BOTH, YES, NO), "Decided by Ada: 1 approved, 1 rejected.")

    assert shown(rendered) == snapshot("""\
Decided by Ada: 1 approved, 1 rejected.
1. Code, python
Approved.
| import os
| 	os.remove('中文⟦U+200B⟧')  # <!here> & `x`
(sha256 c2de6f83e314)
2. Tool, weather
Rejected: it deletes files
| {"city": "Ulm"}
(sha256 f1e4031ffea4)
(2026-01-01 09:30 UTC)\
""")
    assert buttons(list(rendered.parts[0].blocks)) == []


def test_closed_card_shows_what_ran_instead() -> None:
    changed = Decision(verdict=Verdict.APPROVE, content="print('safe')")

    assert shown(closed(answered(CODE, changed))) == snapshot("""\
Approved by Ada.
Code, python
Approved with changes. This runs instead:
| print('safe')
(sha256 5f7b503abc51 · proposed: sha256 c2de6f83e314)
(2026-01-01 09:30 UTC)\
""")


@pytest.mark.parametrize("status", [RequestStatus.EXPIRED, RequestStatus.CANCELLED])
def test_card_that_nobody_decided_has_no_buttons(status: RequestStatus) -> None:
    rendered = closed(replace(CODE, status=status), "Expired: nobody answered in time.")

    assert shown(rendered).startswith("Expired: nobody answered in time.\nCode, python")
    assert buttons(list(rendered.parts[0].blocks)) == []


def test_approval_that_got_feedback_or_exit_is_closed_without_verdicts() -> None:
    rendered = closed(answered(CODE, text="use a list"), "Not run: Ada gave feedback instead.")

    assert "Approved" not in shown(rendered)
    assert code_in(list(rendered.parts[0].blocks)) == [PROGRAM.replace("\u200b", "⟦U+200B⟧")]


def test_buttons_say_only_what_they_are_about() -> None:
    found = [(each["action_id"], each["value"]) for each in buttons(list(opened(CODE).parts[0].blocks))]

    whole, first = ids.button_value(CODE), ids.button_value(CODE, 1)
    assert found == [
        (ids.APPROVE, first),
        (ids.REJECT, first),
        (ids.EDIT, first),
        (ids.EXIT, whole),
        (ids.STOP, whole),
    ]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.text(st.characters(exclude_categories=[])), min_size=1, max_size=4))
def test_card_of_any_code_decodes_to_exactly_that_code(codes: list[str]) -> None:
    rendered = opened(approval(*[item(code) for code in codes]))

    assert [revealed(code) for code in code_in(list(rendered.parts[0].blocks))] == [code for code in codes if code]
    assert shown(rendered).count("(nothing)") >= codes.count("")


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


def test_few_options_are_buttons() -> None:
    asked = request(RequestKind.CHOICE, choices=("planner", "a\u202eb " + "long " * 15), empty_runs="model")

    rendered = opened(asked, "user waits for your choice.")

    assert shown(rendered).split("\n")[:3] == snapshot(
        [
            "user waits for your choice.",
            "1. planner",
            "2. a⟦U+202E⟧b long long long long long long long long long long long long long long long ",
        ]
    )
    made_buttons = buttons(list(rendered.parts[0].blocks))
    assert [each["text"]["text"] for each in made_buttons] == snapshot(
        [
            "1. planner",
            "2. a⟦U+202E⟧b long long long long long long long long long long long long …",
            "Let the model reply",
            "Stop the run",
        ]
    )
    assert [ids.action_of(each["action_id"]) for each in made_buttons] == [ids.CHOOSE, ids.CHOOSE, ids.EMPTY, ids.STOP]


def test_many_options_are_a_menu() -> None:
    asked = request(RequestKind.CHOICE, choices=tuple(f"option {number}" for number in range(1, 101)))

    menu, stop = buttons(list(opened(asked).parts[0].blocks))

    assert (menu["type"], menu["action_id"], stop["action_id"]) == ("static_select", ids.CHOOSE, ids.STOP)
    assert menu["options"][99]["text"]["text"] == "100. option 100"
    assert [ids.read_value(option["value"]) for option in menu["options"]][41] == About(
        request=asked.id, nonce=nonce(asked), item=42
    )


def test_more_options_than_a_menu_takes_are_answered_in_words() -> None:
    asked = request(RequestKind.CHOICE, choices=tuple(f"option {number}" for number in range(101)))

    rendered = opened(asked)

    assert [each["action_id"] for each in buttons(list(rendered.parts[0].blocks))] == [ids.STOP]
    assert rendered.files[0].data.decode().splitlines()[100] == "101. option 100"


def test_closed_choice_says_what_was_chosen() -> None:
    asked = request(RequestKind.CHOICE, choices=("planner", "coder"))

    assert shown(closed(answered(asked, text="coder"), "Answered by Ada.")) == snapshot("""\
Answered by Ada.
coder
(2026-01-01 09:30 UTC)\
""")


@pytest.mark.parametrize(
    ("runs", "labels"),
    [
        ("", ["End this chat", "Stop the run"]),
        ("code", ["Run the code", "End this chat", "Stop the run"]),
        ("tools", ["Run the tools", "End this chat", "Stop the run"]),
        ("model", ["Let the model reply", "End this chat", "Stop the run"]),
        ("end", ["End this chat", "Stop the run"]),
    ],
)
def test_question_has_buttons_for_what_an_empty_answer_and_exit_mean(runs: str, labels: list[str]) -> None:
    rendered = opened(request(empty_runs=runs), "user waits for your answer.")

    assert [each["text"]["text"] for each in buttons(list(rendered.parts[0].blocks))] == labels


def test_notification_of_a_card_is_its_sentence() -> None:
    assert opened(CODE).parts[0].text == ASKED
