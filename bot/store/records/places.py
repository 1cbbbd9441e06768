"""Where adapters listen, how far they have come there, and what they keep for themselves."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.store.database import insert
from bot.store.records.transaction import Transaction
from bot.store.schema import notes, places

_OF = sa.select(places.c.place, places.c.position).where(places.c.adapter == bindparam("an_adapter"))
_put_place = insert(places)
_NOTE = _put_place.on_conflict_do_update(
    index_elements=[places.c.adapter, places.c.place],
    set_={"position": _put_place.excluded.position},
    where=places.c.position < _put_place.excluded.position,
)
_DROP = sa.delete(places).where(places.c.adapter == bindparam("an_adapter"), places.c.place == bindparam("a_place"))
_READ = sa.select(notes.c.text).where(notes.c.adapter == bindparam("an_adapter"), notes.c.name == bindparam("a_name"))
_put_note = insert(notes)
_KEEP = _put_note.on_conflict_do_update(
    index_elements=[notes.c.adapter, notes.c.name], set_={"text": _put_note.excluded.text}
)


class SqlPlaces:
    """`bot.ports.Places` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of(self, adapter: str) -> dict[str, int]:
        """Return an adapter's places with their positions."""
        found = self._transaction.execute(_OF, {"an_adapter": adapter})
        return {row.place: row.position for row in found}

    def note(self, adapter: str, place: str, position: int) -> None:
        """Know a place, and that everything up to this position is recorded there; a position only rises."""
        self._transaction.execute(_NOTE, {"adapter": adapter, "place": place, "position": position})

    def drop(self, adapter: str, place: str) -> None:
        """Forget a place that is gone."""
        self._transaction.execute(_DROP, {"an_adapter": adapter, "a_place": place})


class SqlNotes:
    """`bot.ports.Notes` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def read(self, adapter: str, name: str) -> str | None:
        """Return what the adapter keeps under this name."""
        text: str | None = self._transaction.execute(
            _READ, {"an_adapter": adapter, "a_name": name}
        ).scalar_one_or_none()
        return text

    def keep(self, adapter: str, name: str, text: str) -> None:
        """Keep this under a name, instead of what was kept."""
        self._transaction.execute(_KEEP, {"adapter": adapter, "name": name, "text": text})
