from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.sandbox.collect import Harvest, collect, media_type, shown
from agents.sandbox.limits import Limits, in_words


def harvest(folder: Path, limits: Limits | None = None, **known: bytes) -> Harvest:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return collect(number, limits or Limits(), known, {"step-000.py"})
    finally:
        os.close(number)


def test_new_and_changed_files_are_taken_and_unchanged_ones_are_not(tmp_path: Path) -> None:
    for name, text in {"new": "1", "changed": "2", "same": "3", "step-000.py": "4"}.items():
        (tmp_path / name).write_text(text)

    found = harvest(tmp_path, changed=b"0", same=b"3")

    assert [(file.name, file.data) for file in found.files] == [("changed", b"2"), ("new", b"1")]


def test_file_in_a_folder_is_named_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.txt").write_text("x")

    assert [file.name for file in harvest(tmp_path).files] == ["a/b/c.txt"]


def test_links_pipes_and_sockets_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("host")
    box = tmp_path / "box"
    box.mkdir()
    (box / "link").symlink_to(secret)
    (box / "folder").symlink_to(tmp_path)
    os.mkfifo(box / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(box / "socket"))

        found = harvest(box)

    assert found.files == []
    assert dict(found.skipped) == {
        "link": "a symbolic link",
        "folder": "a symbolic link",
        "pipe": "not a regular file",
        "socket": "not a regular file",
    }


def test_files_above_the_limits_are_named_not_taken(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 60)
    (tmp_path / "b").write_bytes(b"x" * 60)
    with (tmp_path / "c").open("wb") as sparse:
        sparse.truncate(1 << 40)

    found = harvest(tmp_path, Limits(files_bytes=100))

    assert [file.name for file in found.files] == ["a"]
    assert dict(found.skipped)["b"] == "60 bytes, more than what is left of 100 bytes"
    assert "c" in dict(found.skipped)


def test_too_many_files_are_counted(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}").touch()

    found = harvest(tmp_path, Limits(files=3))

    assert len(found.files) == 3
    assert found.skipped == [("3", "more than 3 files"), ("4", "more than 3 files")]


def test_folders_end_at_a_depth(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*"abcdefghij")
    deep.mkdir(parents=True)
    (deep / "x").touch()

    found = harvest(tmp_path)

    assert found.files == []
    assert found.skipped == [("a/b/c/d/e/f/g/h/i", "folders more than 8 deep")]


def test_entries_beyond_the_limit_are_said(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}").touch()

    assert (".", "more than 2 entries") in harvest(tmp_path, Limits(work_files=2)).skipped


def test_name_that_is_not_utf8_is_shown_with_a_mark(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text("x")

    assert [file.name for file in harvest(tmp_path).files] == ["\ufffd.txt"]


def test_names_that_look_the_same_are_told_apart(tmp_path: Path) -> None:
    for name in ("a.txt", "a\u200b.txt", "a\u202e.txt"):
        (tmp_path / name).write_text("x")

    assert [file.name for file in harvest(tmp_path).files] == ["a.txt", "a (2).txt", "a (3).txt"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("../etc/passwd", "../etc/passwd"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\nb\tc.txt", "abc.txt"),
        ("\u200b", "file"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("质数.png", "质数.png"),
    ],
)
def test_names_are_shown_without_tricks(path: str, expected: str) -> None:
    assert shown(path) == expected


def test_long_name_keeps_its_ending() -> None:
    assert shown("x" * 300 + ".png").endswith("….png")


@given(st.binary(min_size=1, max_size=300))
def test_any_name_is_short_and_printable(name: bytes) -> None:
    text = shown(os.fsdecode(name))

    assert 0 < len(text) <= 80
    assert text.isprintable()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.png", b"\x89PNG", "image/png"),
        ("d/a.csv", b"1,2", "text/csv"),
        ("noending", b"text", "text/plain"),
        ("noending", b"\xff\xfe", "application/octet-stream"),
        ("noending", b"a\0b", "application/octet-stream"),
        ("a.tar.gz", b"\x1f\x8b", "application/octet-stream"),
    ],
)
def test_media_type_is_guessed_from_name_then_content(name: str, data: bytes, expected: str) -> None:
    assert media_type(name, data) == expected


def test_limit_that_is_not_positive_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'wall' must be above 0, not 0"):
        Limits(wall=0)


def test_sizes_are_said_in_words() -> None:
    assert [in_words(size) for size in (5, 2048, 1 << 20, 3 << 29)] == ["5 bytes", "2 KiB", "1 MiB", "1.5 GiB"]
