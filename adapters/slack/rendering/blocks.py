"""The few kinds of blocks that we send, and how large they are. Pure.

Nothing here makes an element that pings, links or loads a picture: those kinds are never built.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from adapters.chat.content import lines
from adapters.chat.content.addresses import address, may_hold_address, with_addresses
from adapters.chat.content.names import one_line
from adapters.text import harmless
from bot.domain import Json

MOST_BLOCKS = 45
"""In one message; Slack takes 50, and a card's own rows need some."""
MOST_ROOM = 12_000
"""Of one message's blocks as JSON. Slack documents no limit; it was seen to refuse from about 13,200 on."""

_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_COLOURED = frozenset(
    {"python", "javascript", "typescript", "json", "java", "kotlin", "swift", "go", "rust", "ruby", "php", "c", "cpp"}
    | {"csharp", "sql", "yaml", "xml", "html", "css", "shell", "diff"}
)
_ALSO = {"py": "python", "js": "javascript", "ts": "typescript", "sh": "shell", "bash": "shell", "yml": "yaml"}


def room(blocks: Sequence[Json]) -> int:
    """Return how much of a message's room the blocks take; a table's cells have a room of their own."""
    counted = [block for block in blocks if block["type"] != "table"]
    # Without the list's own brackets and commas.
    return len(_AS_JSON.encode(counted)) - len(counted) - 1 if counted else 0


def fits(blocks: Sequence[Json]) -> bool:
    """Whether one message takes these blocks."""
    return len(blocks) <= MOST_BLOCKS and room(blocks) <= MOST_ROOM


def text(words: str, **style: bool) -> Json:
    """Return a piece of rich text, exactly these characters (never none: Slack refuses that)."""
    element: Json = {"type": "text", "text": words or " "}
    return {**element, "style": style} if style else element


def prose(words: str, **style: bool) -> list[Json]:
    """Return words as rich text, what steers shown by number and addresses as code."""
    shown = harmless(words)
    if shown and not may_hold_address(shown):
        return [text(shown, **style)]
    pieces = with_addresses(shown)
    return [text(address(piece), **style, code=True) if is_one else text(piece, **style) for piece, is_one in pieces]


def spoken(words: str) -> list[Json]:
    """Return a sentence of the catalogue as rich text: only its backticks are markup, whatever facts stand in it."""
    elements: list[Json] = []
    for piece in lines.spoken(words):
        elements += [text(harmless(piece.text), code=True)] if piece.kind == "code" else prose(piece.text)
    return elements or [text("")]


def joined(elements: Sequence[Json]) -> list[Json]:
    """Join neighbouring pieces of rich text that have the same style."""
    whole: list[Json] = []
    style: object = None
    for each in elements:
        same = each.get("style")
        if whole and same == style:
            whole[-1]["text"] += each["text"]
        else:
            whole.append({**each})
            style = same
    return whole


def section(elements: Sequence[Json]) -> Json:
    """Return one line or paragraph of rich text."""
    return {"type": "rich_text_section", "elements": joined(elements) or [text("")]}


def preformatted(code: str, language: str = "", *, border: bool = False) -> Json:
    """Return code, exactly these characters."""
    element: Json = {"type": "rich_text_preformatted", "elements": [text(code)]}
    named = _ALSO.get(language.lower(), language.lower())
    # What Slack has no colours for, it might refuse by name.
    if named in _COLOURED:
        element["language"] = named
    return {**element, "border": 1} if border else element


def rich(elements: Sequence[Json]) -> Json:
    """Return a block of rich text."""
    return {"type": "rich_text", "elements": list(elements)}


def words(sentence: str) -> list[Json]:
    """Return the bot's own words as blocks: for notices and for answers that one person alone sees."""
    return [rich([section(spoken(piece))]) for piece in sentence.split("\n\n") if piece.strip()] or [
        rich([section([text("")])])
    ]


def plain(label: str, limit: int) -> Json:
    """Return a label, which Slack shows as it is: for buttons, options and headings."""
    return {"type": "plain_text", "text": one_line(label, limit) or "-", "emoji": False}


def small(line: str) -> Json:
    """Return a small grey line that holds no markup."""
    return {"type": "context", "elements": [{"type": "plain_text", "text": line or "-", "emoji": False}]}


def dated(sentence: str, at: datetime) -> Json:
    """Return a small grey line whose `{when}` is shown in each reader's own time; the rest is ours or inert already."""
    stamp = f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
    said = {"type": "mrkdwn", "text": sentence.replace("{when}", stamp), "verbatim": True}
    return {"type": "context", "elements": [said]}


def words_in(blocks: Sequence[Json]) -> str:
    """Return every text that blocks show, in order: what a notification says."""
    said: list[str] = []
    _gather(blocks, said)
    return "".join(said)


def _gather(values: Iterable[object], said: list[str]) -> None:
    for value in values:
        if isinstance(value, dict):
            if value.get("type") in _LINES:
                said.append("\n")
            if isinstance(shown := value.get("text"), str):
                said.append(shown)
            _gather(value.values(), said)
        elif isinstance(value, list):
            _gather(value, said)


_LINES = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote", "raw_text", "context"})
