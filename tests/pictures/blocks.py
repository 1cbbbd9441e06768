"""Messages' blocks as plain lines and as a page that needs nothing else: what Slack shows of them, roughly."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

_DATE = re.compile(r"<!date\^(\d+)\^[^|>]*\|[^>]*>")
_STYLES = {"bold": "b", "italic": "i", "strike": "s", "code": "code"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message in a thread."""

    name: str
    blocks: Sequence[Json]
    text: str = ""
    """What is shown where there are no blocks."""
    icon: str = ""
    private: bool = False
    """Whether one person alone sees it."""


def seen(blocks: Sequence[Json]) -> str:
    """Return blocks as plain lines, as a person reads them; buttons stand in brackets."""
    return "\n".join(line for block in blocks for line in _LINES.get(block["type"], _unknown)(block))


def transcript(messages: Iterable[Shown]) -> str:
    """Return a thread as plain lines."""
    lines = []
    for message in messages:
        body = seen(message.blocks) if message.blocks else plain(message.text)
        lines += [f"{message.name}{' (only you see this)' if message.private else ''}"]
        lines += [f"  {line}".rstrip() for line in body.split("\n")] + [""]
    return "\n".join(lines)


def page(title: str, messages: Iterable[Shown]) -> str:
    """Return a thread as a page of HTML: no script, nothing fetched, every text escaped."""
    body = "".join(_message(message) for message in messages)
    heading = html.escape(title)
    return f"<!doctype html><meta charset=utf-8><title>{heading}</title><style>{_CSS}</style><h1>{heading}</h1>{body}\n"


def _message(message: Shown) -> str:
    blocks = "".join(_HTML.get(block["type"], _unknown_html)(block) for block in message.blocks)
    note = "<small> Only visible to you</small>" if message.private else ""
    icon = html.escape(message.icon.strip(":")[:2] or message.name[:2])
    name = html.escape(message.name)
    return (
        f"<article><aside>{icon}</aside><div><header><b>{name}</b>{note}</header>"
        f"{blocks or '<p>' + html.escape(plain(message.text)) + '</p>'}</div></article>"
    )


def plain(text: str) -> str:
    """Return a message's text as people read it: undo Slack's escaping, show dates in UTC."""
    dated = _DATE.sub(lambda found: f"{datetime.fromtimestamp(int(found[1]), UTC):%Y-%m-%d %H:%M} UTC", text)
    return dated.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _said(value: Json) -> str:
    return plain(str(value.get("text", ""))) if value.get("type") == "mrkdwn" else str(value.get("text", ""))


def _pieces(element: Json) -> str:
    return "".join(str(piece.get("text", "")) for piece in element["elements"])


def _rich_lines(block: Json) -> list[str]:
    return [line for element in block["elements"] for line in _element_lines(element)]


def _element_lines(element: Json) -> list[str]:
    if element["type"] == "rich_text_list":
        mark = "> " if element.get("border") else ""
        items = enumerate(element["elements"])
        return [f"{mark}{line}" for at, item in items for line in _item_lines(element, at, item)]
    marks = {"rich_text_preformatted": "| ", "rich_text_quote": "> "}
    mark = marks.get(element["type"], "")
    return [f"{mark}{line}" for line in _pieces(element).split("\n")]


def _item_lines(element: Json, at: int, item: Json) -> list[str]:
    number = element.get("offset", 0) + at + 1
    mark = f"{number}. " if element.get("style") == "ordered" else "- "
    first, *rest = _pieces(item).split("\n")
    room = "  " * element.get("indent", 0)
    return [f"{room}{mark}{first}", *(f"{room}{' ' * len(mark)}{line}" for line in rest)]


def _table_lines(block: Json) -> list[str]:
    return [" | ".join(_cell(cell) for cell in row) for row in block["rows"]]


def _cell(cell: Json) -> str:
    return str(cell["text"]) if cell["type"] == "raw_text" else "\n".join(_rich_lines(cell))


def _section_lines(block: Json) -> list[str]:
    lines = _said(block.get("text", {})).split("\n")
    lines += [_said(field) for field in block.get("fields", [])]
    return [*lines, _button(block["accessory"])] if "accessory" in block else lines


def _button(element: Json) -> str:
    if element["type"] == "static_select":
        labels = ", ".join(_said(option["text"]) for option in element["options"])
        return f"[{_said(element.get('placeholder', {}))}: {labels}]"
    if element["type"] == "plain_text_input":
        return f"[____ {element.get('initial_value', '')}]"
    return f"[{_said(element.get('text', {}))}]"


