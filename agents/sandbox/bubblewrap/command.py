"""The words that make a box: bubblewrap's arguments. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agents.sandbox.bubblewrap import mounts
from agents.sandbox.bubblewrap.private import bound, masks
from agents.sandbox.bubblewrap.system import CARRIED, NOBODY, PYTHON_INSIDE, Bubblewrap, Interpreter, system_binds
from agents.sandbox.limits import Limits
from agents.sandbox.packages.curated import FONTS, Packages

MIB = 1 << 20
WORK = "/box"
# Both are the box's own, made empty for it.
TMP = "/tmp"  # noqa: S108 - inside the box
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - inside the box
PACKAGES_INSIDE = "/opt/packages"
"""Where the packages lie that code may import: a neutral path, as the Python's."""
_BIN = "/opt/bin"
_MATPLOTLIB = f"{TMP}/matplotlib"
ENVIRONMENT = {
    "HOME": WORK,
    "TMPDIR": TMP,
    "XDG_CACHE_HOME": f"{TMP}/.cache",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
    "PYTHONUTF8": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": _MATPLOTLIB,
    "OPENBLAS_NUM_THREADS": "2",
}
"""What the code of every kind of box finds in its environment, beside where programs are."""
NOT_THEIRS = ("keys", "key-users", "sched_debug", "timer_list", "latency_stats", "cmdline")
"""What /proc says of the whole host, also in a namespace of processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A way to make boxes on this host."""

    bubblewrap: Bubblewrap
    interpreter: Interpreter
    user: int | None
    """The unprivileged user that root becomes first; None: we are not root."""
    proc: bool = True
    """Whether the box has a /proc of its own; some containers forbid it."""
    packages: Packages | None = None
    """What code may import beside the standard library."""
    namespace: int | None = None
    """The open mount namespace in which what is carried lies already."""
    private: tuple[Path, ...] = ()
    """Folders of the bot's own: they are shown empty where they lie in what a box may read."""
    no_nested: bool = True
    """Whether bubblewrap also forbids namespaces in the box; the system call filter does in any case."""

    @property
    def given(self) -> dict[Path, str]:
        """What of this host a box may read, and what it is called inside."""
        packages = (self.packages.folder, PACKAGES_INSIDE) if self.packages else None
        return bound(self.interpreter, packages)

    @property
    def tier(self) -> str:
        """What kind of box this is."""
        return "bubblewrap" if self.proc else "bubblewrap without /proc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptors:
    """Numbers of the open files that bubblewrap inherits."""

    info: int
    seccomp: int
    door: int
    scripts: dict[str, int]
    """Read-only files of the work folder by name."""
    inputs: dict[str, int]
    """Files of the work folder that the code may change."""


def prefix(setup: Setup) -> list[str]:
    """Return what root runs before bubblewrap: have what nobody may walk to mounted, then become nobody."""
    if not (sources := carried(setup)):
        return []
    if setup.namespace is not None:
        there = f"--mount=/proc/self/fd/{setup.namespace}"
        return ["nsenter", there, f"--setgid={setup.user}", f"--setuid={setup.user}", "--"]
    script = f'{mounts.script(len(sources))} && shift {2 * len(sources)} && exec "$@"'
    mounting = ["unshare", "--mount", "--propagation=private", "--", "/bin/sh", "-c", script, "sh"]
    identity = ["setpriv", f"--reuid={setup.user}", f"--regid={setup.user}", "--clear-groups", "--no-new-privs", "--"]
    return [*mounting, *mounts.places(tuple(sources)), *identity]


def carried(setup: Setup) -> list[str]:
    """Return the folders that root mounts, in the order of the places it mounts them at."""
    python = [str(setup.interpreter.prefix)] if setup.interpreter.carried else []
    packages = [str(setup.packages.folder)] if setup.packages and setup.packages.carried else []
    return [*python, *packages]


