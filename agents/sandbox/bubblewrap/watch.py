"""What a box uses while it runs, read from outside."""

from __future__ import annotations

import os
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(root: int) -> list[int]:
    """Return a process and all its descendants."""
    seen: list[int] = []
    todo = [root]
    while todo:
        one = todo.pop()
        seen.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                todo += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return seen


def uses_more_than(root: int, limit: int) -> bool:
    """Tell whether a process tree holds more memory than this, counting shared pages once.

    The cheap sum counts them for each process, so the exact one is asked only when the cheap one is too high.
    """
    pids = tree(root)
    return sum(map(_resident, pids)) > limit and sum(map(_proportional, pids)) > limit


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def entries(folder: int) -> int:
    """Return how many files and folders a work folder holds."""
    room = os.fstatvfs(folder)
    return room.f_files - room.f_ffree


def let_it_be_killed_first(root: int) -> None:
    """Tell the kernel to take a process tree before anything else when memory runs out."""
    for pid in tree(root):
        try:
            Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
        except OSError:
            continue
