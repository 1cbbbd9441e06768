"""A store over a file whose connections are within reach: what its driver tells or refuses, a test can use."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.store import SqlStore
from bot.store.upgrade import bring_up
from tests.unit.store.samples import NOW


class Opened:
    """A new store and the two connections that it works on."""

    def __init__(self, path: Path) -> None:
        database = Database(path=path)
        writer = database.connect()
        bring_up(database, writer)
        reader = database.connect(read_only=True)
        self.store = SqlStore(database, writer=writer, reader=reader, now=lambda: NOW)
        self.writer, self.reader = _driver(writer), _driver(reader)

    def watch(self) -> list[str]:
        """Return the statements that the database is given from now on; the list grows with them."""
        given: list[str] = []
        for connection in (self.writer, self.reader):
            connection.set_trace_callback(given.append)
        return given


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