def _source(setup: Setup, folder: Path) -> str:
    """Return where bubblewrap finds a folder of this host."""
    sources = carried(setup)
    return CARRIED[sources.index(str(folder))] if str(folder) in sources else str(folder)


def arguments(setup: Setup, limits: Limits, files: Descriptors) -> list[str]:
    """Return bubblewrap's arguments, up to the program."""
    return [
        *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--uid", str(NOBODY), "--gid", str(NOBODY), "--hostname", "box", "--cap-drop", "ALL"),
        *(["--disable-userns"] if setup.no_nested else []),
        *("--new-session", "--die-with-parent", "--clearenv"),
        *_environment(setup),
        *system_binds(),
        *_python(setup),
        *_proc(setup),
        *("--dev", "/dev", "--size", str(8 * MIB), "--tmpfs", SHARED_MEMORY, "--remount-ro", "/dev"),
        *("--perms", "1777", "--size", str(limits.tmp), "--tmpfs", TMP),
        *_packages(setup),
        *_hidden(masks(setup.private, setup.given, setup.interpreter, as_other=setup.user is not None)),
        *("--perms", "0700", "--size", str(limits.work), "--tmpfs", WORK),
        *_work_files(files),
        *("--chdir", WORK, "--remount-ro", "/"),
        *("--info-fd", str(files.info), "--seccomp", str(files.seccomp), "--"),
    ]


def _proc(setup: Setup) -> Iterator[str]:
    if not setup.proc:
        yield from ("--dir", "/proc")
        return
    yield from ("--proc", "/proc")
    for name in NOT_THEIRS:
        if Path("/proc", name).exists():
            yield from ("--ro-bind", "/dev/null", f"/proc/{name}")
    yield from ("--remount-ro", "/proc")


def _environment(setup: Setup) -> Iterator[str]:
    variables = {"PATH": f"{_BIN}:/usr/local/bin:/usr/bin:/bin", **ENVIRONMENT}
    if setup.packages:
        variables["PYTHONPATH"] = PACKAGES_INSIDE
    if setup.interpreter.prefix:
        # An interpreter that was built for another folder finds its shared library by this alone.
        variables["LD_LIBRARY_PATH"] = f"{PYTHON_INSIDE}/lib"
    for name, value in variables.items():
        yield from ("--setenv", name, value)


def _python(setup: Setup) -> Iterator[str]:
    python = setup.interpreter
    if python.prefix:
        yield from ("--ro-bind", _source(setup, python.prefix), PYTHON_INSIDE)
    yield from _hidden(python.masks)
    for name in ("python", "python3"):
        yield from ("--symlink", python.program, f"{_BIN}/{name}")


def _hidden(places: Iterable[str]) -> Iterator[str]:
    for place in places:
        yield from ("--size", "4096", "--tmpfs", place, "--remount-ro", place)


def _packages(setup: Setup) -> Iterator[str]:
    if setup.packages is None:
        return
    yield from ("--ro-bind", _source(setup, setup.packages.folder), PACKAGES_INSIDE)
    for name in setup.packages.font_lists:
        yield from ("--symlink", f"{PACKAGES_INSIDE}/{FONTS}/{name}", f"{_MATPLOTLIB}/{name}")


def _work_files(files: Descriptors) -> Iterator[str]:
    for name, number in files.inputs.items():
        yield from ("--perms", "0644", "--file", str(number), f"{WORK}/{name}")
    for name, number in files.scripts.items():
        yield from ("--perms", "0444", "--ro-bind-data", str(number), f"{WORK}/{name}")


def program(setup: Setup, limits: Limits, door: int, commands: str) -> list[str]:
    """Return the program that bubblewrap starts: `inside.py`, with its arguments."""
    inside = Path(__file__).with_name("inside.py").read_text(encoding="utf-8")
    rlimits = [f"{name}={value}" for name, value in limits.rlimits().items()]
    return [setup.interpreter.program, "-I", "-S", "-B", "-c", inside, str(door), *rlimits, commands]
