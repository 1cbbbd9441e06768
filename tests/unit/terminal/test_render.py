from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from rich.console import Console, RenderableType

from adapters.console.render import plain_card, plain_turn, preview_lines, rich_card, rich_turn
from adapters.text import revealed
from bot.domain import ApprovalItem, Attachment, RequestKind, TurnKind
from tests.unit.terminal.made import item, request, turn

PROGRAM = "import os\n\tos.remove('中文\u200b')  # a line that does not fit"
CODE = request(RequestKind.APPROVAL, items=(item(PROGRAM),))


def shown(renderable: RenderableType, width: int = 40) -> str:
    out = StringIO()
    Console(file=out, width=width, no_color=True).print(renderable)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def test_turn_in_plain_lines() -> None:
    assert plain_turn(turn("First.\nSecond.\n"), "en") == "coder: First.\nSecond."


def test_turn_of_the_demo_model_says_so() -> None:
    assert plain_turn(turn("Hello.", demo=True), "zh") == "coder (演示模型): Hello."


def test_code_run_in_plain_lines_with_its_files() -> None:
    file = Attachment(name="a\u202eb.png", media_type="image/png", data=b"12345")
    run = turn("2 3 5", TurnKind.CODE, title="python", agent="user_proxy", files=(file,))

    assert plain_turn(run, "en") == snapshot(
        """\
user_proxy: ran python
2 3 5
file: a⟦U+202E⟧b.png (5 bytes)\
"""
    )


def test_failed_tool_call_in_plain_lines() -> None:
    call = turn("no such city", TurnKind.TOOL, title="weather", source='{"city": "X"}', ok=False)

    assert plain_turn(call, "en") == snapshot(
        """\
coder: called weather({"city": "X"}), which failed
no such city\
"""
    )


def test_folded_turns_are_shown_alone_counted_or_unfolded() -> None:
    inner = (turn("inner one"), turn("inner two"))

    assert plain_turn(turn("", TurnKind.NESTED, folded=inner), "en") == "coder: inner one\ncoder: inner two"
    assert plain_turn(turn("outer", folded=inner), "en").splitlines()[1].startswith("2 turns are folded here")
    assert plain_turn(turn("outer", folded=inner), "en", unfolded=True).splitlines()[0] == "coder: inner one"


def test_card_of_code_in_plain_lines_shows_every_character() -> None:
    head, *lines = plain_card(CODE, "en")

    assert head == snapshot("1. code, python (sha256 c1aa51867a0f)")
    assert revealed("\n".join(line.removeprefix("| ") for line in lines)) == PROGRAM


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_card_of_any_code_decodes_to_exactly_that_code(code: str) -> None:
    exact = ApprovalItem(kind="code", title="python", content=code, sha256="0" * 64)
    card = plain_card(request(RequestKind.APPROVAL, items=(exact,)), "en")

    assert revealed("\n".join(line.removeprefix("| ") for line in card if line.startswith("| "))) == code


def test_choices_are_numbered() -> None:
    assert plain_card(request(RequestKind.CHOICE, choices=("planner", "critic")), "en") == ["1. planner", "2. critic"]


def test_turn_on_a_terminal() -> None:
    assert shown(
        rich_turn(turn("Run this:\n```python\nprint('质数')\n```\nThen tell me.", demo=True), "en")
    ) == snapshot(
        """\
coder (demo model)
Run this:
print('质数')
Then tell me.
"""
    )


def test_card_on_a_narrow_terminal() -> None:
    assert shown(rich_card(CODE, "May it run?", "en"), width=20) == snapshot("""\
1. code, python
(sha256
c1aa51867a0f)
│ import os
│ 	os.remove('
┆ 中文⟦U+200B⟧')  #
┆ a line that does
┆ not fit
May it run?
  1  approve
  2  reject
  3  reject and say
why: `3 REASON`\
""")


@pytest.mark.parametrize("width", [20, 33, 80])
def test_nothing_is_wider_than_the_window(width: int) -> None:
    lines = shown(rich_card(CODE, "问" * 60, "zh"), width).splitlines()

    assert all(Console().measure(line).maximum <= width for line in lines)


def test_preview_shows_the_last_rows_cut_to_the_window() -> None:
    assert preview_lines("coder", "one\n" + "二" * 12, width=10, rows=3) == ["coder …", "二二二二二", "二二"]
