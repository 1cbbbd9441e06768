"""A thread that was seen on the wire as a picture, the same each time it is made."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.pictures.blocks import Json, Shown
from tests.pictures.drawing import drawing

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
DAY = 86400
BEGAN = int(datetime(2026, 1, 5, 9, 0, tzinfo=UTC).timestamp())
_DATE = re.compile(r"<!date\^(\d+)\^")
_TEXT = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)


def picture(title: str, messages: Sequence[Json]) -> str:
    """Return messages, as the wire-level Slack shows them, as SVG; its times are days after a fixed one."""
    return drawing(title, map(_shown, messages))


def later(before: Sequence[Json], between: str, after: Sequence[Json]) -> list[Json]:
    """Return what a thread showed before and, of what it showed after something, what is new or changed."""
    known = [_face(one) for one in before]
    said = {"author": "", "text": f"[ {between} ]", "blocks": []}
    return [*before, said, *(one for one in after if _face(one) not in known)]


def steady(messages: Iterable[Json]) -> list[Json]:
    """Return messages with times that are the same whenever they were written: whole days after a fixed one."""
    written = json.dumps([*messages])
    moments = [int(moment) for moment in _DATE.findall(written)]
    first = min(moments, default=0)

    def moved(found: re.Match[str]) -> str:
        return f"<!date^{BEGAN + round((int(found[1]) - first) / DAY) * DAY}^"

    again: list[Json] = json.loads(_DATE.sub(moved, written))
    return again


def words(svg: str) -> list[str]:
    """Return the lines of a picture, without how they are drawn."""
    lines = (html.unescape(line).replace("\xa0", " ").strip() for line in _TEXT.findall(svg))
    return [line for line in lines if line]


def kept_picture(name: str, made: str) -> str:
    """Return a picture of the documentation, which is the one just made where the environment asks for new ones."""
    kept = FOLDER / f"{name}.svg"
    if os.environ.get("KEEP_PICTURES"):
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(made, "utf-8")
    return kept.read_text("utf-8")


def _face(message: Json) -> str:
    return json.dumps([message["ts"], message["text"], message["buttons"], message["reactions"]])


def _shown(message: Json) -> Shown:
    # What people typed names others by their ids; its text names them.
    typed = any(block.get("block_id") == "typed" for block in message["blocks"])
    return Shown(name=message["author"], text=message["text"], blocks=() if typed else message["blocks"])
