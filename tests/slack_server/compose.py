"""What Slack's message box makes of what a person types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.slack_server.entities import Json

_LINK = r"https?://[^\s<>]+"
_BROADCAST = r"@(?:channel|here|everyone)\b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A typed message as it is stored."""

    text: str
    blocks: list[Json]
    mentions: frozenset[str]
    """The ids of the users that are mentioned."""


def compose(typed: str, people: Mapping[str, str], channels: Mapping[str, str]) -> Composed:
    """Turn typed text into Slack's: `@Anna` and `#general` become references, links are marked, the rest escaped.

    Args:
        typed: What was typed; `@name` counts where the name is somebody's.
        people: User ids by name.
        channels: Channel ids by name.
    """
    names = sorted(people, key=len, reverse=True)
    patterns = ["@(?:" + "|".join(map(re.escape, names)) + r")(?!\w)"] if names else []
    patterns += ["#(?:" + "|".join(map(re.escape, channels)) + r")(?![\w-])"] if channels else []
    patterns += [r"<@[UW][A-Z0-9]+>", _BROADCAST, _LINK]
    text, elements, mentions = "", [], set()
    at = 0
    for found in re.finditer("|".join(patterns), typed):
        plain, token = typed[at : found.start()], found.group()
        at = found.end()
        written, element = _token(token, people, channels)
        text += escape(plain) + written
        elements += ([{"type": "text", "text": plain}] if plain else []) + [element]
        if "user_id" in element:
            mentions.add(str(element["user_id"]))
    rest = typed[at:]
    text += escape(rest)
    elements += [{"type": "text", "text": rest}] if rest else []
    section = {"type": "rich_text_section", "elements": elements}
    blocks: list[Json] = [{"type": "rich_text", "block_id": "typed", "elements": [section]}] if elements else []
    return Composed(text=text, blocks=blocks, mentions=frozenset(mentions))


def escape(text: str) -> str:
    """Escape the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _token(token: str, people: Mapping[str, str], channels: Mapping[str, str]) -> tuple[str, Json]:
    if token.startswith("<@"):
        return token, {"type": "user", "user_id": token[2:-1]}
    if token[0] == "@" and token[1:] in people:
        return f"<@{people[token[1:]]}>", {"type": "user", "user_id": people[token[1:]]}
    if token[0] == "@":
        return f"<!{token[1:]}>", {"type": "broadcast", "range": token[1:]}
    if token[0] == "#":
        return f"<#{channels[token[1:]]}|{token[1:]}>", {"type": "channel", "channel_id": channels[token[1:]]}
    return f"<{token.replace('&', '&amp;')}>", {"type": "link", "url": token}
