"""One engine per database file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import SettingsError, StoreInUseError
from bot.store import EngineLock

HOLDER = (
    "import subprocess, sys, time\n"
    "from bot.store import EngineLock\n"
    "EngineLock(sys.argv[1]).acquire()\n"
    "subprocess.Popen(['sleep', '20'], stdout=subprocess.DEVNULL)\n"
    "print('held', flush=True)\n"
    "time.sleep(20)\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "x.db"


def test_a_second_engine_is_refused_with_the_file_and_what_still_works(path: Path) -> None:
    with EngineLock(path), pytest.raises(StoreInUseError, match=r"x\.db.*`runs`, `check` and `teams`"):
        EngineLock(f"sqlite:///{path}").acquire()


def test_the_next_engine_works_after_the_first_let_go(path: Path) -> None:
    first = EngineLock(path)
    first.acquire()
    first.acquire()
    first.release()
    first.release()

    with EngineLock(path) as second:
        assert second.path == path.with_name("x.db.lock")


def test_a_killed_engine_leaves_no_lock_behind_though_its_programs_live(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreInUseError, match=f"process {holder.pid}"):
            EngineLock(path).acquire()
        holder.kill()
        holder.wait()

        with EngineLock(path) as lock:
            assert lock.path is not None


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_second_engine_that_comes_by_a_symbolic_link_is_refused(path: Path, tmp_path: Path, link: str) -> None:
    beside = tmp_path / "beside"
    beside.symlink_to(path if link == "file" else path.parent)

    with EngineLock(path), pytest.raises(StoreInUseError):
        EngineLock(beside if link == "file" else beside / path.name).acquire()


def test_a_symbolic_link_that_leads_back_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.db").symlink_to(tmp_path / "x.db")

    with pytest.raises(SettingsError, match="leads back to itself"):
        EngineLock(tmp_path / "x.db")


def test_a_database_in_memory_needs_no_lock() -> None:
    with EngineLock(":memory:") as one, EngineLock(":memory:"):
        assert one.path is None
