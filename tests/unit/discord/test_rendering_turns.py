from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from adapters.discord.rendering.parts import LARGEST_FILE, Rendered
from adapters.discord.rendering.render import preview, render, status
from bot.domain import Attachment, PostKind, TurnKind
from tests.unit.discord.reader import fences, picture
from tests.unit.slack import made
from tests.unit.slack.made import turn

PLOT = Attachment(name="my plot.png", media_type="image/png", data=b"png")


def shown(rendered: Rendered) -> str:
    return "\n=====\n".join(picture(part) for part in rendered.parts)


def said(text: str, kind: TurnKind = TurnKind.TEXT, *, bold_name: bool = False, **facts: object) -> Rendered:
    return render(made.said(text, kind=kind, **facts), bold_name=bold_name)


def test_agent_speaks_under_its_own_name_and_picture() -> None:
    (part,) = said("**Yes.**", demo=True).parts

    assert (part.content, part.name, part.speaker) == ("**Yes.**", "coder (demo model)", "coder")


def test_message_begins_with_the_name_where_no_webhook_may_speak_under_it() -> None:
    (part,) = said("Yes.", agent="code_r", bold_name=True).parts

    assert (part.content, part.name, part.speaker) == ("**code\\_r**\nYes.", None, "")


def test_code_shows_what_ran_its_output_and_its_files() -> None:
    assert shown(said("4\n", TurnKind.CODE, title="python", source="print(2+2)", files=(PLOT,))) == snapshot("""\
Ran `python`:
```
4
```
(my_plot.png, 3 bytes)\
""")
    assert shown(said("", TurnKind.CODE, title="python", ok=False)) == snapshot("""\
Ran `python`, which failed:
-# No output.\
""")


def test_tool_shows_what_it_was_given_and_gave_back() -> None:
    called = said("11 °C", TurnKind.TOOL, title="weather", source='{"city": "Ulm"}', cut=True)

    assert shown(called) == snapshot("""\
Called `weather`:
```json
{"city": "Ulm"}
```
```
11 °C
```
-# (cut off at the token limit)\
""")


def test_what_a_tool_was_given_becomes_a_file_when_it_is_long() -> None:
    assert shown(said("ok", TurnKind.TOOL, title="store", source='"' + "x" * 2_000 + '"')) == snapshot("""\
Called `store`:
-# All of it, 2002 characters, is in the file given-3.json.
```
ok
```
(given-3.json, 2002 bytes)\
""")


def test_output_with_the_marks_of_a_fence_is_shown_between_fences() -> None:
    (part,) = said("before\n```py\ninside\n```\nafter", TurnKind.CODE, title="sh").parts

    assert part.content == snapshot("""\
Ran `sh`:
```
before
```
\\`\\`\\`py
```
inside
```
\\`\\`\\`
```
after
```\
""")
    assert fences(part.content) == ["before", "inside", "after"]


def test_long_answer_is_several_messages_parted_between_paragraphs() -> None:
    rendered = said("\n\n".join(f"Paragraph {number}. " + "word " * 100 for number in range(9)))

    assert [part.content.count("Paragraph") for part in rendered.parts] == [3, 3, 3]
    assert not any(part.files for part in rendered.parts)


def test_longer_answer_is_a_file_of_which_the_first_lines_are_shown() -> None:
    source = "\n".join(f"line {number}" for number in range(3_000))

    (part,) = said(source).parts

    assert part.content.startswith("line 0\nline 1\n")
    assert part.content.endswith(f"\n-# All of it, {len(source)} characters, is in the file answer-3.md.")
    assert [file.data.decode() for file in part.files] == [source]


def test_inner_chat_is_folded_into_a_file() -> None:
    assert shown(said("Done.", folded=(turn("Inner.", agent="critic"),))) == snapshot("""\
Done.
-# 1 turns of an inner chat are in the file inner-3.md.
(inner-3.md, 18 bytes)\
""")


def test_files_that_are_many_follow_in_messages_of_their_own_under_names_that_differ() -> None:
    rendered = said("See.", files=(PLOT,) * 12)

    assert [len(part.files) for part in rendered.parts] == [10, 2]
    assert [file.name for file in rendered.parts[0].files][:3] == ["my_plot.png", "my_plot-2.png", "my_plot-3.png"]
    assert all(part.name == "coder" for part in rendered.parts)


def test_file_that_discord_does_not_take_is_named_with_the_reason() -> None:
    large = Attachment(name="video.mp4", media_type="video/mp4", data=b"x" * (LARGEST_FILE + 1))
    empty = Attachment(name="empty.txt", media_type="text/plain", data=b"")

    assert shown(said("See.", files=(large, PLOT, empty))) == snapshot("""\
See.
-# video.mp4 is not shown: it has 10.1 MB, and Discord takes 10 MB.
-# empty.txt is empty.
(my_plot.png, 3 bytes)\
""")


def test_files_that_are_too_large_together_are_in_several_messages() -> None:
    files = [Attachment(name=f"{number}.bin", media_type="x/y", data=b"x" * LARGEST_FILE) for number in range(3)]

    assert [len(part.files) for part in said("See.", files=tuple(files)).parts] == [2, 1]


@pytest.mark.parametrize("text", ["", " \n ", "\u200b"])
def test_turn_that_says_nothing_says_so(text: str) -> None:
    (part,) = said(text).parts

    assert part.content == "-# (nothing)"


def test_notice_is_said_by_the_bot_itself() -> None:
    (part,) = render(made.post(PostKind.ENDED, text="Failed: *no* model. Write `retry`, see https://x.example.")).parts

    assert (part.content, part.name) == ("Failed: \\*no\\* model. Write `retry`, see <https://x.example>.", None)


def test_preview_shows_the_newest_lines_and_that_more_is_coming() -> None:
    part = preview("coder", "\n".join(f"line {number}" for number in range(2_000)), "en")

    assert part.content.endswith("line 1998\nline 1999\n-# …")
    assert len(part.content) > 700
    assert part.name == "coder"
    assert preview("coder", "", "en", bold_name=True).content == "**coder**\n-# …"


def test_preview_of_code_that_goes_on_closes_its_fence() -> None:
    part = preview("coder", "Look:\n```py\n" + "x = 1\n" * 900, "en")

    assert part.content.startswith("```py\nx = 1\n")
    assert part.content.endswith("x = 1\n```\n-# …")


def test_what_is_waited_for_is_small_and_holds_no_markup() -> None:
    part = status("coder", "once more\n**@everyone** <@1> https://example.com " + "x" * 5000, "en")

    first, second = part.content.split("\n")
    assert (part.name, first) == ("coder", "-# once more")
    assert second.startswith("-# \\*\\*")
    assert len(part.content) < 1000


def test_what_is_waited_for_stands_under_the_name_where_no_webhook_may_speak_under_it() -> None:
    assert status("coder", "in the queue", "en", bold_name=True).content == "**coder**\n-# in the queue"
