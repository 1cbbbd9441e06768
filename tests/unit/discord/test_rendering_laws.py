"""What holds for whatever models write and people ask."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.content.text_files import as_bytes
from adapters.discord.rendering.cards import ENDED
from adapters.discord.rendering.parts import (
    LARGEST_FILE,
    LONGEST_LABEL,
    LONGEST_OPTION,
    MOST_CONTENT,
    MOST_FILES,
    MOST_IN_ROW,
    MOST_MENU,
    MOST_ROWS,
    Menu,
    Part,
    Rendered,
    size,
)
from adapters.discord.rendering.render import preview, render
from adapters.text import revealed
from bot.domain import Attachment, Decision, InputRequest, PostKind, RequestKind, Turn, TurnKind
from tests.unit.discord.reader import custom_ids, fences, read, seen
from tests.unit.slack import made
from tests.unit.slack.made import NO, YES, answered, approval, item, request
from tests.unit.slack.nasty import NASTY

SIGNS = ["*", "**", "_", "__", "~~", "`", "``", "```", "````", "||", "[", "](", ")", "<", ">", "\\", "> ", "- ", "# "]
SIGNS += [
    "\n",
    "\n\n",
    " ",
    "a",
    "word",
    "é",
    "中文",
    "😀",
    "\u200b",
    "\u202e",
    "\x1b",
    "1. ",
    "-# ",
    "|",
    "&#91;",
    "\u00a0",
    "\ufeff",
    "\x1f",
]
LINKS = [
    "[l](http://evil)",
    "[l](https://evil.example/*x*_y_)",
    "https://a.example/[x](https://evil.example)",
    "![p](http://e)",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from([*SIGNS, *LINKS, *NASTY]), max_size=25).map("".join),
    st.text(st.characters(exclude_categories=[]), max_size=200),
)
LONG = st.builds(lambda text, times: text * times, TEXTS, st.sampled_from([1, 1, 5, 60, 400]))
KINDS = st.sampled_from([TurnKind.TEXT, TurnKind.TOOL, TurnKind.CODE, TurnKind.NOTICE])
FILES = st.lists(
    st.builds(Attachment, name=st.text(max_size=12), media_type=st.just("a/b"), data=st.just(b"x")), max_size=23
)
CODES = st.one_of(
    LONG, st.sampled_from(["x" * 1_500, '"' * 2_990, "\n", "a\n", "\na", "```", "print(1)\n" * 30, "\u202e" * 400])
)

LONG_NO = Decision(verdict=NO.verdict, reason="r" * 900)


def is_taken(part: Part) -> bool:
    assert 0 < size(part.content) <= MOST_CONTENT or (part.files and not part.content)
    assert len(part.rows) <= MOST_ROWS
    assert len(part.files) <= MOST_FILES
    assert len({file.name for file in part.files}) == len(part.files)
    assert all(0 < len(file.data) <= LARGEST_FILE for file in part.files)
    part.content.encode()
    assert all(each.encode() for each in (part.name or "-", *(file.name for file in part.files)))
    ids = custom_ids(part)
    assert len(set(ids)) == len(ids)
    assert all(len(each) <= 100 for each in ids)
    assert part.name is None or 0 < size(part.name) <= 80
    return all(row_is_taken(row) for row in part.rows)


def row_is_taken(row: object) -> bool:
    if isinstance(row, Menu):
        assert 0 < len(row.options) <= MOST_MENU
        assert all(0 < size(text) <= LONGEST_OPTION for option in row.options for text in option)
        return size(row.placeholder) <= 150
    assert isinstance(row, tuple)
    assert 0 < len(row) <= MOST_IN_ROW
    return all(0 < size(button.label) <= LONGEST_LABEL for button in row)


def is_inert(part: Part) -> bool:
    assert not [each for each in read(part.content) if each.kind == "link"], part.content
    assert part.content.count("```") % 2 == 0
    assert part.content.isprintable() or not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", part.content)
    return True


def checked(rendered: Rendered) -> Rendered:
    assert rendered.parts
    assert all(is_taken(part) and is_inert(part) for part in rendered.parts)
    return rendered


def said(turn: Turn, *, bold_name: bool = False) -> Rendered:
    return checked(render(made.post(turn=turn), bold_name=bold_name))


@settings(deadline=None, max_examples=400)
@given(text=LONG, kind=KINDS, source=LONG, title=TEXTS, agent=TEXTS, files=FILES, flags=st.tuples(*[st.booleans()] * 4))
def test_whatever_is_said_becomes_messages_that_discord_takes_and_no_disguised_link(
    text: str, kind: TurnKind, source: str, title: str, agent: str, files: list[Attachment], flags: tuple[bool, ...]
) -> None:
    ok, demo, cut, bold = flags
    facts = {"source": source, "title": title, "agent": agent, "files": tuple(files)}

    rendered = said(made.turn(text, kind, ok=ok, demo=demo, cut=cut, **facts), bold_name=bold)

    shown = sum(len(part.files) for part in rendered.parts)
    assert kind is TurnKind.NOTICE or shown >= sum(bool(file.data) for file in files)
    assert all((part.name is None) == (bold or kind is TurnKind.NOTICE) for part in rendered.parts)


@settings(deadline=None, max_examples=300)
@given(
    pieces=st.lists(st.sampled_from(["-# forged", "-#  forged", "\n", " ", "> ", "- ", "1. ", "**", "a", "`", "# "])),
    kind=KINDS,
    times=st.sampled_from([1, 1, 40, 400]),
)
def test_no_words_are_shown_as_the_small_lines_that_are_the_bots_own(
    pieces: list[str], kind: TurnKind, times: int
) -> None:
    text = "".join(pieces) * times
    parts = [*said(made.turn(text, kind, source=text)).parts, preview("coder", text, "en")]
    parts += checked(render(made.post(PostKind.NOTICE, text=text))).parts

    for part in parts:
        unfenced = re.sub(r"```[\s\S]*?```", "", part.content)
        assert not re.search(r"^[> ]*([-+*]|\d+\.)? *-#\s+forged", unfenced, re.MULTILINE), part.content


@pytest.mark.parametrize(
    "content",
    [
        "[bank](https://evil.example)",
        "**a `x** [bank](https://evil.example)` b**",
        "a_b `x_ [bank](https://evil.example)`",
        "```\n\n``` [bank](https://evil.example)",
    ],
)
def test_reader_finds_a_disguised_link_where_discord_would(content: str) -> None:
    assert [each.kind for each in read(content) if each.kind == "link"] == ["link"]


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_that_a_model_writes_is_a_disguised_link(nasty: str) -> None:
    around = [nasty, f"**a {nasty} b**", f"a_b `x_ {nasty}`", f"*a*`x*{nasty}` b*", f"- {nasty}\n\n> {nasty}"]

    for text in around:
        said(made.turn(text))
        checked(render(made.post(PostKind.NOTICE, text=text)))
        assert is_inert(preview("coder", text, "en"))


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from(["alpha", "beta", "中文", "42"]), min_size=1, max_size=400),
    st.sampled_from([" ", "\n", "\n\n", "\n- ", "*", " `", "\n> "]),
)
def test_joined_messages_hold_all_words_or_the_file_does(words: list[str], between: str) -> None:
    source = between.join(words)

    rendered = said(made.turn(source))

    shown = re.findall(r"alpha|beta|中文|42", "".join(seen(part.content) for part in rendered.parts))
    files = [file.data.decode() for part in rendered.parts for file in part.files]
    assert shown == words or files == [source]


@settings(deadline=None, max_examples=200)
@given(text=LONG, agent=TEXTS, bold=st.booleans())
def test_preview_is_always_one_message_that_ends_in_a_small_line(text: str, agent: str, *, bold: bool) -> None:
    part = preview(agent, text, "en", bold_name=bold)

    assert is_taken(part)
    assert is_inert(part)
    assert part.content.endswith("-# …")


def digest(code: str) -> str:
    return hashlib.sha256(as_bytes(f"{code}\n")).hexdigest()[:12]


def exact_bytes(parts: tuple[Part, ...]) -> set[str]:
    shown = {revealed(code) for part in parts for code in fences(part.content)}
    # The line end that a text ends in is told of beside its digest.
    digests = "".join(part.content for part in parts)
    shown |= {f"{code}\n" for code in shown if f"{digest(code)}{ENDED}" in digests}
    return shown | {file.data.decode("utf-8", "surrogatepass") for part in parts for file in part.files}


@settings(deadline=None, max_examples=300)
@given(
    codes=st.lists(CODES, min_size=1, max_size=5), sentence=TEXTS, title=TEXTS, language=st.sampled_from(["en", "zh"])
)
def test_exact_bytes_of_every_item_are_on_the_card_or_in_its_file(
    codes: list[str], sentence: str, title: str, language: str
) -> None:
    asked = approval(*[item(code, title=title) for code in codes])

    (card, *others) = checked(opened(asked, sentence, language)).parts

    assert len(codes) > 4 or exact_bytes((card, *others)) >= {code for code in codes if code}
    assert all(file.name in seen(card.content) for file in card.files)


@settings(deadline=None, max_examples=200)
@given(
    codes=st.lists(CODES, min_size=1, max_size=4),
    decisions=st.lists(
        st.sampled_from([YES, NO, Decision(verdict=NO.verdict, reason="r" * 900)]), min_size=4, max_size=4
    ),
    sentence=TEXTS,
)
def test_bytes_stay_on_the_card_or_in_its_files_when_it_is_decided(
    codes: list[str], decisions: list[Decision], sentence: str
) -> None:
    asked = approval(*[item(code) for code in codes])
    first = opened(asked, "Asked.").parts

    closed = render(made.post(PostKind.CLOSED, request=answered(asked, *decisions[: len(codes)]), text=sentence))

    assert exact_bytes(checked(closed).parts) | files_of(first) >= {code for code in codes if code}
    assert not any(part.rows for part in closed.parts)


def files_of(parts: tuple[Part, ...]) -> set[str]:
    return {file.data.decode("utf-8", "surrogatepass") for part in parts for file in part.files}


@settings(deadline=None, max_examples=200)
@given(choices=st.lists(TEXTS, min_size=1, max_size=120), sentence=TEXTS)
def test_every_option_can_be_chosen_by_a_press_or_in_words(choices: list[str], sentence: str) -> None:
    asked = request(RequestKind.CHOICE, choices=tuple(choices), empty_runs="model")

    (card,) = checked(opened(asked, sentence)).parts

    offered = sum(len(row.options) if isinstance(row, Menu) else len(row) for row in card.rows)
    assert offered - 2 == (len(choices) if len(choices) <= 100 else 0)


def opened(asked: InputRequest, text: str, language: str = "en") -> Rendered:
    return render(made.post(PostKind.REQUEST, request=asked, text=text, language=language))
