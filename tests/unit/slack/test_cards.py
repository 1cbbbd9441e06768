"""Cards of approvals: what they show, before and after the decision."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.slack import ids
from adapters.text import revealed
from bot.domain import Decision, RequestStatus, Verdict
from tests.unit.slack.cards import ASKED, CODE, PROGRAM, closed, opened, shown
from tests.unit.slack.made import NO, YES, answered, approval, item
from tests.unit.slack.reader import buttons, code_in

BOTH = approval(item(PROGRAM), item('{"city": "Ulm"}', kind="tool", title="weather"))


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


def test_notification_of_a_card_is_its_sentence() -> None:
    assert opened(CODE).parts[0].text == ASKED
