"""Takes files out of a work folder that hostile code has arranged.

Only regular files are read, through directory descriptors, never following a link, so that no name can lead elsewhere.
"""

from __future__ import annotations

import mimetypes
import os
import stat
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from agents.sandbox.limits import Limits, in_words
from bot.domain import Attachment

DEEPEST = 8
NAME_LENGTH = 80
_TYPES = mimetypes.MimeTypes()
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True, kw_only=True)
class Harvest:
    """What was found, in order of path."""

    files: list[Attachment] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def collect(folder: int, limits: Limits, known: Mapping[str, bytes], own: Collection[str] = ()) -> Harvest:
    """Read the new and changed files of an open folder, within the limits.

    Args:
        folder: An open directory.
        limits: Their `files`, `files_bytes` and `work_files` count.
        known: What was put there before the code ran; unchanged files are not news.
        own: Names of our own scripts there, which the code cannot change.
    """
    harvest = Harvest()
    left = limits.files_bytes
    for path, found in _walk(folder, "", 0, limits.work_files):
        if isinstance(found, str):
            harvest.skipped.append((shown(path), why_skipped(found, limits)))
            continue
        with os.fdopen(found, "rb", buffering=0):
            size = os.fstat(found).st_size
            if path in own or _unchanged(found, size, known.get(path)):
                continue
            if len(harvest.files) >= limits.files:
                harvest.skipped.append((shown(path), why_skipped("many", limits)))
            elif size > left:
                harvest.skipped.append((shown(path), why_skipped("large", limits, size)))
            else:
                data = _read(found, size)
                left -= len(data)
                harvest.files.append(attachment(path, data, harvest.files))
    return harvest


def _unchanged(file: int, size: int, before: bytes | None) -> bool:
    if before is None or size != len(before):
        return False
    same = _read(file, size) == before
    os.lseek(file, 0, os.SEEK_SET)
    return same


def why_skipped(kind: str, limits: Limits, size: int = 0) -> str:
    """Say why a file was left behind; what the system itself says is said as it is."""
    return {
        "many": f"more than {limits.files} files",
        "large": f"{in_words(size)}, more than what is left of {in_words(limits.files_bytes)}",
        "link": "a symbolic link",
        "irregular": "not a regular file",
        "deep": f"folders more than {DEEPEST} deep",
        "entries": f"more than {limits.work_files} entries",
        "unreadable": "cannot be opened",
    }.get(kind, kind)


def _walk(folder: int, prefix: str, depth: int, most: int) -> Iterator[tuple[str, int | str]]:
    """Give each entry's path with its open descriptor, which the caller closes, or why it is skipped."""
    names = sorted(os.listdir(folder))
    for name in names[:most]:
        path = prefix + name
        try:
            entry = os.open(name, _OPEN, dir_fd=folder)
        except OSError as error:
            yield path, _refusal(folder, name, error)
            continue
        mode = os.fstat(entry).st_mode
        if stat.S_ISREG(mode):
            yield path, entry
            continue
        try:
            if not stat.S_ISDIR(mode):
                yield path, "irregular"
            elif depth >= DEEPEST:
                yield path, "deep"
            else:
                yield from _walk(entry, path + "/", depth + 1, most)
        finally:
            os.close(entry)
    if len(names) > most:
        yield prefix or ".", "entries"


def _refusal(folder: int, name: str, error: OSError) -> str:
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        return error.strerror or "unreadable"
    if stat.S_ISLNK(mode):
        return "link"
    return (error.strerror or "unreadable") if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "irregular"


def _read(file: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (piece := os.read(file, min(1 << 20, size - len(data)))):
        data += piece
    return bytes(data)


def attachment(path: str, data: bytes, before: list[Attachment]) -> Attachment:
    """Return a file that code wrote, under a name that is safe to show and differs from those before it."""
    name = shown(path)
    taken = {file.name for file in before}
    count = 2
    while name in taken:
        stem, dot, ending = shown(path).rpartition(".")
        name = f"{stem or ending} ({count}){dot + ending if stem else ''}"
        count += 1
    return Attachment(name=name, media_type=media_type(name, data), data=data)


def shown(path: str) -> str:
    """Return a path that is safe to show: composed, without control or invisible characters, at most 80 long.

    The ending survives the cut, because it says what the file is.
    """
    clear = os.fsencode(path).decode("utf-8", errors="replace")
    kept = "".join(c for c in unicodedata.normalize("NFC", clear) if unicodedata.category(c)[0] != "C")
    kept = " ".join(kept.split()) or "file"
    if len(kept) <= NAME_LENGTH:
        return kept
    ending = kept[kept.rfind(".") :] if 0 < len(kept) - kept.rfind(".") <= 12 and "." in kept else ""
    return f"{kept[: NAME_LENGTH - len(ending) - 1]}…{ending}"


def media_type(name: str, data: bytes) -> str:
    """Guess from the name, then from whether it is text."""
    guess, encoding = _TYPES.guess_type(name.rsplit("/", 1)[-1])
    if guess and not encoding:
        return guess
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if b"\0" in data else "text/plain"
