"""One transaction, as the concepts see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from bot.errors import StoreError, StoreReadOnlyError
from bot.store.link import Link
from bot.store.statements import Result as Result
from bot.store.statements import Row as Row
from bot.store.statements import Values as Values


class Transaction:
    """Executes statements until it is over, and raises the driver's errors as ours."""

    def __init__(self, link: Link, now: Callable[[], datetime], *, writable: bool) -> None:
        self._link = link
        self._writable = writable
        self._over = False
        self.now = now
        """The current time."""
        self.scrubs = False
        """Whether it has deleted what must not be found in the log either."""
        self.durable: list[Callable[[], None]] = []
        """What is called once it is durable, on the thread that writes."""

    def execute(self, statement: sa.Executable, values: Values | list[Values] | None = None) -> Result:
        """Execute one statement of SQLAlchemy Core, once or once for each of several rows.

        It should be a constant: each is compiled the first time it is executed.

        Raises:
            StoreFullError, StoreReadOnlyError, StoreCorruptError, StoreError: It did not happen.
        """
        if self._over:
            raise StoreError(
                "These records belong to a transaction that is over. Call Store.write or Store.read again."
            )
        prepared = self._link.prepared(statement, values)
        if prepared.changes and not self._writable:
            raise StoreReadOnlyError("Records were changed inside Store.read, or by a store opened to be read only.")
        return self._link.execute(prepared, values)

    def end(self) -> None:
        """Refuse everything from here on."""
        self._over = True
