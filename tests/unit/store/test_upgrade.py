"""Versions of the database: created, migrated after a backup, refused when newer."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.errors import StoreVersionError
from bot.store import open_store
from bot.store.database import Database, discard
from bot.store.upgrade import HEAD, MIGRATIONS, bring_up

AFTER_HEAD = f"{int(HEAD) + 1:04}"
"""The version after this one."""
NEXT = """
from __future__ import annotations
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{after}", "{head}", None, None
def upgrade() -> None:
    op.add_column("conversations", sa.Column("colour", sa.Text))
    {more}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database at this version with one conversation."""
    found = tmp_path / "x.db"
    migrate(found, MIGRATIONS, HEAD)
    with closing(sqlite3.connect(found)) as database, database:
        database.execute("INSERT INTO conversations (id, team, language, epoch) VALUES ('a:b:c:d', 'solo', 'en', 3)")
    return found


def migrate(path: Path, migrations: Path, head: str) -> None:
    database = Database(path=path)
    connection = database.connect()
    try:
        bring_up(database, connection, head=head, migrations=migrations)
    finally:
        discard(connection)


def with_next(tmp_path: Path, more: str = "") -> Path:
    migrations = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    script = NEXT.format(more=more, after=AFTER_HEAD, head=HEAD)
    (migrations / "versions" / f"v{AFTER_HEAD}_next.py").write_text(script)
    return migrations


def structure(path: Path) -> set[tuple[str, str, str]]:
    """Return every table and index with its columns, however their text is laid out."""
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {(kind, name, "".join((sql or "").replace('"', "").split())) for kind, name, sql in found}


def columns(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [row[1] for row in database.execute("PRAGMA table_info(conversations)")]


def version_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_migrating_from_nothing_makes_the_same_tables_as_creating(tmp_path: Path) -> None:
    migrate(tmp_path / "created.db", MIGRATIONS, HEAD)
    run_alembic(tmp_path / "migrated.db")

    assert structure(tmp_path / "migrated.db") == structure(tmp_path / "created.db")


def run_alembic(path: Path, version: str = "head") -> None:
    from alembic import command

    database = Database(path=path)
    connection = database.connect()
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    with connection.begin():
        command.upgrade(config, version)
    discard(connection)


def test_the_newest_migration_is_the_version_that_is_known_without_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_an_older_database_is_copied_and_then_migrated(path: Path, tmp_path: Path) -> None:
    migrate(path, with_next(tmp_path), AFTER_HEAD)

    backup = tmp_path / f"x.db.before-{AFTER_HEAD}.bak"
    assert (version_of(path), "colour" in columns(path)) == (AFTER_HEAD, True)
    assert (version_of(backup), "colour" in columns(backup)) == (HEAD, False)
    with closing(sqlite3.connect(backup)) as database:
        assert database.execute("SELECT id, epoch FROM conversations").fetchall() == [("a:b:c:d", 3)]
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_migration_that_fails_leaves_the_database_as_it_was(path: Path, tmp_path: Path) -> None:
    before = structure(path)

    with pytest.raises(RuntimeError, match="half way"):
        migrate(path, with_next(tmp_path, "raise RuntimeError('half way')"), AFTER_HEAD)

    assert (version_of(path), structure(path)) == (HEAD, before)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_database_is_refused_with_both_versions(path: Path, read_only: bool) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0042'")

    with pytest.raises(StoreVersionError, match=f"0042.*{HEAD}"):
        open_store(path, read_only=read_only)

    assert version_of(path) == "0042"


def test_a_reader_of_an_older_database_says_what_migrates_it(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")

    with pytest.raises(StoreVersionError, match=f"0000.*{HEAD}.*threadfast run"):
        open_store(path, read_only=True)


def test_a_start_at_the_current_version_does_not_import_alembic(path: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from bot.store import open_store; open_store(sys.argv[1]); open_store(sys.argv[2]); "
        "print(sorted(name for name in sys.modules if name.startswith(('alembic', 'aiosqlite'))))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(path), str(tmp_path / "fresh.db")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "[]\n"
