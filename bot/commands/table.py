"""Tables: with columns on a terminal, tab-separated lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer


def show(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows; elsewhere than on a terminal without heads, so that programs can read them."""
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(_cell(cell) for cell in row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(_cell(cell), overflow="fold") for cell in row))
    Console(highlight=False).print(table)


def _cell(text: str) -> str:
    from adapters.text import harmless

    return harmless(" ".join(text.split()))
