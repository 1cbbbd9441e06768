"""How Discord's apps read a message's content: their Markdown's rules, tried one after the other at each place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap
from typing import NamedTuple

from adapters.discord.rendering.parts import Menu, Part


class Read(NamedTuple):
    """Something that a reader sees; `fence`, `code`, `text`, `live` (an address) or `link` (a masked one)."""

    kind: str
    text: str


_QUOTE = re.compile(r"( *>>> ([\s\S]*))|( *> [^\n]*(\n *> [^\n]*)*\n?)")
_QUOTES = re.compile(r"^ *>(?:>>)? ?", re.MULTILINE)
_LEAVES = {
    "fence": re.compile(r"```(?:[a-zA-Z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```"),
    "text": re.compile(r"\\([^0-9A-Za-z\s])"),
    "live": re.compile(r"<([^: >]+:/[^ >]+)>|((?:https?|steam)://[^\s<]+[^<.,:;\"'\]\s])"),
}
_NESTED = [
    re.compile(r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b", re.ASCII),
    re.compile(r"\*(?=[^\s\ufeff])((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"),
    re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"),
    re.compile(r"~~([\s\S]+?)~~(?!_)"),
    re.compile(r"\|\|([\s\S]+?)\|\|"),
]
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_LINK = re.compile(r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?\s*\)")


def read(content: str) -> list[Read]:
    """Return what a content shows, pieces of text joined."""
    shown: list[Read] = []
    for each in _read(content):
        if shown and shown[-1].kind == each.kind == "text":
            shown[-1] = Read("text", shown[-1].text + each.text)
        else:
            shown.append(each)
    return shown


def _read(source: str) -> Iterator[Read]:
    at = 0
    while at < len(source):
        rest = source[at:]
        if (at == 0 or source[at - 1] == "\n") and (found := _QUOTE.match(rest)):
            yield from _read(_QUOTES.sub("", found[0]))
        elif leaf := _leaf(rest):
            found, each = leaf
            yield each
        elif found := next((found for rule in _NESTED if (found := rule.match(rest))), None):
            yield from _read(found[1])
        else:
            yield Read("text", rest[0])
            at += 1
            continue
        at += found.end()


def _leaf(rest: str) -> tuple[re.Match[str], Read] | None:
    for kind, rule in _LEAVES.items():
        if found := rule.match(rest):
            return found, Read(kind, next(group for group in found.groups() if group))
    if found := _CODE.match(rest):
        return found, Read("code", found[2])
    if found := _LINK.match(rest):
        return found, Read("link", found[0])
    return None


def fences(content: str) -> list[str]:
    """Return what the fences of a content hold."""
    return [each.text for each in read(content) if each.kind == "fence"]


def seen(content: str) -> str:
    """Return everything that a reader sees."""
    return "".join(each.text for each in read(content))


def picture(part: Part) -> str:
    """Return a message as a reader would describe it: its words, its rows, its files; whole digests are `SHA256`."""
    rows = [
        f"[{row.placeholder} v {len(row.options)}]" if isinstance(row, Menu) else " ".join(f"[{b.label}]" for b in row)
        for row in part.rows
    ]
    files = [f"({file.name}, {len(file.data)} bytes)" for file in part.files]
    content = re.sub("[0-9a-f]{64}", "SHA256", part.content)
    return "\n".join(folded for line in [*content.split("\n"), *rows, *files] for folded in fold(line))


def fold(line: str) -> list[str]:
    """Return a long line as several, for a picture."""
    return wrap(line, 100, drop_whitespace=False, replace_whitespace=False, expand_tabs=False) or [""]


def custom_ids(part: Part) -> list[str]:
    """Return the custom ids of a message, in order."""
    return [each.custom_id for row in part.rows for each in ((row,) if isinstance(row, Menu) else row)]
