"""The words that make a box: bubblewrap's arguments. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agents.sandbox.limits import Limits
from agents.sandbox.system import CARRIED, NOBODY, PYTHON_INSIDE, Bubblewrap, Interpreter, system_binds

MIB = 1 << 20
WORK = "/box"
# Both are the box's own, made empty for it.
TMP = "/tmp"  # noqa: S108 - inside the box
SHARED_MEMORY = "/dev/shm"  # noqa: S108 - inside the box
_BIN = "/opt/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A way to make boxes on this host."""

    bubblewrap: Bubblewrap
    interpreter: Interpreter
    user: int | None
    """The unprivileged user that root becomes first; None: we are not root."""
    proc: bool = True
    """Whether the box has a /proc of its own; some containers forbid it."""
    no_nested: bool = True
    """Whether bubblewrap also forbids namespaces in the box; the system call filter does in any case."""

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
    """Return what root runs before bubblewrap: mount the interpreter where nobody may walk, then become nobody."""
    if not setup.interpreter.carried:
        return []
    script = 'mount --bind -o ro -- "$1" "$2" && shift 2 && exec "$@"'
    source = str(setup.interpreter.prefix)
    identity = ["setpriv", f"--reuid={setup.user}", f"--regid={setup.user}", "--clear-groups", "--no-new-privs", "--"]
    return [
        "unshare",
        "--mount",
        "--propagation=private",
        "--",
        "/bin/sh",
        "-c",
        script,
        "sh",
        source,
        CARRIED,
        *identity,
    ]


def arguments(setup: Setup, limits: Limits, files: Descriptors) -> list[str]:
    """Return bubblewrap's arguments, up to the program."""
    return [
        *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--uid", str(NOBODY), "--gid", str(NOBODY), "--hostname", "box", "--cap-drop", "ALL"),
        *(["--disable-userns"] if setup.no_nested else []),
        *("--new-session", "--die-with-parent", "--clearenv"),
        *_environment(setup.interpreter),
        *system_binds(),
        *_python(setup.interpreter),
        *(["--proc", "/proc", "--remount-ro", "/proc"] if setup.proc else ["--dir", "/proc"]),
        *("--dev", "/dev", "--size", str(8 * MIB), "--tmpfs", SHARED_MEMORY, "--remount-ro", "/dev"),
        *("--perms", "1777", "--size", str(limits.tmp), "--tmpfs", TMP),
        *("--perms", "0700", "--size", str(limits.work), "--tmpfs", WORK),
        *_work_files(files),
        *("--chdir", WORK, "--remount-ro", "/"),
        *("--info-fd", str(files.info), "--seccomp", str(files.seccomp), "--"),
    ]


def _environment(python: Interpreter) -> Iterator[str]:
    variables = {
        "PATH": f"{_BIN}:/usr/local/bin:/usr/bin:/bin",
        "HOME": WORK,
        "TMPDIR": TMP,
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "2",
    }
    if python.prefix:
        # An interpreter that was built for another folder finds its shared library by this alone.
        variables["LD_LIBRARY_PATH"] = f"{PYTHON_INSIDE}/lib"
    for name, value in variables.items():
        yield from ("--setenv", name, value)


def _python(python: Interpreter) -> Iterator[str]:
    if python.prefix:
        source = CARRIED if python.carried else str(python.prefix)
        yield from ("--ro-bind", source, PYTHON_INSIDE)
    for place in python.masks:
        yield from ("--size", "4096", "--tmpfs", place, "--remount-ro", place)
    for name in ("python", "python3"):
        yield from ("--symlink", python.program, f"{_BIN}/{name}")


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
