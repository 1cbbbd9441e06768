"""Tables: as Slack's, where it takes them, else drawn in characters. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.chat.content.tables import drawn
from adapters.slack.rendering.blocks import rich, section
from bot.domain import Json

MOST_ROWS = 100
MOST_COLUMNS = 20
MOST_CHARACTERS = 9_000
"""Of all cells of a message's table; Slack takes 10,000."""

Cell = list[Json]
"""The rich text of one cell."""


def table(rows: Sequence[Sequence[Cell]], alignments: Sequence[str]) -> Json | None:
    """Return a table block; None where Slack would refuse it.

    Args:
        rows: The heading and the rows, all with as many cells.
        alignments: For each column a text that names `left`, `center` or `right`, or none of them.
    """
    size = sum(len(words(cell)) for row in rows for cell in row)
    if len(rows) > MOST_ROWS or len(rows[0]) > MOST_COLUMNS or size > MOST_CHARACTERS:
        return None
    return {
        "type": "table",
        "column_settings": [{"align": _side(each), "is_wrapped": True} for each in alignments],
        "rows": [[_cell(cell) for cell in row] for row in rows],
    }


def _cell(cell: Cell) -> Json:
    if any("style" in piece for piece in cell):
        return rich([section(cell)])
    return {"type": "raw_text", "text": words(cell) or " "}


def _side(alignment: str) -> str:
    return next((side for side in ("center", "right") if side in alignment), "left")


def as_text(rows: Sequence[Sequence[Cell]]) -> str:
    """Draw a table in characters."""
    return drawn([[words(cell) for cell in row] for row in rows])


def words(cell: Cell) -> str:
    """Return a cell's words without their styles."""
    return "".join(str(piece["text"]) for piece in cell)
