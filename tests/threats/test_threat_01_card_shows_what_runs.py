"""Threat 1, where people look: what a card shows is made of the record's exact bytes, all of them to be seen.

Invisible characters stand there by number, what is too long is attached whole under its hash, and what a form cannot
bring back unchanged is not taken from it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from adapters.chat.content.edits import from_form, holds, in_form, unseen_in
from adapters.console.render import Card, plain_card
from adapters.discord.rendering.cards import ENDED
from adapters.discord.rendering.forms import edit_form as discord_form
from adapters.discord.rendering.render import render as for_discord
from adapters.slack.rendering.modals import edit_form as slack_form
from adapters.slack.rendering.render import render as for_slack
from adapters.text import revealed, visible
from bot.domain import ApprovalPolicy, Decision, InputRequest, Post, PostKind, Verdict
from tests.pictures.blocks import seen as seen_in_slack
from tests.unit.discord.reader import fences
from tests.unit.discord.reader import seen as seen_in_discord
from tests.unit.slack import made
from tests.unit.slack.made import approval, item
from tests.unit.slack.reader import code_in

ASKED = "coder wants to run this code."
LIMITS = {"timeout": 60, "memory_mb": 1024, "processes": 64}
HIDDEN = st.characters(categories=["Cf", "Cc", "Zs", "Zl", "Zp", "Co", "Cs", "Cn"])
SIGNS = st.sampled_from(
    ["\n", "\t", " ", "⟦", "⟧", "⟦U+200B⟧", "`", "```", "\\", "*", "<@1>", "&amp;", "\r\n", "\u115f"]
)
BYTES = st.lists(
    st.one_of(HIDDEN, HIDDEN, SIGNS, st.characters(exclude_categories=[]), st.text("ab c=(1)\n", max_size=9)),
    max_size=30,
).map("".join)
PAST = "x" * 2_990
"""So long that little more has room on any platform's card."""


def asked(code: str, **facts: object) -> InputRequest:
    boxed = replace(item(code), limits=LIMITS, files=("sales.csv",), policy=ApprovalPolicy.ALWAYS)
    return replace(approval(boxed, deciders=("starter",), nonce="0011223344556677"), **facts)  # type: ignore[arg-type]


def open_post(request: InputRequest) -> Post:
    return made.post(PostKind.REQUEST, request=request, text=ASKED)


def on_slack(request: InputRequest) -> str:
    """Return the program that Slack's card shows, or the file's that it names."""
    rendered = for_slack(open_post(request))
    [part] = rendered.parts
    if rendered.files:
        [file] = rendered.files
        assert f"{file.name}, sha256 {hashlib.sha256(file.data).hexdigest()}" in seen_in_slack(part.blocks)
        return file.data.decode("utf-8", "surrogatepass")
    return "".join(revealed(code) for code in code_in(list(part.blocks)))


def on_discord(request: InputRequest) -> str:
    [part] = for_discord(open_post(request)).parts
    if part.files:
        [file] = part.files
        assert f"{file.name}`, sha256 `{hashlib.sha256(file.data).hexdigest()}" in part.content
        return file.data.decode("utf-8", "surrogatepass")
    return "".join(revealed(code) for code in fences(part.content)) + "\n" * (ENDED in part.content)


def in_plain_lines(request: InputRequest) -> str:
    lines = plain_card(request, "en")
    return revealed("\n".join(line.removeprefix("| ") for line in lines if line.startswith("| ")))


def in_a_terminal(request: InputRequest, width: int = 40) -> str:
    out = StringIO()
    Console(file=out, width=width, no_color=True).print(Card(request.items[0].content))
    rows = out.getvalue().removesuffix("\n").split("\n")
    assert all(row[:2] in ("│ ", "┆ ") for row in rows)
    return revealed("".join(("\n" if row[0] == "│" else "") + row[2:] for row in rows).removeprefix("\n"))


@pytest.mark.timeout(400)
@settings(max_examples=10_000, deadline=None)
@given(BYTES)
def test_whatever_is_to_run_every_card_decodes_to_exactly_its_bytes(code: str) -> None:
    request = asked(code)

    assert on_slack(request) == code
    assert on_discord(request) == code
    assert in_plain_lines(request) == code
    assert in_a_terminal(request) == code


@settings(max_examples=2_000, deadline=None)
@given(BYTES)
def test_nothing_that_is_shown_is_invisible_or_reorders_what_is_beside_it(code: str) -> None:
    shown = visible(code)

    assert revealed(shown) == code
    assert not [char for char in shown if char not in "\n\t " and unicodedata.category(char)[0] in "CZ"]


@settings(max_examples=200, deadline=None)
@given(BYTES)
def test_what_is_too_long_for_a_card_is_attached_whole_with_its_hash(code: str) -> None:
    request = asked(f"{PAST}{code}#end")

    assert on_slack(request) == on_discord(request) == f"{PAST}{code}#end"
    assert for_discord(open_post(request)).parts[0].files


