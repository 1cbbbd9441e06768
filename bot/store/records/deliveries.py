"""What platforms delivered, as it came."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import Delivery
from bot.store.codec import dumps, loads, moment_of, stamp
from bot.store.database import insert
from bot.store.records.transaction import Row, Transaction
from bot.store.schema import UNHANDLED, deliveries

_ADD = insert(deliveries).on_conflict_do_nothing()
_TAKE = (
    sa.update(deliveries)
    .where(UNHANDLED, deliveries.c.adapter == bindparam("an_adapter"))
    .values(tries=deliveries.c.tries + 1)
    .returning(
        deliveries.c.number,
        deliveries.c.adapter,
        deliveries.c.delivery,
        deliveries.c.body,
        deliveries.c.received_at,
        deliveries.c.tries,
    )
)
_DONE = (
    sa.update(deliveries)
    .where(UNHANDLED, deliveries.c.adapter == bindparam("an_adapter"), deliveries.c.delivery == bindparam("an_id"))
    .values(body="", handled_at=bindparam("at"))
)
_oldest = (
    sa.select(deliveries.c.number, deliveries.c.handled_at)
    .order_by(deliveries.c.number)
    .limit(bindparam("most"))
    .subquery("oldest")
)
# By the primary key: no index that each delivery would have to pay for.
_FORGET = sa.delete(deliveries).where(
    deliveries.c.number.in_(sa.select(_oldest.c.number).where(_oldest.c.handled_at < bindparam("before")))
)


class SqlDeliveries:
    """`bot.ports.Deliveries` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, delivery: Delivery) -> bool:
        """Record a delivery; False when its adapter has delivered this id already."""
        row = {
            "adapter": delivery.adapter,
            "delivery": delivery.id,
            "body": dumps(delivery.body),
            "received_at": stamp(delivery.received_at),
            "tries": delivery.tries,
        }
        return self._transaction.execute(_ADD, row).rowcount > 0

    def take(self, adapter: str) -> list[Delivery]:
        """Return the unhandled ones, oldest first, and count each as tried once more."""
        found = self._transaction.execute(_TAKE, {"an_adapter": adapter}).all()
        # RETURNING promises no order.
        return [_delivery(row) for row in sorted(found, key=lambda row: row.number)]

    def done(self, adapter: str, delivery: str) -> None:
        """Forget the body of a handled delivery; its id stays known until `forget`."""
        handled = {"an_adapter": adapter, "an_id": delivery, "at": stamp(self._transaction.now())}
        self._transaction.execute(_DONE, handled)

    def forget(self, before: datetime, *, most: int) -> int:
        """Forget what was handled before then, among this many of the oldest; return how many that were."""
        return self._transaction.execute(_FORGET, {"before": stamp(before), "most": most}).rowcount


def _delivery(row: Row) -> Delivery:
    return Delivery(
        adapter=row.adapter,
        id=row.delivery,
        body=loads(row.body),
        received_at=moment_of(row.received_at),
        tries=row.tries,
    )
