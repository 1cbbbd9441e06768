from __future__ import annotations

import re
from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from adapters.chat.handling.about import About, Action, nonce
from adapters.discord import ids
from adapters.discord.rendering.cards import ENDED
from adapters.discord.rendering.parts import Menu, Part
from adapters.discord.rendering.render import render
from adapters.text import revealed
from bot.domain import Decision, InputRequest, PostKind, RequestKind, RequestStatus, Verdict
from tests.unit.discord.reader import custom_ids, fences, picture
from tests.unit.slack import made
from tests.unit.slack.made import NO, YES, answered, approval, item, request

PROGRAM = "import os\n\tos.remove('中文\u200b')  # <@1> & `x`"
LONG = "\n".join(f"print({number})  # a line" for number in range(400))
CODE = approval(item(PROGRAM))
BOTH = approval(item(PROGRAM), item('{"city": "Ulm"}', kind="tool", title="weather_*now*"))
ASKED = "coder wants to run this code. `approve` runs it."


def opened(asked: InputRequest, text: str = ASKED, language: str = "en") -> Part:
    (part,) = render(made.post(PostKind.REQUEST, request=asked, text=text, language=language)).parts
    return part


def closed(asked: InputRequest, text: str = "Approved by Ada.", language: str = "en") -> Part:
    (part,) = render(made.post(PostKind.CLOSED, request=asked, text=text, language=language)).parts
    return part


def test_card_of_code_in_english_and_chinese() -> None:
    assert picture(opened(CODE)) == snapshot("""\
coder wants to run this code. `approve` runs it.
**Code, python**
```python
import os
	os.remove('中文⟦U+200B⟧')  # <@1> & `x`
```
-# sha256 688bb9926efe
-# Open until <t:1767519000:f>
[Approve] [Reject] [Edit] [End this chat] [Stop the run]\
""")
    assert picture(opened(CODE, "coder 想运行这段代码。", "zh")) == snapshot("""\
coder 想运行这段代码。
**代码，python**
```python
import os
	os.remove('中文⟦U+200B⟧')  # <@1> & `x`
```
-# sha256 688bb9926efe
-# 有效至 <t:1767519000:f>
[批准] [拒绝] [修改] [结束这段对话] [停止任务]\
""")


def test_card_of_several_items_has_a_row_for_each_and_one_for_all() -> None:
    assert picture(opened(BOTH)) == snapshot("""\
coder wants to run this code. `approve` runs it.
**1. Code, python**
```python
import os
	os.remove('中文⟦U+200B⟧')  # <@1> & `x`
```
-# sha256 688bb9926efe
**2. Tool, weather\\_\\*now\\***
```json
{"city": "Ulm"}
```
-# sha256 f1e4031ffea4
-# Open until <t:1767519000:f>
[Approve 1] [Reject 1] [Edit 1]
[Approve 2] [Reject 2]
[Approve all] [Reject all] [End this chat] [Stop the run]\
""")


def test_card_says_what_is_decided_so_far() -> None:
    assert picture(opened(replace(BOTH, decided=(None, NO)), "1 of 2 decided.")) == snapshot("""\
1 of 2 decided.
**1. Code, python**
```python
import os
	os.remove('中文⟦U+200B⟧')  # <@1> & `x`
```
-# sha256 688bb9926efe
**2. Tool, weather\\_\\*now\\***
Rejected: it deletes files
```json
{"city": "Ulm"}
```
-# sha256 f1e4031ffea4
-# Open until <t:1767519000:f>
[Approve 1] [Reject 1] [Edit 1]
[Approve the rest] [Reject the rest] [End this chat] [Stop the run]\
""")


def test_closed_card_says_who_decided_what_and_when_and_has_no_buttons() -> None:
    assert picture(closed(answered(BOTH, YES, NO), "Decided by Ada: 1 approved, 1 rejected.")) == snapshot("""\
Decided by Ada: 1 approved, 1 rejected.
**1. Code, python**
Approved.
```python
import os
	os.remove('中文⟦U+200B⟧')  # <@1> & `x`
```
-# sha256 688bb9926efe
**2. Tool, weather\\_\\*now\\***
Rejected: it deletes files
```json
{"city": "Ulm"}
```
-# sha256 f1e4031ffea4
-# <t:1767259800:f>\
""")


def test_closed_card_shows_what_ran_instead() -> None:
    changed = Decision(verdict=Verdict.APPROVE, content="print('safe')")

    assert picture(closed(answered(CODE, changed))) == snapshot("""\
Approved by Ada.
**Code, python**
Approved with changes. This runs instead:
```python
print('safe')
```
-# sha256 5f7b503abc51 · proposed: sha256 688bb9926efe
-# <t:1767259800:f>\
""")


def test_card_that_nobody_decided_has_neither_buttons_nor_a_date() -> None:
    part = closed(replace(CODE, status=RequestStatus.EXPIRED), "Expired: nobody answered in time.")

    assert part.rows == ()
    assert "<t:" not in part.content


def test_long_program_is_attached_whole_and_the_card_says_where_it_is() -> None:
    part = opened(approval(item(LONG)))

    (file,) = part.files
    assert file.data.decode() == LONG
    assert picture(part).replace("\n".join(LONG.split("\n")[1:19]), "MORE") == snapshot("""\
coder wants to run this code. `approve` runs it.
**Code, python**
Too long to show here: 8289 characters in 400 lines. All of it is in the file `code-1-b6eea8c5.py`, \n\
sha256 `SHA256`. It begins:
```python
print(0)  # a line
MORE
print(19)  # a line
```
…
-# Open until <t:1767519000:f>
[Approve] [Reject] [End this chat] [Stop the run]
(code-1-b6eea8c5.py, 8289 bytes)\
""")


