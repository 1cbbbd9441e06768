"""What pictures of all platforms share: where they are kept, what they say, and times that do not change."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DAY = 86400
BEGAN = int(datetime(2026, 1, 5, 9, 0, tzinfo=UTC).timestamp())
_TEXT = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")

T = TypeVar("T")


def steady(text: str, moments: re.Pattern[str], written: str) -> str:
    """Return a text whose times are the same whenever it was written: whole days after a fixed one.

    Args:
        text: The text.
        moments: What a time looks like; its first group is the Unix time.
        written: How a time is written, with `{}` for it.
    """
    first = min((int(moment) for moment in moments.findall(text)), default=0)

    def moved(found: re.Match[str]) -> str:
        return written.format(BEGAN + round((int(found[1]) - first) / DAY) * DAY)

    return moments.sub(moved, text)


def later(before: Sequence[T], between: T, after: Sequence[T], *, face: Callable[[T], object]) -> list[T]:
    """Return what a thread showed before, what happened, and of what it showed after that, what is new or changed."""
    known = [face(one) for one in before]
    return [*before, between, *(one for one in after if face(one) not in known)]


def kept_picture(name: str, made: str) -> str:
    """Return a picture of the documentation, which is the one just made where the environment asks for new ones."""
    kept = FOLDER / f"{name}.svg"
    if os.environ.get("KEEP_PICTURES"):
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(made, "utf-8")
    return kept.read_text("utf-8")


def words(svg: str) -> list[str]:
    """Return the lines of a picture, without how they are drawn."""
    lines = (html.unescape(_TAG.sub("", line)).replace("\xa0", " ").strip() for line in _TEXT.findall(svg))
    return [line for line in lines if line]
