"""Tables drawn in characters of one width. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from wcwidth import wcswidth


def drawn(rows: Sequence[Sequence[str]]) -> str:
    """Draw a table, its heading first, with a line under that; all rows have as many cells."""
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [" | ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    rule = "-+-".join("-" * width for width in widths)
    return "\n".join(line.rstrip() for line in (lines[0], rule, *lines[1:]))


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(cell: str) -> int:
    return max(0, wcswidth(cell))
