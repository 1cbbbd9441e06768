"""A connection as the store's transactions use it: statements, commits and savepoints straight on the driver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from bot.store.database import Database, Driver, DriverError, discard
from bot.store.statements import Prepared, Result, Statements, Values

# Nobody may wait long for what another process reads.
_SCRUB_MILLISECONDS = 50


class Link:
    """A connection as the store's transactions use it: straight on the driver (see `bot.store.statements`)."""

    def __init__(self, database: Database, connection: sa.Connection, *, read_only: bool = False) -> None:
        driver = connection.connection.driver_connection
        assert isinstance(driver, Driver)
        self._database = database
        self._connection = connection
        self._begin = database.begin(read_only)
        self.prepared = Statements(connection.dialect).prepared
        """Returns a statement as the driver takes it; see `Statements.prepared`."""
        self._driver = driver
        self._cursor = driver.cursor()

    @property
    def in_transaction(self) -> bool:
        """Whether the database still holds the transaction: a full disk may have made it roll back by itself."""
        return self._driver.in_transaction

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end, or roll back what an error has left."""
        with self._database.translating():
            self._cursor.execute(self._begin)
            try:
                yield
                self._driver.commit()
            except BaseException:
                self._driver.rollback()
                raise

    def savepoint(self) -> None:
        """Begin a part of the transaction that may be undone by itself."""
        self._execute("SAVEPOINT work")

    def release(self) -> None:
        """End the part, and keep what it did."""
        self._execute("RELEASE work")

    def undo(self) -> None:
        """End the part, as if it had never been."""
        self._execute("ROLLBACK TO work")
        self._execute("RELEASE work")

    def execute(self, prepared: Prepared, values: Values | list[Values] | None) -> Result:
        """Execute a statement.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreCorruptError, StoreError: It did not happen.
        """
        try:
            return prepared.execute(self._cursor, values)
        except DriverError as error:
            raise self._database.translate(error) from error

    def tidy(self) -> None:
        """Move the log into the database, as far as readers allow.

        Raises:
            StoreFullError, StoreError: It was not moved; nothing is lost.
        """
        self._execute("PRAGMA wal_checkpoint(PASSIVE)")

    def scrub(self) -> bool:
        """Move the whole log into the database and cut it off: nothing that was deleted is left in it.

        Returns:
            Whether it could be; another process may be reading from it.

        Raises:
            StoreFullError, StoreError: It could not; nothing is lost.
        """
        self._execute(f"PRAGMA busy_timeout={_SCRUB_MILLISECONDS}")
        try:
            self._execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy: int = self._cursor.fetchone()[0]
        finally:
            self._execute(f"PRAGMA busy_timeout={int(self._database.busy_seconds * 1000)}")
        return not busy

    def close(self) -> None:
        """Close the connection for good."""
        self._cursor.close()
        discard(self._connection)

    def _execute(self, text: str) -> None:
        try:
            self._cursor.execute(text)
        except DriverError as error:
            raise self._database.translate(error) from error
