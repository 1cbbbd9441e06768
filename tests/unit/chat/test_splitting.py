from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from adapters.chat.content.splitting import Manner, bodies, laid_out, portions
from tests.unit.slack.nasty import NASTY

LINES = st.lists(
    st.sampled_from([*NASTY, "# T", "- a", "  - b", "1. c", "> q", "```py", "```", "| a | b |", "|---|---|", "", "---"])
    | st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])),
    max_size=40,
).map("\n".join)


@settings(deadline=None)
@given(LINES, st.integers(64, 300))
def test_parting_loses_no_word(source: str, limit: int) -> None:
    parts = portions(source, limit)

    assert all(len(part) <= limit for part in parts)
    whole = [char for char in source if char.isalnum()]
    kept = iter(char for part in parts for char in part if char.isalnum())
    assert all(char in kept for char in whole)


def test_long_table_keeps_its_heading_in_every_part() -> None:
    rows = "".join(f"| row {number} | {'x' * 20} |\n" for number in range(40))

    parts = portions(f"Before.\n\n| name | value |\n|---|---|\n{rows}", 400)

    assert len(parts) > 3
    assert all(part.startswith("| name | value |\n|---|---|\n| row") for part in parts[1:])


def test_text_is_parted_between_its_paragraphs_and_fences() -> None:
    fence = "```py\n" + "x = 1\n" * 8 + "```\n"

    assert portions(f"First.\n\n{fence}\nLast, a little longer.", 80) == snapshot(
        [
            """\
First.

```py
x = 1
x = 1
x = 1
x = 1
x = 1
x = 1
x = 1
x = 1
```

""",
            "Last, a little longer.",
        ]
    )


def upper(*, most: int) -> Manner[str]:
    return Manner(build=str.upper, fits=lambda made: "X" * 40 not in made, cut=bodies, part=100, first=50, most=most)


def test_short_text_is_one_message_and_all_of_it() -> None:
    assert laid_out("one\ntwo", upper(most=3)) == (["ONE\nTWO"], True)


def test_text_that_needs_several_messages_is_parted_between_lines() -> None:
    source = "".join(f"line {number}\n" for number in range(20))

    laid, whole = laid_out(source, upper(most=3))

    assert whole
    assert len(laid) == 2
    assert "".join(laid) == source.upper()


def test_text_that_needs_too_many_messages_shows_its_first_lines() -> None:
    laid, whole = laid_out("".join(f"line {number}\n" for number in range(100)), upper(most=3))

    assert not whole
    assert laid == ["".join(f"LINE {number}\n" for number in range(7))]


def test_part_that_takes_more_room_than_its_characters_is_parted_again() -> None:
    laid, whole = laid_out("x" * 80, upper(most=4))

    assert whole
    assert "".join(laid) == "X" * 80
    assert max(map(len, laid)) < 80


LAID = Manner(build=str, fits=lambda made: len(made) <= 110, cut=portions, part=100, first=50, most=4)


def test_text_that_is_slightly_too_long_becomes_two_messages_of_about_the_same_length() -> None:
    lines = "".join(f"a line of text {number}\n" for number in range(10, 16))
    fence = "```py\n" + "x = 1\n" * 17 + "```\n"
    paragraphs = "\n\n".join(f"Paragraph {number}, with words." for number in range(4))

    for source in (lines, fence, paragraphs):
        first, second = laid_out(source, LAID)[0]
        assert len(source) > 100
        assert abs(len(first) - len(second)) < 40


def test_paragraph_is_not_taken_apart_to_make_messages_even() -> None:
    paragraph = "one two three four five six seven eight nine ten eleven twelve\n\n"

    assert laid_out(f"{paragraph}And this.\n\n{paragraph}", LAID)[0] == [f"{paragraph}And this.\n\n", paragraph]


@settings(deadline=None)
@given(LINES, st.integers(64, 300))
def test_even_messages_are_as_few_and_as_whole_as_full_ones(source: str, limit: int) -> None:
    manner = Manner(build=str, fits=lambda made: True, cut=portions, part=limit, first=limit // 2, most=1_000)

    laid, whole = laid_out(source, manner)

    assert whole
    assert len(laid) <= len(portions(source, limit))
    assert all(len(part) <= limit for part in laid)
    kept = iter(char for part in laid for char in part if char.isalnum())
    assert all(char in kept for char in source if char.isalnum())
