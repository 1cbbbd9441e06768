"""One transaction, as the concepts see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.errors import StoreError, StoreReadOnlyError
from bot.store.database import Database

Values = Mapping[str, Any]
Result = sa.CursorResult[*tuple[Any, ...]]
Row = sa.Row[*tuple[Any, ...]]


class Transaction:
    """Executes statements until it is over, and raises the driver's errors as ours."""

    def __init__(
        self, connection: sa.Connection, database: Database, now: Callable[[], datetime], *, writable: bool
    ) -> None:
        self._connection = connection
        self._database = database
        self._writable = writable
        self._over = False
        self.now = now
        """The current time."""

    def execute(self, statement: sa.Executable, values: Values | Sequence[Values] | None = None) -> Result:
        """Execute one statement, once or once for each of several rows.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreCorruptError, StoreError: It did not happen.
        """
        if self._over:
            raise StoreError(
                "These records belong to a transaction that is over. Call Store.write or Store.read again."
            )
        if not self._writable and getattr(statement, "is_dml", False):
            raise StoreReadOnlyError("Records were changed inside Store.read, or by a store opened to be read only.")
        try:
            return self._connection.execute(statement, values)
        except sa.exc.DBAPIError as error:
            raise self._database.translate(error.orig or error) from error

    def end(self) -> None:
        """Refuse everything from here on."""
        self._over = True
