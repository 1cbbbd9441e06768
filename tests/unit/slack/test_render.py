from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.slack.rendering.parts import MOST_PARTS
from adapters.slack.rendering.render import ICONS, icon_of, parts, preview, render, simpler
from adapters.text import harmless
from bot.domain import Attachment, Post, PostKind, RunStatus, TurnKind
from tests.pictures.blocks import seen
from tests.unit.slack.made import post, said, turn
from tests.unit.slack.reader import code_in

PROSE = "A sentence of some words that goes on.\n\n"
FILE = Attachment(name="../plot\u202e.png", media_type="image/png", data=b"12345")


def shown(what: Post, *, bold_name: bool = False) -> str:
    return "\n=====\n".join(seen(part.blocks) for part in parts(what, bold_name=bold_name))


def test_agent_speaks_under_its_own_name_and_sign() -> None:
    (part,) = parts(said("Hello **you**."))

    assert part.arguments() == snapshot(
        {
            "text": "Hello you.",
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [
                                {"type": "text", "text": "Hello "},
                                {"type": "text", "text": "you", "style": {"bold": True}},
                                {"type": "text", "text": "."},
                            ],
                        }
                    ],
                }
            ],
            "parse": "none",
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
            "username": "coder",
            "icon_emoji": ":otter:",
        }
    )


def test_agents_sign_is_the_same_for_the_same_name() -> None:
    assert icon_of("coder") == icon_of("coder")
    assert len({icon_of(f"agent {number}") for number in range(200)}) == len(ICONS)


def test_demo_model_is_labelled_in_the_readers_language() -> None:
    assert parts(said("Hi.", demo=True))[0].username == "coder (demo model)"
    assert parts(post(turn=turn("Hi.", demo=True), language="zh"))[0].username == "coder (演示模型)"


def test_without_the_permission_the_name_begins_the_message() -> None:
    (part,) = parts(said("Hello.", demo=True), bold_name=True)

    assert (part.username, part.icon) == (None, None)
    assert part.text == "coder (demo model): Hello."
    assert seen(part.blocks) == "coder (demo model)\nHello."


def test_name_begins_only_the_first_of_several_messages() -> None:
    first, second = parts(said(PROSE * 100), bold_name=True)

    assert seen(first.blocks).startswith("coder\nA sentence")
    assert seen(second.blocks).startswith("A sentence")


def test_code_run_with_its_output_and_files() -> None:
    ran = post(turn=turn("2 3 5\n<!here>\n", TurnKind.CODE, title="python", files=(FILE,)))

    assert shown(ran) == snapshot("""\
Ran python:
| 2 3 5
| <!here>\
""")
    assert [(file.name, file.data) for file in render(ran).files] == [("plot⟦U+202E⟧.png", b"12345")]


def test_failed_code_run_without_output() -> None:
    assert shown(post(turn=turn("", TurnKind.CODE, title="sh", ok=False))) == snapshot("""\
Ran sh, which failed:
(No output.)\
""")


def test_tool_call_shows_what_it_was_given_and_what_came_back() -> None:
    call = turn('{"celsius": 21}', TurnKind.TOOL, title="weather", source='{"city": "Ulm"}')

    assert shown(post(turn=call)) == snapshot("""\
Called weather:
| {"city": "Ulm"}
| {"celsius": 21}\
""")


def test_long_arguments_of_a_tool_become_a_file() -> None:
    source = '{"text": "' + "x" * 2_000 + '"}'
    rendered = render(post(turn=turn("ok", TurnKind.TOOL, title="save", source=source)))

    assert seen(rendered.parts[0].blocks) == snapshot("""\
Called save:
(All of it, 2012 characters, is in the file given-3.json.)
| ok\
""")
    assert [(file.name, file.data) for file in rendered.files] == [("given-3.json", source.encode())]


def test_output_is_never_read_as_markdown() -> None:
    output = "# not a heading\n```\n- not a list\n**x**"

    (part,) = parts(post(turn=turn(output, TurnKind.CODE, title="python")))

    assert code_in(list(part.blocks)) == [output]


def test_long_output_is_parted_at_its_lines_and_loses_nothing() -> None:
    output = "\n".join(f"line {number} ```" for number in range(600))

    made = parts(post(turn=turn(output, TurnKind.CODE, title="python")))

    assert len(made) == 3
    assert "\n".join(code_in([block for part in made for block in part.blocks])) == output


