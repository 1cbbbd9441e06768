"""A Discord thread that was seen on the wire as a picture, the same each time it is made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tests.discord_server import Seen, Shown, World, rendering
from tests.discord_server.components import BUTTON, ROW, label_of
from tests.pictures import kept
from tests.pictures.discord_drawing import Message, drawing

_TIME = re.compile(r"<t:(\d+):f>")
_EMOJI = re.compile(r"/emojis/(\d+)\.")


def picture(title: str, messages: Iterable[Message]) -> str:
    """Return messages as SVG; its times are days after a fixed one."""
    drawn = [*messages]
    contents = json.loads(kept.steady(json.dumps([one.content for one in drawn]), _TIME, "<t:{}:f>"))
    return drawing(title, (replace(one, content=_dated(said)) for one, said in zip(drawn, contents, strict=True)))


def thread(world: World, seen: Seen) -> list[Message]:
    """Return what a person sees of a thread, to be drawn."""
    return [_message(world, shown) for shown in seen if not shown.ephemeral]


def later(before: Sequence[Message], between: str, after: Sequence[Message]) -> list[Message]:
    """Return what a thread showed before and, of what it showed after something, what is new or changed."""
    return kept.later(before, Message(key="", name="", content=between), after, face=lambda one: one)


def _message(world: World, shown: Shown) -> Message:
    message = shown.message
    # A thread begins with the message that it was made of.
    told = message.referenced if message.type == 21 and message.referenced is not None else message
    times: list[str] = []

    def aside(found: re.Match[str]) -> str:
        times.append(found[0])
        return f"\x00{len(times) - 1}\x00"

    named = rendering.markdown(_TIME.sub(aside, told.content), world)
    return Message(
        key=str(shown.id),
        name=shown.author,
        content=re.sub(r"\x00(\d+)\x00", lambda found: times[int(found[1])], named),
        app=shown.app,
        picture=_picture(world, message.author.avatar_url or ""),
        rows=tuple(_rows(message.components)),
    )


def _picture(world: World, address: str) -> bytes:
    found = _EMOJI.search(address)
    return world.app.emojis[int(found[1])].content if found else b""


def _rows(components: list[dict[str, object]]) -> Iterator[tuple[tuple[str, int], ...]]:
    for row in components:
        inside = row.get("components")
        if row["type"] == ROW and isinstance(inside, list):
            yield tuple((label_of(one), int(one.get("style", 2))) for one in inside if one["type"] == BUTTON)


def _dated(content: str) -> str:
    def said(found: re.Match[str]) -> str:
        return f"{datetime.fromtimestamp(int(found[1]), UTC):%-d %B %Y %H:%M}"

    return _TIME.sub(said, content)
