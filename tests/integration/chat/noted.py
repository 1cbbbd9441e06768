"""What a bot's database holds after it: how much of something, who was refused what, and who did what."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path


def conversations(path: Path) -> int:
    """Return how many conversations are recorded."""
    with closing(sqlite3.connect(path / "store.db")) as database:
        return int(database.execute("SELECT count(*) FROM conversations").fetchone()[0])


def audited(path: Path, action: str) -> list[dict[str, object]]:
    """Return the details of what was done, oldest first, as the audit log has it."""
    with closing(sqlite3.connect(path / "store.db")) as database:
        rows = database.execute("SELECT detail FROM audit WHERE action = ? ORDER BY number", (action,)).fetchall()
    return [dict(json.loads(row[0])) for row in rows]


def refusals(path: Path) -> list[tuple[str, str]]:
    """Return what was refused and why, oldest first, as the audit log has it."""
    with closing(sqlite3.connect(path / "store.db")) as database:
        rows = database.execute("SELECT detail FROM audit WHERE action = 'refused' ORDER BY number").fetchall()
    return [(found["what"], found["why"]) for row in rows for found in [json.loads(row[0])]]
