from __future__ import annotations

import pytest

from agents.content import SHORT_CHARS, SHOWN_CHARS, Quoting, content_of, longer_texts, to_quote
from bot.domain import Attachment

TABLE = Attachment(name="table.csv", media_type="text/csv", data=b"a,b\n" * 2000)
NOTE = Attachment(name="note.txt", media_type="text/plain", data=b"Mind the cat.")
PICTURE = Attachment(name="map.png", media_type="image/png", data=b"\x89PNG")


def told(*files: Attachment, quoting: Quoting) -> str:
    return str(content_of("look", files, sees_images=False, quoting=quoting))


def test_file_that_is_too_long_is_begun_and_code_is_told_where_it_is() -> None:
    said = told(TABLE, quoting=Quoting(places=(), code=True))

    head = "\n".join(["> a,b"] * (SHOWN_CHARS // 4))
    assert said == (
        "look\n\nFile table.csv (text/csv, 8000 bytes) is attached; it is too long to be shown here whole. "
        f"Read it with code: it lies in the work folder as 'table.csv'. It begins with:\n{head}"
    )


def test_code_is_told_the_name_that_the_file_really_has_there() -> None:
    said = told(TABLE, TABLE, quoting=Quoting(places=(), code=True))

    assert "as 'table.csv'. " in said
    assert "as 'table (2).csv'. " in said


def test_team_without_code_is_told_that_nobody_can_read_it() -> None:
    said = told(TABLE, quoting=Quoting(places=()))

    assert "work folder" not in said
    assert "Nobody of this team runs code that could read it; ask for the part that matters." in said


def test_what_is_chosen_is_quoted_however_long_it_is_and_other_files_are_named_as_ever() -> None:
    said = told(PICTURE, TABLE, NOTE, quoting=Quoting(places={1}))

    assert said.count("> a,b") == 2000
    assert "File map.png (image/png, 4 bytes) is attached; its content is not shown here." in said
    assert "too long to be shown here whole" in said.partition("File note.txt")[2]


def test_fence_at_the_beginning_of_a_long_file_is_no_code() -> None:
    fenced = Attachment(name="a.md", media_type="text/markdown", data=b"```python\nprint(1)\n```\n" * 500)

    assert "\n```" not in told(fenced, quoting=Quoting(places=()))


@pytest.mark.parametrize(
    ("room", "code", "chosen"),
    [(None, False, [0, 2]), (20_000, True, [0, 2]), (7000, True, [2]), (6000, False, [2]), (9000, False, [0, 2])],
)
def test_files_take_a_share_of_what_the_models_take_less_where_code_can_read_them(
    room: float | None, code: bool, chosen: list[int]
) -> None:
    assert to_quote([TABLE, PICTURE, NOTE], room, code=code) == chosen


def test_long_files_alone_make_a_decision() -> None:
    half = Attachment(name="half.txt", media_type="text/plain", data=b"x" * (SHORT_CHARS // 2))

    assert not longer_texts([NOTE, PICTURE, half, half][:3])
    assert longer_texts([half, half, NOTE])
