from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.saving import LONGEST, files_of, safe_name, save
from bot.domain import Attachment, PostKind
from bot.errors import ThreadfastError
from tests.unit.terminal.made import post, said, turn


def file(name: str, data: bytes = b"data") -> Attachment:
    return Attachment(name=name, media_type="text/plain", data=data)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("plan.txt", "plan.txt"),
        ("计划 1.txt", "计划 1.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a.txt", "a.txt"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\n\x1b[31m.txt", "a_b__[31m.txt"),
        ("\u202efdp.exe", "_fdp.exe"),
        ("what?.txt.", "what_.txt"),
        ("out/", "out"),
    ],
    ids=repr,
)
def test_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text())
def test_any_name_becomes_one_that_stays_in_its_folder(name: str) -> None:
    safe = safe_name(name)

    assert Path(safe).name == safe
    assert safe not in ("", ".", "..")
    assert safe[0] not in ".-"
    assert len(safe.encode()) <= LONGEST
    assert safe.isprintable()


def test_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    (tmp_path / "elsewhere").symlink_to(tmp_path / "nothing")

    saved = save([file("a.txt"), file("a.txt", b"second"), file("elsewhere")], tmp_path)

    assert [path.name for path in saved] == ["a-2.txt", "a-3.txt", "elsewhere-2"]
    assert (tmp_path / "a.txt").read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


def test_folder_is_made_where_it_is_missing(tmp_path: Path) -> None:
    [saved] = save([file("a.bin", b"\x00\xff")], tmp_path / "x" / "y")

    assert saved.read_bytes() == b"\x00\xff"


def test_full_disk_is_a_sentence_and_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(ThreadfastError, match=r"cannot be saved in .*1 were saved before"):
            save([file("a"), file("b", b"x" * 2000)], tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_files_of_folded_turns_are_among_a_runs_files() -> None:
    inner = turn("ran", files=(file("inner"),))
    outer = post(PostKind.TURN, turn=turn("all", folded=(inner,), files=(file("outer"),)))

    assert [each.name for each in files_of([said("words"), outer, post(PostKind.NOTICE)])] == ["inner", "outer"]
    assert replace(outer, turn=None).turn is None
