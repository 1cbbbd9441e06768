"""Blocks and mrkdwn as the text that a person reads."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from tests.slack_server.entities import Json

Names = Callable[[str], str]
"""What people see for a user, channel or group id."""
_REFERENCE = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_PING = re.compile(r"<(!(?:channel|here|everyone)|!subteam\^[A-Z0-9]+|@[UW][A-Z0-9]+)(?:\|[^>]*)?>")
_BARE = re.compile(r"(?<![<|\w])https?://[^\s<>|]+")
_LINK = re.compile(r"<((?:https?://|mailto:)[^|>]+)(?:\|([^>]*))?>")
_MARKDOWN_LINK = re.compile(r"\[([^\]]*)\]\((https?://[^)\s]+)[^)]*\)")


def mrkdwn(text: str, names: Names) -> str:
    """Return what is seen of mrkdwn text; its own marks for bold and code stay."""
    return html.unescape(_REFERENCE.sub(lambda found: _reference(found.group(1), names), text))


def _reference(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + names(target[1:])
    if target.startswith("!date^"):
        return label
    if target.startswith("!subteam^"):
        return label or "@" + target.removeprefix("!subteam^")
    if target.startswith("!"):
        return "@" + target[1:]
    return f"{label} ({target})" if label and label != target else target


def pings(text: str) -> list[str]:
    """Return whom or what a text would notify: `@U…`, `!channel`, `!subteam^…`."""
    return [str(found) for found in _PING.findall(text)]


def links(text: str) -> list[tuple[str, str]]:
    """Return the links of a text that could be clicked, as (target, label)."""
    text = _CODE.sub(" ", text)
    written = [(target, label or target) for target, label in _LINK.findall(text)]
    written += [(target, label) for label, target in _MARKDOWN_LINK.findall(text)]
    rest = _MARKDOWN_LINK.sub(" ", _LINK.sub(" ", text))
    return written + [(url, url) for url in _BARE.findall(rest)]


def blocks_text(blocks: list[Json], names: Names) -> str:
    """Return the text of blocks, a line or more each; buttons and selects are not part of it."""
    return "\n".join(line for line in (_block(block, names) for block in blocks) if line)


def _block(block: Json, names: Names) -> str:
    kind = block.get("type")
    if kind == "section":
        parts = [block["text"]] if "text" in block else []
        return "\n".join(text_object(part, names) for part in parts + block.get("fields", []))
    if kind == "context":
        return " ".join(text_object(part, names) for part in block["elements"])
    if kind == "rich_text":
        return "\n".join(_rich(element, names).rstrip("\n") for element in block["elements"])
    if kind == "table":
        return "\n".join(" | ".join(_cell(cell, names) for cell in row) for row in block.get("rows", []))
    return _simple(block, names)


def _simple(block: Json, names: Names) -> str:
    kind = block.get("type")
    if kind == "header":
        return str(block["text"]["text"])
    if kind == "markdown":
        return str(block["text"])
    if kind == "input":
        return f"{block['label']['text']}:"
    if kind == "image":
        return f"[image: {block.get('alt_text', '')}]"
    return "---" if kind == "divider" else ""


def text_object(value: Json, names: Names) -> str:
    """Return what is seen of a text object or an image among texts."""
    if value.get("type") == "image":
        return f"[image: {value.get('alt_text', '')}]"
    # `verbatim` keeps Slack from making links and names of plain words; what is marked counts all the same.
    return mrkdwn(str(value["text"]), names) if value.get("type") == "mrkdwn" else str(value["text"])


def _cell(cell: Json, names: Names) -> str:
    return _rich(cell, names) if cell.get("elements") else str(cell.get("text", ""))


def _rich(element: Json, names: Names) -> str:
    kind = element.get("type")
    inner = "".join(_rich(child, names) for child in element.get("elements", []))
    if kind == "rich_text_preformatted":
        return f"```\n{inner}\n```\n"
    if kind == "rich_text_list":
        return "".join(f"• {_rich(child, names)}\n" for child in element.get("elements", []))
    if kind in ("rich_text_section", "rich_text_quote", "rich_text"):
        return inner
    shown = _RICH.get(str(kind))
    return shown(element, names) if shown is not None else ""


_RICH: dict[str, Callable[[Json, Names], str]] = {
    "text": lambda element, _: str(element["text"]),
    "link": lambda element, _: _reference(f"{element['url']}|{element.get('text', '')}", str),
    "user": lambda element, names: "@" + names(str(element["user_id"])),
    "channel": lambda element, names: "#" + names(str(element["channel_id"])),
    "broadcast": lambda element, _: "@" + str(element["range"]),
    "emoji": lambda element, _: f":{element['name']}:",
}


def elements(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Return every element that can be used, with the block that holds it."""
    found: list[tuple[Json, Json]] = []
    for block in blocks:
        inside: list[Any] = [block.get("accessory"), block.get("element")]
        inside += block.get("elements", []) if block.get("type") in ("actions", "context_actions") else []
        found += [(block, element) for element in inside if isinstance(element, dict) and "action_id" in element]
    return found


def texts(blocks: list[Json]) -> list[str]:
    """Return every piece of text of blocks that Slack would look at for mentions and links."""
    found: list[str] = []
    for block in blocks:
        if block.get("type") == "markdown":
            found.append(str(block["text"]))
        pieces = [block.get("text"), *block.get("fields", []), *(block.get("elements") or [])]
        found += [str(piece["text"]) for piece in pieces if isinstance(piece, dict) and piece.get("type") == "mrkdwn"]
    return found
