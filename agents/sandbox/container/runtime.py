"""Boxes as containers, for hosts whose operators name an image: the words to a runtime that make and remove them.

Nothing of this host is mounted. Files go in and come out through the container's standard streams, where `within`
is at the other end.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agents.sandbox.bubblewrap.command import ENVIRONMENT, TMP, WORK
from agents.sandbox.limits import MIB, Limits
from agents.sandbox.seccomp import program as seccomp_program
from agents.sandbox.work import Work

RUNTIMES = ("podman", "docker")
LABEL = "threadfast.until"
"""The label that says until when, in seconds since 1970, a container can be of any use."""
OWN_PROCESSES = 4
"""What is not the code's: the first program, and what a runtime starts beside it."""
SHARED_MEMORY = 8 * MIB
RUNTIME_SECONDS = 30.0
"""How long a word to a runtime may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A way to make containers on this host."""

    runtime: Path
    image: str
    inodes: bool = True
    """Whether the number of files is limited by the work folder itself; not every runtime passes that on."""

    @property
    def tier(self) -> str:
        """What kind of box this is."""
        return f"container ({self.runtime.name})"


def found(image: str, runtime: str = "") -> Iterator[Container]:
    """Give the ways to try, the best first.

    Args:
        image: What the containers are made of.
        runtime: A program's name or path; empty: those that are usual.
    """
    for name in (runtime,) if runtime else RUNTIMES:
        if path := shutil.which(name):
            yield Container(runtime=Path(path), image=image)
            yield Container(runtime=Path(path), image=image, inodes=False)


def arguments(setup: Container, limits: Limits, *, name: str, until: int) -> list[str]:
    """Return the words that start a container which waits for its work."""
    memory = limits.memory + limits.work + limits.tmp
    inodes = f",nr_inodes={limits.work_files + 1}" if setup.inodes else ""
    return [
        str(setup.runtime),
        *("run", "--rm", "--interactive", "--pull", "never", "--name", name, "--label", f"{LABEL}={until}"),
        *("--network", "none", "--hostname", "box", "--ipc", "private", "--log-driver", "none"),
        *("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "65534:65534"),
        *(word for name, number in _ulimits(limits).items() for word in ("--ulimit", f"{name}={number}:{number}")),
        *("--pids-limit", str(limits.processes + OWN_PROCESSES)),
        # As much with swap as without: none.
        *("--memory", str(memory), "--memory-swap", str(memory), "--shm-size", str(SHARED_MEMORY)),
        *("--tmpfs", f"{TMP}:rw,nosuid,nodev,exec,mode=1777,size={limits.tmp}"),
        *("--tmpfs", f"{WORK}:rw,nosuid,nodev,exec,mode=1777,size={limits.work}{inodes}"),
        *("--workdir", "/", "--entrypoint", "python3"),
        *(setup.image, "-I", "-S", "-B", "-c", _within()),
    ]


def _ulimits(limits: Limits) -> dict[str, int]:
    """Return limits that runtimes would otherwise set higher than some hosts let them."""
    # nproc counts a user's processes on the whole host, in all containers.
    return {"nofile": limits.open_files, "nproc": 16_384, "core": 0}


def order(limits: Limits, work: Work) -> bytes:
    """Return what the container's first program reads: what to do, then the files."""
    files = [
        *((name, 0o444, data) for name, data in work.scripts.items()),
        *((name, 0o644, data) for name, data in work.inputs.items()),
    ]
    rlimits = limits.rlimits()
    # It counts the processes of a user on the whole host; --pids-limit counts those of the container.
    del rlimits["RLIMIT_NPROC"]
    words: dict[str, Any] = {
        "commands": work.commands,
        "files": [(name, mode, len(data)) for name, mode, data in files],
        "wall": limits.wall,
        "limits": rlimits,
        "filter": base64.b64encode(seccomp_program()).decode("ascii"),
        "environment": ENVIRONMENT,
        "take": {"files": limits.files, "bytes": limits.files_bytes, "entries": limits.work_files},
    }
    said = json.dumps(words).encode()
    return b"%010d" % len(said) + said + b"".join(data for _, _, data in files)


@cache
def _within() -> str:
    return Path(__file__).with_name("within.py").read_text(encoding="utf-8")


def sweep(runtime: Path) -> int:
    """Remove the containers of ours that can be of no use to anybody any more, and return how many that were."""
    words = ["ps", "--all", "--filter", f"label={LABEL}"]
    listed = told(runtime, *words, "--format", f'{{{{.ID}}}} {{{{.Label "{LABEL}"}}}}')
    old = [
        parts[0]
        for line in listed.splitlines()
        if len(parts := line.split()) == 2 and parts[1].isdigit() and int(parts[1]) < time.time()
    ]
    if old:
        told(runtime, "rm", "--force", *old)
    return len(old)


def told(runtime: Path, *words: str) -> str:
    """Say something to the runtime; what it cannot do is found out by those who need it."""
    try:
        done = subprocess.run(
            [runtime, *words], capture_output=True, text=True, timeout=RUNTIME_SECONDS, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