def _unknown(block: Json) -> list[str]:
    return [f"({block['type']})"]


_LINES: dict[str, Callable[[Json], list[str]]] = {
    "rich_text": _rich_lines,
    "table": _table_lines,
    "section": _section_lines,
    "markdown": lambda block: str(block["text"]).split("\n"),
    "header": lambda block: [f"== {_said(block['text'])} =="],
    "context": lambda block: [f"({_said(each)})" for each in block["elements"]],
    "actions": lambda block: [" ".join(_button(each) for each in block["elements"])],
    "input": lambda block: [f"{_said(block['label'])}:", _button(block["element"])],
    "divider": lambda _: ["-" * 8],
}


def _rich_html(block: Json) -> str:
    return "".join(_element_html(element) for element in block["elements"])


def _element_html(element: Json) -> str:
    if element["type"] == "rich_text_list":
        tag = "ol" if element.get("style") == "ordered" else "ul"
        start = f" start={element.get('offset', 0) + 1}" if tag == "ol" else ""
        items = "".join(f"<li>{_pieces_html(item)}</li>" for item in element["elements"])
        return f"<{tag}{start} style='margin-left:{element.get('indent', 0) * 1.5}em'>{items}</{tag}>"
    tags = {"rich_text_preformatted": "pre", "rich_text_quote": "blockquote"}
    tag = tags.get(element["type"], "p")
    return f"<{tag}>{_pieces_html(element)}</{tag}>"


def _pieces_html(element: Json) -> str:
    return "".join(_piece_html(piece) for piece in element["elements"])


def _piece_html(piece: Json) -> str:
    shown = html.escape(str(piece.get("text", "")))
    for style, tag in _STYLES.items():
        if piece.get("style", {}).get(style):
            shown = f"<{tag}>{shown}</{tag}>"
    return shown


def _table_html(block: Json) -> str:
    rows = "".join(
        f"<tr>{''.join(f'<td>{html.escape(_cell(cell))}</td>' for cell in row)}</tr>" for row in block["rows"]
    )
    return f"<table>{rows}</table>"


def _row_html(elements: Iterable[Json]) -> str:
    made = []
    for element in elements:
        label = html.escape(_button(element)[1:-1])
        made.append(f"<button class='{html.escape(element.get('style', ''))}'>{label}</button>")
    return f"<p>{' '.join(made)}</p>"


def _section_html(block: Json) -> str:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in _said(block.get("text", {})).split("\n"))
    return lines + (_row_html([block["accessory"]]) if "accessory" in block else "")


def _unknown_html(block: Json) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in _LINES.get(block["type"], _unknown)(block))


_HTML: dict[str, Callable[[Json], str]] = {
    "rich_text": _rich_html,
    "table": _table_html,
    "section": _section_html,
    "header": lambda block: f"<h2>{html.escape(_said(block['text']))}</h2>",
    "context": lambda block: "".join(f"<small>{html.escape(_said(each))}</small>" for each in block["elements"]),
    "actions": lambda block: _row_html(block["elements"]),
    "divider": lambda _: "<hr>",
}

_CSS = (
    "body{font:15px/1.45 Lato,Arial,sans-serif;max-width:44em;margin:1em auto;color:#1d1c1d}"
    "article{display:flex;gap:.7em;margin:1em 0}"
    "aside{flex:none;width:36px;height:36px;border-radius:4px;background:#dde;text-align:center;line-height:36px}"
    "p,blockquote{margin:.2em 0;white-space:pre-wrap}blockquote{border-left:4px solid #ddd;padding-left:.8em}"
    "pre{background:#f8f8f8;border:1px solid #ddd;border-radius:4px;padding:.5em;white-space:pre-wrap}"
    "code{background:#f8f8f8;border:1px solid #ddd;border-radius:3px;padding:0 .2em;color:#c01343}"
    "small{color:#616061}table{border-collapse:collapse}td{border:1px solid #ddd;padding:.2em .6em}"
    "ul,ol{margin:.2em 0}button{font:inherit;padding:.3em .8em;border:1px solid #bbb;border-radius:4px;background:#fff}"
    "button.primary{background:#007a5a;color:#fff}button.danger{background:#e01e5a;color:#fff}div{min-width:0}"
)
