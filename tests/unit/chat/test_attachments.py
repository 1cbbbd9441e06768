from __future__ import annotations

import asyncio

import pytest

from adapters.chat.files import attachments
from adapters.chat.files.attachments import NotReadError, Share, SharedFile, clean_name, kind_of, read_files
from bot.errors import ThreadGoneError


def file(name: str, *, size: int = 1, mode: str = "") -> SharedFile:
    return SharedFile(id=name, name=name, size=size, mode=mode)


async def fetched(file: SharedFile, share: Share) -> tuple[str, bytes]:
    data = b"x" * 100
    share.hold(len(data))
    return "text/plain", data


async def test_files_are_read_side_by_side_and_kept_in_order() -> None:
    both = asyncio.Barrier(2)

    async def fetch(file: SharedFile, share: Share) -> tuple[str, bytes]:
        await both.wait()
        return "image/png", b"data"

    read, unread = await read_files([file("a.png"), file("b.png")], fetch)

    assert [(one.name, one.media_type) for one in read] == [("a.png", "image/png"), ("b.png", "image/png")]
    assert unread == []


@pytest.mark.parametrize(
    ("error", "text_id"),
    [
        (NotReadError("chat_file_no_access"), "chat_file_no_access"),
        (ConnectionResetError(), "chat_file_failed"),
        (TimeoutError(), "chat_file_failed"),
    ],
    ids=["refused", "dropped", "late"],
)
async def test_file_that_cannot_be_had_is_named_and_leaves_its_room_to_others(
    error: Exception, text_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES_TOGETHER", 150)

    async def fetch(file: SharedFile, share: Share) -> tuple[str, bytes]:
        if file.name == "a.txt":
            raise error
        await asyncio.sleep(0.01)
        return await fetched(file, share)

    read, unread = await read_files([file("a.txt", size=60), file("b.txt")], fetch)

    assert [one.name for one in read] == ["b.txt"]
    assert [(one.name, one.text_id) for one in unread] == [("a.txt", text_id)]


async def test_what_its_platform_calls_missing_is_never_fetched_and_takes_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES_TOGETHER", 150)
    files = [file("a.txt", size=1000, mode="gone"), file("b.txt", size=100)]

    read, unread = await read_files(files, fetched, missing=lambda one: "chat_file_gone" if one.mode else "")

    assert [one.name for one in read] == ["b.txt"]
    assert [(one.name, one.text_id) for one in unread] == [("a.txt", "chat_file_gone")]


async def test_which_of_too_many_files_are_read_is_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_FILES", 2)

    read, unread = await read_files([file("a"), file("b"), file("c")], fetched)

    assert [one.name for one in read] == ["a", "b"]
    assert [(one.name, one.text_id) for one in unread] == [("c", "chat_file_too_many")]


async def test_workspace_that_the_bot_has_left_fails_all_of_them() -> None:
    async def fetch(file: SharedFile, share: Share) -> tuple[str, bytes]:
        raise ThreadGoneError("out", text_id="thread_gone")

    with pytest.raises(ThreadGoneError):
        await read_files([file("a")], fetch)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\\b\\c.txt", "c.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\0b\n.txt", "ab.txt"),
        ("", "file"),
        ("..", "file"),
        ("x" * 200 + ".py", "x" * 77 + ".py"),
        ("e\u0301.txt", "é.txt"),
        ("```sh rm -rf data```.md", "'''sh rm -rf data'''.md"),
    ],
)
def test_names_lose_folders_and_what_cannot_be_seen(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("media_type", "data", "kind"),
    [
        ("application/javascript", b"let a", "text/plain"),
        ("text/x-python; charset=utf-8", b"x", "text/x-python"),
        ("image/svg+xml", b"<svg/>", "image/svg+xml"),
        ("", b"\0\1", "application/octet-stream"),
        ("application/pdf", b"%PDF\xff", "application/pdf"),
    ],
)
def test_whatever_reads_as_text_is_text(media_type: str, data: bytes, kind: str) -> None:
    assert kind_of(media_type, data) == kind
