"""The first start of the next version brings the tables to it, whatever the person's words are."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.upgrade import HEAD
from tests.integration.terminal.threadfast import SECONDS, Threadfast, thread_in
from tests.unit.store.test_upgrade import AFTER_HEAD, columns, version_of, with_next

pytestmark = pytest.mark.timeout(300)
NEXT_VERSION = f"""
import sys
from pathlib import Path

from bot.__main__ import main
from bot.store import upgrade

upgrade.HEAD = "{AFTER_HEAD}"
upgrade.bring_up.__kwdefaults__.update(head="{AFTER_HEAD}", migrations=Path(sys.argv.pop(1)))
main()
"""


def next_version(threadfast: Threadfast, migrations: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as the next version of Threadfast will, which has one migration more."""
    return subprocess.run(
        [sys.executable, "-P", "-c", NEXT_VERSION, str(migrations), *arguments],
        env=threadfast.environment,
        cwd=threadfast.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize("goes_on", [True, False], ids=["with its waiting thread", "with a new thread"])
def test_chat_migrates_the_database_of_the_version_before(
    threadfast: Threadfast, tmp_path: Path, goes_on: bool
) -> None:
    waiting = threadfast.run("chat", "--say", "plan a trip")
    database = tmp_path / "data" / "threadfast.db"
    words = ("--thread", thread_in(waiting.stdout), "--say", "exit") if goes_on else ("--say", "plan a trip")
    migrations = with_next(tmp_path)

    refused = next_version(threadfast, migrations, "runs")
    done = next_version(threadfast, migrations, "chat", *words)
    listed = next_version(threadfast, migrations, "runs")

    assert waiting.returncode == 3, waiting.stderr
    assert f"is at version {HEAD} and this Threadfast reads {AFTER_HEAD}. Start `threadfast chat`" in refused.stderr
    assert done.returncode == (0 if goes_on else 3), done.stderr
    assert (version_of(database), "colour" in columns(database)) == (AFTER_HEAD, True)
    assert version_of(database.with_name(f"threadfast.db.before-{AFTER_HEAD}.bak")) == HEAD
    assert thread_in(waiting.stdout) in listed.stdout


def test_chat_refuses_the_database_of_a_newer_version(threadfast: Threadfast, tmp_path: Path) -> None:
    waiting = threadfast.run("chat", "--say", "plan a trip")
    with closing(sqlite3.connect(tmp_path / "data" / "threadfast.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0042'")

    refused = threadfast.run("chat", "--thread", thread_in(waiting.stdout), "--say", "exit")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Install the Threadfast that wrote it" in refused.stderr
