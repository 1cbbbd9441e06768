"""Bringing a database to this version's tables, and refusing those of another."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bot.errors import StoreCorruptError, StoreVersionError
from bot.store import schema
from bot.store.database import Database, tables

HEAD = "0004"
"""The newest migration. Kept here too, so that a start at it need not import Alembic; a test compares."""
MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up(database: Database, connection: sa.Connection, *, head: str = HEAD, migrations: Path = MIGRATIONS) -> None:
    """Create the tables, or migrate them after copying the file to `NAME.before-<head>.bak`.

    All of it is one transaction: a process that dies meanwhile leaves the database as it was. Call it as the only
    engine of this database (see `EngineLock`).

    Raises:
        StoreVersionError: The database is from a newer Threadfast.
        StoreCorruptError: It is damaged, or another program's.
        StoreFullError, StoreReadOnlyError, StoreError: It could not be written.
    """
    with database.translating(), connection.begin():
        found = found_version(database, connection)
        if found is None:
            _create(connection)
            return
    _refuse_newer(database, found, head)
    if found < head:
        _migrate(database, connection, head=head, migrations=migrations)


def is_readable(database: Database, connection: sa.Connection) -> bool:
    """Return whether there are tables to read; False while nothing was ever recorded.

    Raises:
        StoreVersionError: They are another version's; the message names both and says what to do.
        StoreCorruptError: The file is damaged, or another program's.
    """
    with database.translating(), connection.begin():
        found = found_version(database, connection)
    if found is None:
        return False
    _refuse_newer(database, found, HEAD)
    if found < HEAD:
        raise StoreVersionError(
            f"{database.name} is at version {found} and this Threadfast reads {HEAD}. "
            "Start `threadfast chat` or `threadfast run` once: it migrates the database, after making a backup."
        )
    return True


def found_version(database: Database, connection: sa.Connection) -> str | None:
    """Return the migration that the database is at; None for an empty one.

    Raises:
        StoreCorruptError: There are tables, but none of ours.
    """
    names = tables(connection)
    if not names:
        return None
    found = connection.execute(sa.select(schema.version)).scalar() if schema.version.name in names else None
    if found is None:
        raise StoreCorruptError(
            f"{database.name} is a database of another program, or lost its version. "
            "Give Threadfast a file of its own, or put a backup in its place."
        )
    return str(found)


def _create(connection: sa.Connection) -> None:
    schema.metadata.create_all(connection, checkfirst=False)
    schema.version.create(connection)
    connection.execute(sa.insert(schema.version), {"version_num": HEAD})


def _refuse_newer(database: Database, found: str, head: str) -> None:
    # Versions are of four digits, so they sort as text; what is not one of ours is newer.
    if found > head:
        path = database.path
        backup = path.with_name(f"{path.name}.before-{found}.bak") if path is not None else None
        instead = f", or put back the backup {backup}" if backup is not None and backup.exists() else ""
        raise StoreVersionError(
            f"{database.name} is at version {found}, this Threadfast knows versions up to {head}. "
            f"Install the Threadfast that wrote it{instead}."
        )


def _migrate(database: Database, connection: sa.Connection, *, head: str, migrations: Path) -> None:
    # Alembic costs a third of a second to import, and most starts need none of it.
    from alembic import command  # noqa: PLC0415  # see above
    from alembic.config import Config  # noqa: PLC0415  # see above

    if database.path is not None:
        database.back_up(database.path.with_name(f"{database.path.name}.before-{head}.bak"))
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    with database.translating(), connection.begin():
        command.upgrade(config, head)
