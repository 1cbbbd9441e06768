"""What is the bot's own among what a box is given to read: found here, shown empty to the box.

It matters where the bot lives under a folder of the system, such as /usr/src/app. Where the bot is not root, a box has
its user, so that no file's mode would keep it out.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from agents.sandbox.bubblewrap.system import PYTHON_INSIDE, SYSTEM_FOLDERS, Interpreter

_OF_THE_BOX = ("/tmp", "/dev/shm", "/box", "/opt/bin", "/proc", "/usr", "/etc/ld.so.cache")  # noqa: S108 - compared
_OF_PROGRAMS = ("bin", "sbin", "lib", "lib32", "lib64", "local/bin", "local/lib")


def bound(python: Interpreter, packages: tuple[Path, str] | None, root: Path = Path("/")) -> dict[Path, str]:
    """Return each folder of this host that a box may read, and what it is called inside."""
    found = {root / "usr": "/usr"}
    for name in SYSTEM_FOLDERS:
        if (root / name).is_dir() and not (root / name).is_symlink():
            found[root / name] = f"/{name}"
    if python.prefix is not None:
        found[python.prefix] = PYTHON_INSIDE
    if packages is not None:
        found[packages[0]] = packages[1]
    return found


def masks(private: Iterable[Path], given: dict[Path, str], python: Interpreter, *, as_other: bool = False) -> list[str]:
    """Return the folders inside to show empty: those of the bot's that a box could read and can do without.

    Folders that do not exist now are left out: there is nothing to mount on, and nothing to see.

    Args:
        private: The bot's folders.
        given: What a box may read, and what it is called inside.
        python: The box's own.
        as_other: Whether the box has another user than the bot: it cannot mount within what is closed to it.
    """
    seen = ((bound, path) for bound, path in _seen(private, given) if _is_folder(path))
    covered = ((bound, _open_to_all(bound, path) if as_other else path) for bound, path in seen)
    places = {_inside(given, bound, path) for bound, path in covered if path is not None}
    free = [place for place in places if not any(_holds(place, one) for one in _needed(python))]
    hidden = set(python.masks)
    for place in sorted(free):
        if not any(_holds(one, place) for one in hidden):
            hidden.add(place)
    return sorted(hidden - set(python.masks))


def checked(private: Iterable[Path], given: dict[Path, str]) -> list[str]:
    """Return under which names a trial must look for the bot's folders in a box."""
    resolved = [path.resolve() for path in private]
    # A data folder such as / or /tmp has another of its name in the box.
    own = [path for path in resolved if not any(_holds(str(path), one) for one in _OF_THE_BOX)]
    return sorted({*map(str, own), *(_inside(given, *pair) for pair in _seen(resolved, given))})


def _seen(private: Iterable[Path], given: dict[Path, str]) -> Iterator[tuple[Path, Path]]:
    """Give each folder that a box may read with those of the bot's that lie in it."""
    for path in (path.resolve() for path in private):
        yield from ((bound, path) for bound in given if path.is_relative_to(bound))


def _inside(given: dict[Path, str], bound: Path, path: Path) -> str:
    return str(Path(given[bound]) / path.relative_to(bound))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except PermissionError:
        # It is closed to us, and the box has no more rights than we.
        return False


def _open_to_all(bound: Path, path: Path) -> Path | None:
    """Return the folder, or the first one on the way to it that others may not enter; None: that is the bound one."""
    way = [step for step in (*reversed(path.parents), path) if step.is_relative_to(bound)]
    first = next((step for step in way if not step.stat().st_mode & stat.S_IXOTH), path)
    return first if first != bound or first == path else None


def _needed(python: Interpreter) -> Iterator[str]:
    """Give what neither programs nor the box's Python can do without."""
    yield from (f"/{name}" for name in SYSTEM_FOLDERS)
    yield from (f"/usr/{name}" for name in _OF_PROGRAMS)
    program = Path(python.program)
    yield str(program)
    # Its library's own folders too: none of them is the bot's.
    library = program.parents[1] / "lib" / f"python{python.version}"
    yield str(library)
    yield from (str(library / name) for name in ("encodings", "json", "lib-dynload", "importlib"))


def _holds(folder: str, path: str) -> bool:
    return Path(path).is_relative_to(folder)
