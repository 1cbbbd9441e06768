"""Tables: with columns on a terminal, tab-separated lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer


def show(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads."""
    if not sys.stdout.isatty():
        for row in (heads, *rows):
            typer.echo("\t".join(_cell(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads, box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(_cell(cell), overflow="fold") for cell in row))
    Console(highlight=False).print(table)


def _cell(text: str) -> str:
    from adapters.text import harmless

    return harmless(" ".join(text.split()))