def test_program_with_the_marks_of_a_fence_is_attached_with_another_reason() -> None:
    asked = approval(item("print('''\n```\n''')"))

    assert picture(opened(asked)) == snapshot("""\
coder wants to run this code. `approve` runs it.
**Code, python**
It holds signs that end code in a message, so it is not shown here: 18 characters in 3 lines. All of
 it is in the file `code-1-2ba44ca8.py`, sha256 `SHA256`.
-# Open until <t:1767519000:f>
[Approve] [Reject] [Edit] [End this chat] [Stop the run]
(code-1-2ba44ca8.py, 18 bytes)\
""")
    assert opened(asked, language="zh").content.split("\n")[2].split("：")[0] == snapshot(
        "其中含有会结束消息中代码块的符号，因此不在此显示"
    )


@pytest.mark.parametrize("code", ["print(1)\n", "\n\nprint(1)", "\n x \n\n"])
def test_line_ends_around_a_program_are_told_because_a_fence_drops_them(code: str) -> None:
    content = opened(approval(item(code))).content
    [shown] = fences(content)

    assert revealed(shown) + "\n" * (ENDED in content) == code


def test_line_end_that_every_program_has_is_told_beside_its_digest_and_not_in_its_text() -> None:
    content = opened(approval(item("print(1)\n"))).content

    assert fences(content) == ["print(1)"]
    assert re.search(r"^-# sha256 [0-9a-f]{12} ⏎$", content, re.MULTILINE)


def test_buttons_say_only_what_they_are_about() -> None:
    assert [ids.read_custom_id(each) for each in custom_ids(opened(CODE))] == [
        (action, About(request=CODE.id, nonce=nonce(CODE), item=number))
        for action, number in [
            (Action.APPROVE, 1),
            (Action.REJECT, 1),
            (Action.EDIT, 1),
            (Action.EXIT, None),
            (Action.STOP, None),
        ]
    ]


def test_more_items_than_rows_are_all_in_a_file() -> None:
    asked = approval(*[item(f"print({number})") for number in range(5)])

    part = opened(replace(asked, decided=(YES, None, NO, None, None)))

    assert opened(asked).files[0].data.count(b"print") == 5
    assert picture(part) == snapshot("""\
coder wants to run this code. `approve` runs it.
5 things, too many to show here. All of them are in the file `items-e9cabdb8.txt`, sha256 `SHA256`.
1\\. Approved.
3\\. Rejected: it deletes files
-# Open until <t:1767519000:f>
[Approve the rest] [Reject the rest] [End this chat] [Stop the run]\
""")


def test_bytes_that_a_verdict_pushes_off_the_card_are_attached_then() -> None:
    asked = approval(*[item("#" + "x" * size) for size in (700, 690)])
    shown = opened(asked)

    later = closed(answered(asked, Decision(verdict=Verdict.REJECT, reason="r" * 200), YES))

    assert (len(fences(shown.content)), shown.files) == (2, ())
    assert {*fences(later.content), *(file.data.decode() for file in later.files)} >= {
        each.content for each in asked.items
    }


def test_few_options_are_buttons_and_are_shown_whole() -> None:
    asked = request(RequestKind.CHOICE, choices=("Postgres [a](b)", "SQLite\nin a file", "x" * 90), empty_runs="model")

    assert picture(opened(asked, "Which one?")) == snapshot("""\
Which one?
1. Postgres \\[a\\](b)
2. SQLite
   in a file
3. xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
-# Open until <t:1767519000:f>
[1. Postgres [a](b)] [2. SQLite in a file] [3. \n\
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…]
[Let the model reply] [Stop the run]\
""")


def test_many_options_are_menus_whose_values_are_their_numbers() -> None:
    asked = request(RequestKind.CHOICE, choices=tuple(f"option {number}" for number in range(1, 61)))

    part = opened(asked)

    menus = [row for row in part.rows if isinstance(row, Menu)]
    assert [menu.placeholder for menu in menus] == ["Choose 1–25", "Choose 26–50", "Choose 51–60"]
    assert [ids.read_custom_id(menu.custom_id) for menu in menus] == [
        (Action.CHOOSE, About(request=asked.id, nonce=nonce(asked), item=first)) for first in (1, 26, 51)
    ]
    assert menus[1].options[0] == ("26. option 26", "26")
    assert part.files[0].data.decode().endswith("60. option 60")


def test_chosen_option_is_shown_when_the_card_is_closed() -> None:
    asked = request(RequestKind.CHOICE, choices=("a *b*",))

    assert picture(closed(answered(asked, text="a *b*"), "Answered by Ada.")) == snapshot("""\
Answered by Ada.
**a \\*b\\***
-# <t:1767259800:f>\
""")


def test_question_has_its_buttons_in_one_row() -> None:
    assert picture(opened(request(empty_runs="model"), "coder waits for a reply.")) == snapshot("""\
coder waits for your answer. Press “Let the model reply” to have the model answer instead; `exit` \n\
ends this chat.
-# Open until <t:1767519000:f>
[Let the model reply] [End this chat] [Stop the run]\
""")
