"""C, the yardstick of everything durable: one bare commit of one row, synchronous=FULL, on the same disk."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from benchmarks.figures import median


def bare_commit(folder: Path, count: int = 200) -> float:
    """Return the median seconds of one bare durable commit."""
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=full")
    database.execute("create table if not exists row(value)")
    seconds = []
    for number in range(count):
        begun = time.perf_counter()
        database.execute("insert into row values(?)", (number,))
        seconds.append(time.perf_counter() - begun)
    database.close()
    return median(seconds)
