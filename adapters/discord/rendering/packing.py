"""Words and files as the messages that hold them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil

from adapters.chat.content.splitting import Manner, bodies, portions
from adapters.chat.content.turns import Form
from adapters.discord.rendering.inert import fence, small
from adapters.discord.rendering.markdown import content_of, spoken
from adapters.discord.rendering.names import named_apart
from adapters.discord.rendering.parts import LARGEST_FILE, MOST_CONTENT, MOST_FILES, Part, size
from adapters.text import visible
from bot.domain import Attachment
from bot.texts import say

ROOM = MOST_CONTENT - 50
"""Of a message's content: Discord does not say how it counts."""
MOST_PARTS = 5
"""Messages for one text; what would need more becomes a file."""
_BODY = 1_800
"""Of the text in one message; a name, a lead and notes mostly still fit beside it."""
_FIRST_LINES = 1_000
_MOST_TOGETHER = 24 * 1024 * 1024
"""Bytes of the files of one message."""


def _fits(content: str) -> bool:
    return size(content) <= _BODY


def _output(source: str) -> str:
    return fence(source.removesuffix("\n"))


MANNERS: dict[Form, Manner[str]] = {
    Form.MARKDOWN: Manner(build=content_of, fits=_fits, cut=portions, part=_BODY, first=_FIRST_LINES, most=MOST_PARTS),
    Form.OUTPUT: Manner(build=_output, fits=_fits, cut=bodies, part=_BODY, first=_FIRST_LINES, most=MOST_PARTS),
    Form.WORDS: Manner(build=spoken, fits=_fits, cut=bodies, part=_BODY, first=_FIRST_LINES, most=MOST_PARTS),
}
"""How each kind of text is shown."""


def packed(before: Iterable[str], bodies: Iterable[str], after: Iterable[str]) -> list[str]:
    """Return the contents of messages: each body begins one, what stands before and after joins where there is room."""
    contents: list[str] = []
    for piece in before:
        _join(contents, piece)
    for number, body in enumerate(bodies):
        if number:
            contents.append(body)
        else:
            _join(contents, body)
    for piece in after:
        _join(contents, piece)
    return contents


def _join(contents: list[str], piece: str) -> None:
    if contents and size(contents[-1]) + 1 + size(piece) <= ROOM:
        contents[-1] = "\n".join(each for each in (contents[-1], piece) if each)
    else:
        contents.append(piece)


def with_files(parts: Sequence[Part], files: Iterable[Attachment], language: str) -> tuple[Part, ...]:
    """Return messages with their files: with the last one, and with more after it where they are many.

    A file that Discord does not take is named with the reason. A message that would show nothing says so: Discord
    refuses it otherwise.
    """
    named = list(named_apart(files))
    groups = _groups(file for file in named if not _refusal(file))
    contents = [parts[-1].content]
    for file in named:
        if _refusal(file):
            _join(contents, small(_why_not(file, language)))
    shown = [*parts[:-1], replace(parts[-1], content=contents[0], files=tuple(groups[0]) if groups else ())]
    shown += [Part(content="", files=tuple(group)) for group in groups[1:]]
    shown += [Part(content=each) for each in contents[1:]]
    return tuple(_not_empty(part, language) for part in shown)


def _refusal(file: Attachment) -> str:
    """Return the sentence that says why Discord takes a file not; empty where it does."""
    if not file.data:
        return "discord_file_empty"
    return "discord_file_too_large" if len(file.data) > LARGEST_FILE else ""


def _groups(files: Iterable[Attachment]) -> list[list[Attachment]]:
    groups: list[list[Attachment]] = []
    room = 0
    for file in files:
        if not groups or len(groups[-1]) == MOST_FILES or len(file.data) > room:
            groups.append([])
            room = _MOST_TOGETHER
        groups[-1].append(file)
        room -= len(file.data)
    return groups


def _why_not(file: Attachment, language: str) -> str:
    megabytes = 1024 * 1024
    sizes = {"size": f"{ceil(10 * len(file.data) / megabytes) / 10:.1f}", "most": LARGEST_FILE // megabytes}
    return say(_refusal(file), language, name=file.name, **sizes)


def _not_empty(part: Part, language: str) -> Part:
    # What `visible` would show by number, Discord shows as nothing.
    seen = any(not each.isspace() and visible(each) == each for each in part.content)
    return part if seen or part.files else replace(part, content=small(say("chat_nothing", language)))
