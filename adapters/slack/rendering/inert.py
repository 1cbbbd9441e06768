"""Text that does nothing in Slack: it pings nobody, links nowhere, and looks like what it is. Pure.

Blocks are built of `rich_text`, where text is data: Slack reads no markup in it, and only elements of their own ping
or link. This module is for the places that are read for markup: a message's `text`, and streamed Markdown.
"""

from __future__ import annotations

import re

from adapters.chat.content.addresses import unformed
from adapters.text import harmless

TEXT_LIMIT = 3_000
"""Of a message's `text`: chat.update refuses more than 4,000."""
_WORD_JOINER = "\u2060"
_AT = re.compile(r"@(?=\w)")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BREAKS = str.maketrans({char: char + _WORD_JOINER for char in "<@&]:./!#"})


def inert(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return a text for a field that Slack reads for markup: the same words, and nothing in them pings or links.

    Characters that Slack escapes are escaped, addresses lose their form (`https[:]//`), an at sign before a word is
    parted from it. What is longer than the limit ends in an ellipsis: this is for notifications, never for cards.
    """
    safe = unformed(_AT.sub("@" + _WORD_JOINER, harmless(text)))
    whole = _escaped(safe)
    return whole if len(whole) <= limit else _cut_escaped(safe, limit)


def _cut_escaped(safe: str, limit: int) -> str:
    size, kept = 1, 0
    while kept < len(safe) and size + len(_ESCAPES.get(safe[kept], "x")) <= limit:
        size += len(_ESCAPES.get(safe[kept], "x"))
        kept += 1
    return _escaped(safe[:kept]) + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def streamed(text: str) -> str:
    """Return Markdown for a stream, where Slack parses it: every sign that could begin a mention or link is broken.

    Each character is treated alone, so what was streamed stays a prefix of what is streamed later. The breaks are
    invisible, which is right for a preview only; the turn that replaces it is made of blocks.
    """
    return harmless(text).translate(_BREAKS)
