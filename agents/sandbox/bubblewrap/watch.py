"""What a box uses while it runs, read from outside."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_BUFFER = 212_992
"""What the kernel itself sets for a socket."""


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
    """Tell whether a process tree and its sockets hold more memory than this, counting shared pages once.

    The cheap sum counts them for each process, so the exact one is asked only when the cheap one is too high.
    """
    pids, sockets = tree(root), of_sockets(root)
    return sum(map(_resident, pids)) + sockets > limit and sum(map(_proportional, pids)) + sockets > limit


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


def entries(folders: Iterable[int]) -> int:
    """Return how many files and folders these file systems hold together."""
    rooms = [os.fstatvfs(folder) for folder in folders]
    return sum(room.f_files - room.f_ffree for room in rooms)


def of_sockets(pid: int) -> int:
    """Return how much the kernel may keep for the sockets of a process's network: no process's memory tells of it.

    Those in flight between processes count too, as no list of descriptors shows them.
    """
    try:
        counts = socket_counts(Path(f"/proc/{pid}/net/sockstat").read_text())
    except (OSError, ValueError):
        return 0
    # A socket takes one more piece when it is almost full, and the box cannot enlarge it: see `seccomp`.
    each = max(_setting("core/wmem_default"), _setting("core/rmem_default")) * 3 // 2
    grown = (_setting("ipv4/tcp_rmem") + _setting("ipv4/tcp_wmem")) // 2
    # The kernel counts the pages of TCP for the whole host only, so that the box's are at most these.
    return counts["sockets"] * each + min(counts["TCP"] * grown, counts["mem"] * _PAGE)


def socket_counts(text: str) -> dict[str, int]:
    """Read the kernel's counts: sockets of all kinds, of TCP among them, and pages that TCP has taken."""
    lines = {line.split(":")[0]: line.split()[1:] for line in text.splitlines()}
    pairs = {kind: dict(zip(words[::2], map(int, words[1::2]), strict=False)) for kind, words in lines.items()}
    tcp = pairs.get("TCP", {})
    of_6 = pairs.get("TCP6", {}).get("inuse", 0)
    return {
        "sockets": pairs.get("sockets", {}).get("used", 0),
        "TCP": tcp.get("inuse", 0) + of_6 + tcp.get("orphan", 0),
        "mem": tcp.get("mem", 0),
    }


def _setting(name: str) -> int:
    """Return a setting of the network, the last number of its line: the highest."""
    try:
        return int(Path("/proc/sys/net", name).read_text().split()[-1])
    except (OSError, ValueError, IndexError):
        return _BUFFER


def let_it_be_killed_first(root: int) -> None:
    """Tell the kernel to take a process tree before anything else when memory runs out."""
    for pid in tree(root):
        try:
            Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
        except OSError:
            continue