def test_answer_of_four_messages_is_shown_whole() -> None:
    rendered = render(said(PROSE * 200))

    assert len(rendered.parts) == 3
    assert rendered.files == ()


def test_longer_answer_becomes_a_file_with_its_first_lines_shown() -> None:
    text = PROSE * 400

    rendered = render(said(text))

    (part,) = rendered.parts
    lines = seen(part.blocks).split("\n")
    assert lines[0] == PROSE.strip()
    assert lines[-1] == "(All of it, 16000 characters, is in the file answer-3.md.)".replace("16000", str(len(text)))
    assert [(file.name, file.data.decode()) for file in rendered.files] == [("answer-3.md", text)]


def test_fence_that_spans_messages_is_code_in_each_of_them() -> None:
    code = "\n".join(f"print({number})  # a comment" for number in range(250))

    made = parts(said(f"Here:\n\n```python\n{code}\n```\nDone."))

    shown_code = [code_in(list(part.blocks)) for part in made]
    assert [len(each) for each in shown_code] == [1] * len(made)
    assert "\n".join(each[0] for each in shown_code) == code


def test_answer_that_was_cut_off_says_so() -> None:
    assert shown(said("It is", cut=True)).splitlines()[-1] == "((cut off at the token limit))"


def test_turns_of_an_inner_chat_are_in_a_file() -> None:
    inner = (turn("one"), turn("```\n", TurnKind.CODE, title="python", files=(FILE,)))

    rendered = render(said("The summary.", folded=inner))

    assert seen(rendered.parts[0].blocks) == snapshot("""\
The summary.
(2 turns of an inner chat are in the file inner-3.md.)\
""")
    assert rendered.files[0].data.decode() == snapshot("""\
**coder**

one

**coder**

Ran `python`:

````
```
````\
""")
    assert [file.name for file in rendered.files] == ["inner-3.md", "plot⟦U+202E⟧.png"]


def test_inner_chat_without_a_summary_is_shown() -> None:
    inner = (turn("one *thing*", agent="planner"), turn("out", TurnKind.TOOL, title="look", ok=False))

    assert shown(post(turn=turn("", TurnKind.NESTED, folded=inner))) == snapshot("""\
planner

one thing

coder

Called look, which failed:
| out\
""")


def test_bots_own_words_have_no_name_of_an_agent() -> None:
    ended = post(PostKind.ENDED, text="The run failed: `x`\n\nat https://x.example", status=RunStatus.FAILED)

    (part,) = parts(ended)

    assert (part.username, part.icon) == (None, None)
    assert part.text == "The run failed: x\nat https[:]//x.example"
    assert shown(post(turn=turn("A notice.", TurnKind.NOTICE))) == "A notice."


def test_notice_that_is_far_too_long_becomes_a_file() -> None:
    rendered = render(post(PostKind.NOTICE, text="word " * 5_000))

    assert len(rendered.parts) == 1
    assert rendered.files[0].data.decode() == "word " * 5_000


def test_preview_shows_the_newest_lines_under_the_agents_name() -> None:
    text = "```python\n" + "\n".join(f"x = {number}" for number in range(2_000))

    part = preview("coder", text, "en")

    assert part.username == "coder"
    assert code_in(list(part.blocks))[0].endswith("x = 1999")
    assert len(part.text) <= 3_000


@pytest.mark.parametrize("text", ["", "\n", "x" * 10_000, "\u202e" * 10_000])
def test_preview_of_any_text_says_something(text: str) -> None:
    assert seen(preview("coder", text, "zh", demo=True).blocks).endswith("(…)")


def test_message_that_slack_refuses_is_said_more_simply() -> None:
    (part,) = parts(said("| a |\n|---|\n| <b> & c |"))

    assert seen(simpler(part).blocks) == "a\n<b> & c"
    assert simpler(part).text == part.text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=9_000))
def test_output_of_any_length_is_whole_in_messages_or_in_a_file(output: str) -> None:
    rendered = render(post(turn=turn(output, TurnKind.CODE, title="python")))

    if rendered.files:
        assert rendered.files[0].data == output.encode("utf-8", "surrogatepass")
    else:
        assert len(rendered.parts) <= MOST_PARTS
        shown_code = "".join(code_in([block for part in rendered.parts for block in part.blocks]))
        assert shown_code.replace("\n", "").strip() == harmless(output).replace("\n", "").strip()
