from __future__ import annotations

import pytest

from agents.content import INLINE_CHARS, inputs_of, text_of
from agents.teams.opening import content_of, spoken
from bot.domain import Attachment, Opening


def opening(*files: Attachment, text: str = "read") -> Opening:
    return Opening(text=text, attachments=files)


def file(name: str, media_type: str, data: bytes) -> Attachment:
    return Attachment(name=name, media_type=media_type, data=data)


def test_words_without_files_are_the_message() -> None:
    assert content_of(opening(), sees_images=True) == "read"


@pytest.mark.parametrize("media_type", ["text/csv; charset=utf-8", "application/json", "application/ld+json"])
def test_text_file_is_quoted_under_its_name(media_type: str) -> None:
    said = content_of(opening(file("a.txt", media_type, "一\n\n二".encode())), sees_images=False)

    assert said == "read\n\nFile a.txt:\n> 一\n>\n> 二"


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("application/pdf", b"%PDF"),
        ("text/plain", b"\xff\xfe\xfa"),
        ("text/plain", b"x" * (INLINE_CHARS + 1)),
        ("image/png", b"\x89PNG"),
    ],
)
def test_other_files_are_named_with_their_size(media_type: str, data: bytes) -> None:
    said = content_of(opening(file("a", media_type, data)), sees_images=False)

    assert said == f"read\n\nFile a ({media_type}, {len(data)} bytes) is attached; its content is not shown here."


def test_image_alone_still_has_a_text_part() -> None:
    parts = content_of(opening(file("a.png", "image/png", b"x"), text=""), sees_images=True)

    assert isinstance(parts, list)
    assert [part["type"] for part in parts] == ["text", "image_url"]


@pytest.mark.parametrize(
    ("name", "placed"),
    [
        ("data.csv", "data.csv"),
        ("out/data.csv", "out/data.csv"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\x\\table.xls", "table.xls"),
        ("..", "file"),
        ("", "file"),
        ("a\nb\u202ec.txt", "abc.txt"),
        ("step-001.py", "attached-step-001.py"),
        ("n" * 300 + ".csv", "n" * 186 + ".csv"),
        ("质" * 80 + ".csv", "质" * 62 + ".csv"),
    ],
)
def test_code_gets_every_file_by_a_plain_name(name: str, placed: str) -> None:
    assert list(inputs_of([file(name, "text/csv", b"1")])) == [placed]


def test_files_of_one_name_in_one_message_are_all_there() -> None:
    inputs = inputs_of([file("image.png", "image/png", bytes([number])) for number in range(3)])

    assert inputs == {"image.png": b"\0", "image (2).png": b"\1", "image (3).png": b"\2"}


def test_text_of_parts_is_their_text() -> None:
    assert text_of([{"type": "text", "text": "a"}, {"type": "image_url"}, "b"]) == "a"
    assert text_of(None) == ""


def test_exit_and_empty_messages_are_not_told_to_the_next_run() -> None:
    history = [
        {"role": "user", "name": "Ada", "content": "go"},
        {"role": "assistant", "name": "a", "content": "exit"},
        {"role": "user", "name": "Ada", "content": " Exit "},
        {"role": "assistant", "name": "a", "content": ""},
    ]

    assert spoken(history) == history[:2]
