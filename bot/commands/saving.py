"""Saves the files of a run's turns: under safe names, and never over what is there."""

from __future__ import annotations

import errno
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bot.errors import ThreadfastError

if TYPE_CHECKING:
    from bot.domain import Attachment, Post, Turn

LONGEST = 200
"""Bytes of a name, so that a number fits behind it in what file systems allow."""
NAMELESS = "file"
_REFUSED = frozenset('/\\:*?"<>|')
"""What some file system or shell takes for something else."""


def files_of(posts: Iterable[Post]) -> list[Attachment]:
    """Return the files that the posts' turns show, in their order."""
    return [file for post in posts if post.turn is not None for file in _of(post.turn)]


def _of(turn: Turn) -> Iterator[Attachment]:
    for inner in turn.folded:
        yield from _of(inner)
    yield from turn.files


def safe_name(name: str) -> str:
    """Return a name that leads nowhere, hides nothing and can be typed."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rstrip("/").rpartition("/")[2])
    kept = "".join("_" if letter in _REFUSED or not letter.isprintable() else letter for letter in last)
    # A name that begins with a dot is hidden, one that begins with a dash is read as an option.
    kept = kept.strip().lstrip(".-").rstrip(". ") or NAMELESS
    stem, suffix = Path(kept).stem, Path(kept).suffix.encode()[:20].decode(errors="ignore")
    return stem.encode()[: LONGEST - len(suffix.encode())].decode(errors="ignore") + suffix


def save(files: Iterable[Attachment], folder: Path) -> list[Path]:
    """Write the files into a folder, which is made where it is missing; a name that is taken gets a number.

    Raises:
        ThreadfastError: The folder or a file cannot be written; what was written before stays.
    """
    saved = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            saved.append(_write(file.data, folder, safe_name(file.name)))  # noqa: PERF401 - counted if one fails
    except OSError as error:
        raise ThreadfastError(_refusal(error, folder, saved)) from error
    return saved


def _write(data: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    for number in count(2):
        try:
            # Mode x refuses what is there, also a link that leads elsewhere.
            with path.open("xb") as file:
                _fill(file, data, path)
        except FileExistsError:
            path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        else:
            break
    return path


def _fill(file: BinaryIO, data: bytes, path: Path) -> None:
    try:
        file.write(data)
        file.flush()
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _refusal(error: OSError, folder: Path, saved: list[Path]) -> str:
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        why = "it, or a part of its path, is a file; name a folder"
    elif error.errno == errno.ENOSPC:
        why = "the disk is full; make room and repeat it"
    else:
        why = f"{error.strerror or error}; name a folder that you may write to"
    before = f" {len(saved)} were saved before." if saved else ""
    return f"The files cannot be saved in {folder}: {why}.{before}"
