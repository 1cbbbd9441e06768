"""A thread as a drawing (SVG), for documents that show no HTML."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

from tests.pictures.blocks import Json, Shown, plain, seen

_STYLES = {"primary": "bright_white on dark_green", "danger": "bright_white on red3"}


def drawing(title: str, messages: Iterable[Shown], *, width: int = 92) -> str:
    """Return a thread as SVG: names in bold, code in frames, buttons in colour."""
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for message in messages:
        note = " Only visible to you" if message.private else ""
        console.print(Text.assemble((message.name, "bold"), (f"  {message.icon}{note}", "dim")))
        drawn = [each for block in message.blocks for each in _drawn(block)] or [Text(plain(message.text))]
        console.print(Group(*drawn, Text("")))
    # Without the fonts that rich would have fetched: the reader's own fixed-width font serves.
    return re.sub(
        r"@font-face\s*\{.*?\}", "", console.export_svg(title=title, theme=DEFAULT_TERMINAL_THEME), flags=re.DOTALL
    )


def _drawn(block: Json) -> list[RenderableType]:
    if block["type"] == "rich_text":
        return [each for element in block["elements"] for each in _element(element)]
    if block["type"] == "actions":
        row = Text()
        for element in block["elements"]:
            row.append(f" {seen([{'type': 'actions', 'elements': [element]}])[1:-1]} ", _style(element)).append("  ")
        return [row, Text("")]
    if block["type"] == "table":
        return [_table(block)]
    lines = seen([block])
    if block["type"] == "context":
        return [Text("\n".join(line[1:-1] for line in lines.split("\n")), style="dim")]
    return [Text(lines, style="bold" if block["type"] == "header" else "")]


def _style(element: Json) -> str:
    return _STYLES.get(element.get("style", ""), "black on grey85")


def _element(element: Json) -> list[RenderableType]:
    if element["type"] == "rich_text_preformatted":
        code = "".join(str(piece["text"]) for piece in element["elements"])
        return [Panel(Text(code, tab_size=4), border_style="grey50", expand=True)]
    if element["type"] == "rich_text_list":
        return [Text(seen([{"type": "rich_text", "elements": [element]}]))]
    line = Text("┃ " if element["type"] == "rich_text_quote" else "")
    for piece in element["elements"]:
        style = piece.get("style", {})
        names = [name for name in ("bold", "italic", "strike") if style.get(name)]
        line.append(str(piece["text"]), " ".join([*names, *(["magenta"] if style.get("code") else [])]))
    return [line]


def _table(block: Json) -> Table:
    heading, *rows = [[seen([{"type": "table", "rows": [[cell]]}]) for cell in row] for row in block["rows"]]
    table = Table()
    for cell in heading:
        table.add_column(Text(cell))
    for row in rows:
        table.add_row(*[Text(cell) for cell in row])
    return table
