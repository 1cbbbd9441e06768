"""How Slack reads what it is sent: what in it would ping, link, unfurl or load, and what people see.

Written from Slack's documentation, not from our code. `rich_text` holds no markup: only elements of their own kind
ping or link. Fields of the kind `mrkdwn` and a message's `text` are read for markup; `text` links addresses by itself
unless `parse` is `none`, a `mrkdwn` field unless it is `verbatim`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

LIVE_KINDS = {"user", "usergroup", "broadcast", "channel", "team", "link", "image", "emoji", "file", "video"}
LIVE_KINDS |= {"workflow_mention", "message_mention", "canvas", "markdown", "url_text_input"}
_OUR_DATE = r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|[-\d: ]+ UTC>"
_MARKED = re.compile(rf"(?!{_OUR_DATE})<[^>\s]")
_PINGED = re.compile(r"@(?:channel|here|everyone|group)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:https?|ftp|slack)://\S|\bmailto:\w|\bwww\.\w", re.IGNORECASE)


def live(arguments: dict[str, Any]) -> list[str]:
    """Return what in a call of chat.postMessage would do something; empty: nothing."""
    found = [f"not {key}={value!r}" for key, value in _SWITCHES.items() if arguments.get(key) != value]
    found += live_markup(arguments["text"], links=arguments.get("parse") != "none")
    for name in ("username", "icon_emoji", "icon_url"):
        found += live_markup(str(arguments.get(name) or ""))
    return found + live_blocks(arguments["blocks"])


_SWITCHES = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}


def live_blocks(value: Any, inside: str = "") -> list[str]:
    """Return what in blocks would do something, links of our own buttons left out."""
    found: list[str] = []
    if isinstance(value, list):
        return [each for one in value for each in live_blocks(one, inside)]
    if isinstance(value, dict):
        kind = str(value.get("type", ""))
        if kind in LIVE_KINDS:
            found.append(f"an element of the kind {kind}")
        if kind == "mrkdwn":
            found += live_markup(value["text"], links=not value.get("verbatim"))
        if value.get("emoji"):
            found.append("colons that become emoji")
        for inner in value.values():
            found += live_blocks(inner, kind)
    return found


def live_markup(text: str, *, links: bool = True) -> list[str]:
    """Return what in a field that is read for markup would do something."""
    found = _MARKED.findall(text) + _PINGED.findall(text)
    return found + (_ADDRESS.findall(text) if links else [])


def live_markdown(text: str) -> list[str]:
    """Return what in streamed Markdown would do something: Slack parses it, code fences or not."""
    found = re.findall(r"<[@#!a-zA-Z/]|\]\(|\]\[|\]:|&\w+;|&#", text) + _PINGED.findall(text)
    return found + _ADDRESS.findall(text) + re.findall(r"\w@\w|\w\.\w", text)


def texts(value: Any) -> Iterator[str]:
    """Yield every text in blocks, unescaped where Slack unescapes it."""
    if isinstance(value, dict):
        shown = value.get("text")
        if isinstance(shown, str):
            yield unescaped(shown) if value.get("type") == "mrkdwn" else shown
        for key, inner in value.items():
            if key != "text" or not isinstance(inner, str):
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def code_in(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the code of each fence, exactly as it is shown."""
    elements = [each for block in blocks if block["type"] == "rich_text" for each in block["elements"]]
    return ["".join(texts(each["elements"])) for each in elements if each["type"] == "rich_text_preformatted"]


def unescaped(text: str) -> str:
    """Undo Slack's escaping."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def buttons(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the buttons and menus."""
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