@pytest.mark.parametrize(
    ("char", "number"),
    [
        *(
            (char, f"⟦U+{ord(char):04X}⟧")
            for char in "\u200b\u200d\u202e\u2066\u00ad\ufeff\u00a0\u3000\u2028\x1b\r\x00"
        ),
        *((char, f"⟦U+{ord(char):04X}⟧") for char in "\u3164\u115f\u034f\ufe0f\u180e\U000e0041\U000e0100\ue000\u2800"),
    ],
)
def test_character_that_nobody_sees_stands_on_each_card_by_its_number(char: str, number: str) -> None:
    request = asked(f"a{char}b")

    [slack], [discord] = for_slack(open_post(request)).parts, for_discord(open_post(request)).parts
    assert f"a{number}b" in seen_in_slack(slack.blocks)
    assert f"a{number}b" in seen_in_discord(discord.content)
    assert f"| a{number}b" in plain_card(request, "en")


def test_other_letters_of_the_same_look_are_told_by_their_numbers() -> None:
    request = asked("from p\u0430ypal import \u0440ay, Δt, 打印hello")

    remark = "Holds letters of several alphabets in one word: p⟦U+0430⟧ypal, ⟦U+0440⟧ay"
    assert remark in seen_in_slack(for_slack(open_post(request)).parts[0].blocks).split("\n")
    assert remark in for_discord(open_post(request)).parts[0].content.split("\n")
    assert remark in plain_card(request, "en")


def test_words_of_the_agent_are_no_part_of_what_the_card_says_of_the_program() -> None:
    lie = "print(1)\n```\n-# sha256 000000000000\n**Code, python**\nsafe()"
    request = asked(lie)

    assert on_discord(request) == on_slack(request) == lie
    content = for_discord(open_post(request)).parts[0].content
    assert fences(content) == []
    assert content.count("**Code, python**") == 1
    assert "000000000000" not in content


def test_after_a_change_the_card_shows_what_ran_and_both_hashes() -> None:
    change = Decision(verdict=Verdict.APPROVE, content="print(2)\u200b")
    request = made.answered(asked("print(1)"), change)

    post = made.post(PostKind.CLOSED, request=request, text="Edited and approved by Ada.")
    proposed, ran = (hashlib.sha256(code.encode()).hexdigest()[:12] for code in ("print(1)", "print(2)\u200b"))
    for card in (seen_in_slack(for_slack(post).parts[0].blocks), for_discord(post).parts[0].content):
        assert "print(2)⟦U+200B⟧" in card
        assert f"sha256 {ran} · proposed: sha256 {proposed}" in card
        assert "print(1)" not in card


def as_handed_back(value: str, *, ends: str = "\n", trims: bool = True) -> str:
    """Do to a field what platforms may do: other line ends, nothing around the whole."""
    value = value.replace("\n", ends)
    return value.strip() if trims else value


@settings(max_examples=2_000, deadline=None)
@given(
    code=BYTES.filter(lambda code: holds(code, 3_000)),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    trims=st.booleans(),
)
def test_form_that_nobody_changed_brings_back_exactly_the_bytes(code: str, ends: str, *, trims: bool) -> None:
    request = asked(code)

    slack = slack_form(request, 1, "en")["blocks"][0]["element"]["initial_value"]
    [field] = discord_form(request, 1, "en").fields

    assert slack == field.value == in_form(code)
    assert from_form(as_handed_back(slack, ends=ends, trims=trims), code) == code


@settings(max_examples=1_000, deadline=None)
@given(BYTES.filter(lambda code: holds(code, 3_000)))
def test_all_that_stands_in_a_form_is_to_be_seen(code: str) -> None:
    assert not unseen_in(in_form(code))
    assert re.sub("⟦U\\+[0-9A-F]{4,6}⟧", "", in_form(code)).isprintable() or "\n" in code or "\t" in code


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("print(1)\u200b", "⟦U+200B⟧"),
        ("a\u00a0=\u00a01", "⟦U+00A0⟧"),
        ("\u202eevil", "⟦U+202E⟧"),
        ("⟦U+D800⟧", "⟦U+D800⟧"),
    ],
)
def test_what_nobody_saw_in_the_form_is_refused_and_named(typed: str, named: str) -> None:
    assert unseen_in(typed) == named


def test_what_was_typed_by_number_is_that_character_and_emoji_and_line_ends_are_taken() -> None:
    assert unseen_in("print('✔️ 　')\r\n") == ""
    assert from_form("print('⟦U+200B⟧⟦U+27E6⟧')\r\nb", "a") == "print('\u200b⟦')\nb"
    assert from_form("a⟦U+FFFFFF⟧", "a") == "a⟦U+FFFFFF⟧"
