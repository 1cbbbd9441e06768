"""A Slack thread that was seen on the wire as a picture, the same each time it is made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from tests.pictures import kept
from tests.pictures.blocks import Json, Shown
from tests.pictures.drawing import drawing

_DATE = re.compile(r"<!date\^(\d+)\^")


def picture(title: str, messages: Sequence[Json]) -> str:
    """Return messages, as the wire-level Slack shows them, as SVG; its times are days after a fixed one."""
    return drawing(title, map(_shown, messages))


def later(before: Sequence[Json], between: str, after: Sequence[Json]) -> list[Json]:
    """Return what a thread showed before and, of what it showed after something, what is new or changed."""
    said: Json = {"author": "", "text": f"[ {between} ]", "blocks": [], "ts": "", "buttons": [], "reactions": []}
    return kept.later(before, said, after, face=_face)


def steady(messages: Iterable[Json]) -> list[Json]:
    """Return messages with times that are the same whenever they were written: whole days after a fixed one."""
    again: list[Json] = json.loads(kept.steady(json.dumps([*messages]), _DATE, "<!date^{}^"))
    return again


def _face(message: Json) -> str:
    return json.dumps([message["ts"], message["text"], message["buttons"], message["reactions"]])


def _shown(message: Json) -> Shown:
    # What people typed names others by their ids; its text names them.
    typed = any(block.get("block_id") == "typed" for block in message["blocks"])
    return Shown(name=message["author"], text=message["text"], blocks=() if typed else message["blocks"])
