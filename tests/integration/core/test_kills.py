from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def live(folder: Path, point: str, number: int) -> int:
    """Run one process over the folder's store and return its exit status."""
    command = [sys.executable, "-m", "tests.integration.core.worker", str(folder), point, str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


def shown(folder: Path) -> tuple[list[str], list[str]]:
    """Return what the thread shows in the end, and the messages that were posted more than once."""
    rows = [line.split("\t") for line in (folder / "thread.txt").read_text("utf-8").splitlines()]
    # The run's id differs from run to run.
    lines = list({row[0]: row[2] for row in rows}.values())
    own = Counter(row[1] for row in rows if row[0] == f"m-{row[1]}")
    return lines, [key for key, times in own.items() if times > 1]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
def test_process_killed_at_one_commit_after_the_other_shows_what_one_life_shows(tmp_path: Path, point: str) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    assert live(whole, "never", 0) == 0
    expected, _ = shown(whole)

    lives = 1
    while live(tmp_path, point, lives) != 0:
        lives += 1

    lines, twice = shown(tmp_path)
    assert lives > 5
    assert [line.replace("interrupted", "ran") for line in lines] == expected
    assert twice == []


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("point", "number"), [("before_post", 2), ("after_post", 1)])
def test_process_killed_around_each_of_its_posts_shows_what_one_life_shows(
    tmp_path: Path, point: str, number: int
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    assert live(whole, "never", 0) == 0
    expected, _ = shown(whole)

    lives = 1
    while live(tmp_path, point, number) != 0:
        lives += 1

    lines, twice = shown(tmp_path)
    assert lives > 5
    assert [line.replace("interrupted", "ran") for line in lines] == expected
    assert twice == []
