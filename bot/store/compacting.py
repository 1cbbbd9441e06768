"""Writing a database anew, without what lies in its free space."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bot.store.database import parse


def compact(path_or_url: str | Path) -> None:
    """Write the file anew. Earlier versions left what they deleted in its free space.

    No engine may work on it.

    Raises:
        StoreFullError: It takes the file's size once more.
        StoreReadOnlyError, StoreError: It stays as it is.
    """
    database = parse(path_or_url)
    if database.path is None:
        return
    with database.translating(), closing(database.connect()) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
