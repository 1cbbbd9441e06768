"""What handling shows and calls things: pure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.files.attachments import SharedFile
from adapters.discord.events import Me
from adapters.discord.handling.asking import said_by
from adapters.discord.handling.context import quoted, said_in
from adapters.discord.handling.listing import listed
from adapters.discord.handling.refusing import reason_of
from adapters.discord.handling.replies import contents
from adapters.discord.handling.where import place_of, thread_name
from adapters.discord.rendering.parts import MOST_CONTENT, size
from adapters.discord.web.refusals import Doing, refusal
from bot.domain import ConversationId, ConversationSummary, Person, RunStatus, Said, ThreadRef
from bot.errors import PostRefusedError
from bot.texts import say
from tests.fakes import START
from tests.unit.discord.made import ANNA, BOT, GENERAL, GUILD, IN_THREAD, ME, THREAD, message

anna = Person(id=ANNA, name="Anna")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("write a haiku\nabout rain", "write a haiku"),
        ("\n\n  plan  a trip ", "plan a trip"),
        ("a\u202eb", "a⟦U+202E⟧b"),
        ("x" * 200, "x" * 99 + "…"),
        ("", "a.txt"),
    ],
)
def test_thread_is_called_by_the_first_line_that_says_something(text: str, name: str) -> None:
    assert thread_name(text, [SharedFile(id="1", name="folder/a.txt")], "en") == name


def test_thread_of_nothing_has_a_name_all_the_same() -> None:
    assert thread_name("", [], "en") == "(no words)"


@given(st.text(max_size=300))
def test_names_of_threads_are_never_empty_or_too_long(text: str) -> None:
    assert 1 <= len(thread_name(text, [], "en")) <= 100


def test_one_line_is_a_small_answer_that_names_and_does_not_shout() -> None:
    assert contents(anna, "Nothing is running here.") == [f"-# <@{ANNA}> Nothing is running here."]


def test_several_lines_are_an_answer_of_full_size() -> None:
    [content] = contents(anna, say("discord_help", "en"))

    assert content.startswith(f"<@{ANNA}>\nMention the bot")


@given(st.text(max_size=6000))
def test_answers_of_any_length_fit_discords_messages(text: str) -> None:
    assert all(size(content) <= MOST_CONTENT for content in contents(anna, text or "."))


@given(st.text(max_size=4000), st.text(min_size=1, max_size=40))
def test_words_of_an_ask_fit_a_message_and_are_markup_of_nothing(text: str, name: str) -> None:
    shown = said_by(Person(id="1", name=name), text, "en")

    assert size(shown) <= MOST_CONTENT
    assert all(line.startswith("> ") for line in shown.split("\n")[1:])


def test_words_of_an_ask_are_quoted_as_they_are() -> None:
    assert said_by(anna, "a *b*\n@everyone", "en") == "**Anna** asks:\n> a \\*b\\*\n> @everyone"


def test_what_was_said_leaves_out_our_own_words_and_discords_notes() -> None:
    ours = message("hello", author={"id": BOT, "name": "Threadfast", "bot": True})
    pinned = message("", type=6)
    theirs = message("<@200> come", author={"id": "66", "name": "CI", "bot": True})
    file = message("", files=[{"id": "1", "name": "a.txt"}])

    assert said_in([ours, pinned, theirs, file], ME) == [
        Said(name="CI", text="@Bo come"),
        Said(name="Anna", text="[a.txt]"),
    ]


def test_without_an_application_only_our_user_is_us() -> None:
    assert said_in([message("hi", application="")], Me(user=BOT, application="")) == [Said(name="Anna", text="hi")]


def test_message_is_quoted_with_its_author_line_by_line() -> None:
    assert quoted(message("a\n\nb")) == "> Anna:\n> a\n>\n> b"
    assert quoted(message("")) == ""


def test_places_of_threads_are_described_as_deliveries_do() -> None:
    thread = ThreadRef(adapter="discord", workspace=GUILD, channel=GENERAL, thread=THREAD)
    direct = ThreadRef(adapter="discord", workspace="dm", channel="40", thread="40")

    assert place_of(thread) == {**IN_THREAD, "name": ""}
    assert place_of(direct) == {"guild": "", "channel": "40", "parent": "", "kind": "direct", "name": ""}


def test_missing_permission_is_named() -> None:
    error = refusal(Doing.OPEN_THREAD, 403, 50013)

    assert isinstance(error, PostRefusedError)
    assert reason_of(error, "en") == 'the bot lacks the permission "Create Public Threads" there'


def test_other_refusals_are_named_by_discords_code() -> None:
    error = refusal(Doing.OPEN_THREAD, 400, 30033)

    assert isinstance(error, PostRefusedError)
    assert reason_of(error, "en") == "Discord refuses it with the code 30033"


def summary(number: int, *, waiting: bool = False, workspace: str = GUILD) -> ConversationSummary:
    return ConversationSummary(
        conversation=ConversationId(f"discord:{workspace}:{GENERAL}:{number}"),
        team="co`der",
        status=RunStatus.INPUT_REQUIRED if waiting else RunStatus.COMPLETED,
        waiting=waiting,
        title="a *b* @everyone" if number else "",
        started_at=START + timedelta(seconds=number),
    )


def test_list_shows_what_waits_first_with_links_and_counts_the_rest() -> None:
    found = [summary(1, waiting=True), summary(0), summary(2, workspace="dm"), summary(3)]

    shown = listed(found, models="up", most=3, language="en").splitlines()

    assert shown == [
        "**Waiting for you**",
        "- a \\*b\\* @everyone <#1>",
        "-# co'der, waits for an answer, begun <t:1767603601:f>",
        "**Your conversations**",
        "- (no words) <#0>",
        "-# co'der, completed, begun <t:1767603600:f>",
        "- a \\*b\\* @everyone",
        "-# co'der, completed, begun <t:1767603602:f>",
        "-# 1 more are not shown.",
        "**Models**",
        "-# up",
    ]


def test_list_without_conversations_says_how_to_begin() -> None:
    said = listed([], models="up", most=3, language="en")
    assert "There are no conversations yet. Mention the bot in a channel, use /ask, or write to it directly." in said
