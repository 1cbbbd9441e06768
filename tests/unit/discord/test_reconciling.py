from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.rendering.parts import Button, Menu, Part
from adapters.discord.sending.reconciling import (
    Us,
    custom_ids,
    find_parts,
    is_ours,
    path_mark,
    preview_mark,
    preview_of,
    shows,
)
from adapters.discord.web.shown import ShownFile, ShownMessage
from bot.domain import Attachment

US = Us(user="1", application="2")
AT = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = st.sampled_from(["a", "b", "c"])
SOMEBODY = ShownMessage(id="0", channel="9", type=0, content="a", at=AT, author="7", author_name="Anna", bot=False)
OTHERS = [
    SOMEBODY,
    replace(SOMEBODY, author="8", bot=True, webhook="8", application="5"),
    replace(SOMEBODY, author="1", bot=True, type=18),
    replace(SOMEBODY, author="1", bot=True, webhook=US.application, application=US.application),
    replace(SOMEBODY, author="1", bot=True, content="something that was said beside the posts"),
]


def message(part: Part, number: int = 0) -> ShownMessage:
    """Return the message that shows a part."""
    webhook = "3" if part.name is not None else ""
    return ShownMessage(
        id=str(number),
        channel="9",
        type=0,
        content=part.content,
        at=AT,
        author=webhook or US.user,
        author_name=part.name or "Threadfast",
        bot=True,
        webhook=webhook,
        application=US.application if webhook else "",
        files=tuple(ShownFile(name=file.name, size=len(file.data)) for file in part.files),
        custom_ids=custom_ids(part.rows),
    )


def numbered(messages: list[ShownMessage]) -> list[ShownMessage]:
    return [replace(each, id=str(100 + number)) for number, each in enumerate(messages)]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Part], list[ShownMessage]]:
    """A post, and what its place shows: a part of it, some of that twice, and what others and previews say between."""
    name = draw(st.sampled_from([None, "coder"]))
    parts = [Part(content=words, name=name) for words in draw(st.lists(WORDS, min_size=1, max_size=5))]
    count = draw(st.integers(0, len(parts)))
    history = [message(part) for part in parts[:count]]
    for number in draw(st.lists(st.integers(0, max(0, count - 1)), max_size=3)) if count else []:
        at = draw(st.integers(number + 1, len(history)))
        history.insert(at, message(parts[number]))
    for other in draw(st.lists(st.sampled_from(OTHERS), max_size=4)):
        history.insert(draw(st.integers(0, len(history))), other)
    if draw(st.booleans()):
        left = replace(message(Part(content="a", name=name)), custom_ids=(preview_mark("chat", "p-1"),))
        history.insert(draw(st.integers(0, len(history))), left)
    return parts, numbered(history)


@given(histories())
def test_a_post_that_is_completed_stands_there_once_and_in_order(made: tuple[list[Part], list[ShownMessage]]) -> None:
    parts, history = made

    found = find_parts([(part,) for part in parts], history, US)

    gone = {each.id for each in found.twice} | {left.message for left in found.previews}
    ours = [each for each in history if is_ours(each, US) and each.id not in gone and each.content in ("a", "b", "c")]
    after = [each.content for each in ours] + [part.content for part in parts[len(found.shown) :]]
    assert after == [part.content for part in parts]


@given(histories())
def test_parts_are_found_in_order_and_nothing_of_others_is_touched(made: tuple[list[Part], list[ShownMessage]]) -> None:
    parts, history = made

    found = find_parts([(part,) for part in parts], history, US)

    ids = [int(found.shown[number]) for number in sorted(found.shown)]
    assert sorted(found.shown) == list(range(len(found.shown)))
    assert ids == sorted(set(ids))
    touched = {*found.shown.values(), *(each.id for each in found.twice), *(each.message for each in found.previews)}
    assert all(is_ours(each, US) for each in history if each.id in touched)


@given(histories(), st.integers(0, 9))
def test_a_part_in_another_form_counts_as_shown(made: tuple[list[Part], list[ShownMessage]], which: int) -> None:
    parts, _ = made
    number = which % len(parts)
    other = replace(parts[number], content="", files=(Attachment(name="m.txt", media_type="", data=b"1234"),))
    history = numbered([message(part) for part in parts[:number]] + [message(other)])

    found = find_parts([(part, other if part is parts[number] else part) for part in parts], history, US)

    assert len(found.shown) == number + 1


def test_only_messages_of_ours_count() -> None:
    part = Part(content="a", name="coder")

    assert not find_parts([(part,)], numbered(OTHERS), US).shown


def test_a_message_under_another_name_is_another_one() -> None:
    part = Part(content="a", name="coder")

    assert shows(message(part), part)
    assert not shows(message(part), replace(part, name="critic"))
    assert not shows(message(part), replace(part, name=None))


def test_a_file_is_known_by_its_size_because_discord_may_change_its_name() -> None:
    part = Part(content="a", files=(Attachment(name="été 1.txt", media_type="", data=b"123"),))
    shown = replace(message(part), files=(ShownFile(name="t_1.txt", size=3),))

    assert shows(shown, part)
    assert not shows(replace(shown, files=()), part)
    assert not shows(replace(shown, files=(ShownFile(name="t_1.txt", size=4),)), part)


def test_cards_with_the_same_words_are_told_apart_by_their_buttons() -> None:
    first = Part(content="?", rows=((Button(label="Yes", custom_id="run:1:approve:-:x"),),))
    second = Part(content="?", rows=((Button(label="Yes", custom_id="run:2:approve:-:y"),),))

    assert shows(message(first), first)
    assert not shows(message(first), second)


def test_custom_ids_come_in_the_order_in_which_they_are_shown() -> None:
    menu = Menu(custom_id="c", placeholder="", options=(("one", "1"),))
    rows = ((Button(label="A", custom_id="a"), Button(label="B", custom_id="b")), menu)

    assert custom_ids(rows) == ("a", "b", "c")


def test_spaces_that_discord_takes_away_make_no_difference() -> None:
    part = Part(content=" a\n")

    assert shows(replace(message(part), content="a"), part)


def test_a_preview_is_known_by_its_mark_alone() -> None:
    part = Part(content="a", name="coder")
    marked = replace(message(part, 5), custom_ids=(preview_mark("chat", "p-1"),))

    left = preview_of(marked)

    assert left is not None
    assert (left.message, left.path, left.id, left.name) == ("5", path_mark("chat"), "p-1", "coder")
    assert preview_of(message(part)) is None
    assert preview_of(replace(marked, custom_ids=("run:1:approve:-:x",))) is None


@given(st.text(max_size=200), st.text(alphabet="0123456789abcdef-", min_size=1, max_size=45))
def test_a_mark_fits_whatever_the_path_is(path: str, preview: str) -> None:
    assert len(preview_mark(path, preview)) <= 100
