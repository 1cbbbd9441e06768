from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.chat.content.text_files import as_bytes, in_file, text_file
from adapters.chat.content.turns import Form, speaker, told, words
from bot.domain import Attachment, TurnKind
from tests.unit.slack.made import turn

PLOT = Attachment(name="../plot.png", media_type="image/png", data=b"png")


def test_what_an_agent_said_is_markdown_with_a_file_for_where_it_is_long() -> None:
    content = told(turn("\n**Yes.**\n"), "en")

    assert (content.lead, content.text, content.form, content.notes) == ("", "**Yes.**", Form.MARKDOWN, ())
    assert (content.file.name, content.file.data, content.size) == ("answer-3.md", b"\n**Yes.**\n", 10)


@pytest.mark.parametrize(
    ("kind", "ok", "lead"),
    [
        (TurnKind.CODE, True, "Ran `py'thon`:"),
        (TurnKind.CODE, False, "Ran `py'thon`, which failed:"),
        (TurnKind.TOOL, True, "Called `py'thon`:"),
        (TurnKind.TOOL, False, "Called `py'thon`, which failed:"),
    ],
)
def test_what_was_done_leads_its_output(kind: TurnKind, lead: str, *, ok: bool) -> None:
    content = told(turn("4\n", kind, ok=ok, title="py`thon", source="2+2"), "en")

    assert (content.lead, content.text, content.form) == (lead, "4", Form.OUTPUT)
    assert content.file.name == "output-3.txt"


def test_only_a_tool_shows_what_it_was_given_and_not_that_it_was_nothing() -> None:
    assert told(turn("4", TurnKind.TOOL, source='{"a": 1}'), "en").given == '{"a": 1}'
    assert told(turn("4", TurnKind.TOOL, source='{"a": 1}'), "en").given_name == "given-3.json"
    assert told(turn("4", TurnKind.TOOL, source=" {} "), "en").given == ""
    assert told(turn("4", TurnKind.CODE, source="2+2"), "en").given == ""


def test_notes_say_that_there_is_no_output_what_is_folded_and_what_was_cut() -> None:
    inner = turn("Inner.", agent="critic", files=(PLOT,))

    content = told(turn("", TurnKind.CODE, title="sh", cut=True), "en")
    folding = told(turn("Done.", folded=(inner,), cut=True), "en")

    assert content.notes == ("No output.", "(cut off at the token limit)")
    assert folding.notes == ("1 turns of an inner chat are in the file inner-3.md.", "(cut off at the token limit)")
    assert [file.name for file in folding.files] == ["inner-3.md", "plot.png"]
    assert folding.files[0].data == b"**critic**\n\nInner."


def test_turn_that_only_folds_others_shows_them_with_their_files_once() -> None:
    ran = turn("4\n```", TurnKind.CODE, title="python", agent="coder", files=(PLOT,))
    asked = turn("Four.", agent="critic")

    content = told(turn("", TurnKind.NESTED, folded=(ran, asked), files=(replace(PLOT, name="own.png"),)), "en")

    assert content.text == "**coder**\n\nRan `python`:\n\n````\n4\n```\n````\n\n**critic**\n\nFour."
    assert [file.name for file in content.files] == ["own.png", "plot.png"]


def test_notice_is_the_bots_own_words() -> None:
    content = told(turn("Write `exit`.", TurnKind.NOTICE), "en")

    assert content == words("Write `exit`.", "notice-3.txt")
    assert content.form is Form.WORDS


def test_demo_model_is_named_whole_in_a_name_of_limited_length() -> None:
    assert speaker("coder", "en", demo=False) == "coder"
    assert speaker("coder", "en", demo=True) == "coder (demo model)"
    assert speaker("c" * 99, "en", demo=True, limit=30) == "c" * 16 + "… (demo model)"


def test_file_of_a_text_holds_its_bytes_and_is_named_by_a_line() -> None:
    file = text_file("a.txt", "ü\ud800")

    assert file.data == as_bytes("ü\ud800") == b"\xc3\xbc\xed\xa0\x80"
    assert in_file(2, file, "en") == "All of it, 2 characters, is in the file a.txt."
