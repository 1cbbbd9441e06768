"""Folders that only root can walk to, mounted where every box's user can, in a mount namespace for boxes alone.

It is made once and kept open by a descriptor; no process lives in it between boxes, and the host's mounts stay as they
are.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache

from agents.sandbox.bubblewrap.system import CARRIED

SECONDS = 20


@cache
def mounted(*sources: str) -> int | None:
    """Return the open namespace in which these folders lie at the places of `CARRIED`, in order.

    None: it cannot be made here, so that each box has to mount them for itself.
    """
    words = [
        "unshare",
        "--mount",
        "--propagation=private",
        "--",
        "/bin/sh",
        "-c",
        f"{script(len(sources))} && echo && read x",
    ]
    try:
        with subprocess.Popen(
            [*words, "sh", *places(sources)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        ) as holder:
            # It says when the mounts are there and waits for us, so that there is a process to take it from.
            made = holder.stdout is not None and holder.stdout.readline() == b"\n"
            return os.open(f"/proc/{holder.pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC) if made else None
    except OSError:
        return None


def script(count: int) -> str:
    """Return the shell's line that mounts so many folders, each given as a pair of words."""
    return " && ".join(f'mount --bind -o ro -- "${{{2 * n + 1}}}" "${{{2 * n + 2}}}"' for n in range(count))


def places(sources: tuple[str, ...]) -> list[str]:
    """Return each folder with where it is mounted."""
    return [word for pair in zip(sources, CARRIED, strict=False) for word in pair]
