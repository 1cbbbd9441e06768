"""Tables: with columns on a terminal, tab-separated lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

WIDEST = 4
"""What part of the terminal's width a column that does not hold the notes may have: a fourth."""


def show(heads: Sequence[str], rows: Sequence[Sequence[str]], *, notes: Collection[str] = ()) -> None:
    """Print rows under their heads.

    Args:
        heads: The columns.
        rows: A cell for each head.
        notes: Heads whose cells stand on a terminal as lines of their own in the last other column: a line has no room
            for every column.
    """
    if not sys.stdout.isatty():
        for row in (heads, *rows):
            typer.echo("\t".join(_cell(cell) for cell in row))
        return
    from rich.console import Console

    console = Console(highlight=False)
    console.print(_with_notes(heads, rows, notes, console.width) if notes else _plain(heads, rows))


def _plain(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = _table(heads)
    for row in rows:
        table.add_row(*map(_text, row))
    return table


def _with_notes(heads: Sequence[str], rows: Sequence[Sequence[str]], notes: Collection[str], width: int) -> Table:
    from rich.cells import cell_len

    columns = [at for at, head in enumerate(heads) if head not in notes]
    table = _table([heads[at] for at in columns])
    for column, at in zip(table.columns, columns[:-1], strict=False):
        longest = max((cell_len(_cell(row[at])) for row in (heads, *rows)), default=0)
        column.width = min(longest, width // WIDEST)
    for row in rows:
        cells = [_text(row[at]) for at in columns]
        for head, cell in zip(heads, row, strict=True):
            if head in notes and cell:
                cells[-1].append("\n" if cells[-1] else "")
                cells[-1].append(f"{head}: {_cell(cell)}", "dim")
        table.add_row(*cells)
    return table


def _table(heads: Sequence[str]) -> Table:
    from rich.table import Table

    return Table(*heads, box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")


def _text(cell: str) -> Text:
    from rich.text import Text

    return Text(_cell(cell), overflow="fold")


def _cell(text: str) -> str:
    from adapters.text import harmless

    return harmless(" ".join(text.split()))
