"""The packages that code may import: fetched once into the cache, from a list with exact versions and hashes.

A folder under its final name is whole, because it gets that name last. Boxes see it read-only.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

FONTS = ".fonts"
"""Folder beside the packages that holds matplotlib's list of fonts, which takes it seconds to make."""
MAKING = ".making-"


_TOOLS = frozenset({"pip", "setuptools", "wheel", "uv"})
"""What virtual environments and images hold to install with."""


@dataclass(frozen=True, slots=True)
class Packages:
    """A folder of installed packages."""

    folder: Path
    carried: bool = False
    """Whether only root can walk to it, so that root mounts it for the box first."""

    @property
    def font_lists(self) -> tuple[str, ...]:
        """Names of matplotlib's lists of fonts, at most one in use."""
        return tuple(sorted(path.name for path in (self.folder / FONTS).glob("fontlist-*.json")))


@cache
def lock() -> str:
    """Return the list that is installed: exact versions with hashes, for every platform."""
    return files("agents.sandbox.packages").joinpath("packages.lock").read_text("utf-8")


@cache
def chosen() -> tuple[str, ...]:
    """Return the packages that people are told of, without what they need themselves."""
    return tuple(files("agents.sandbox.packages").joinpath("packages.in").read_text("utf-8").split())


def importable(packages: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of packages, those that people know first."""
    known = [name for name in chosen() if name in packages]
    others = sorted(set(packages) - set(known) - _TOOLS, key=str.lower)
    # What the known ones need themselves says little where they are there.
    return tuple(known or others)


def place_of(cache_folder: Path, version: str) -> Path:
    """Return where this list lies for a version of Python such as `3.12`."""
    return cache_folder / "sandbox" / f"{version}-{hashlib.sha256(lock().encode()).hexdigest()[:12]}"


def installed(cache_folder: Path, version: str) -> Path | None:
    """Return the folder for a version of Python: this list's, else the latest of an earlier list, else None."""
    place = place_of(cache_folder, version)
    if place.is_dir():
        return place
    earlier = [path for path in place.parent.glob(f"{version}-*") if path.is_dir()]
    return max(earlier, key=lambda path: path.stat().st_mtime, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A virtual environment that the operator names."""

    prefix: Path
    """Of the Python that it was made from."""
    version: str
    packages: Path


def environment(folder: Path) -> Environment | str:
    """Return a virtual environment's parts, or why it is none."""
    try:
        text = (folder / "pyvenv.cfg").read_text("utf-8")
    except OSError as error:
        return f"{folder} is no virtual environment: pyvenv.cfg: {error.strerror}"
    if folder.resolve() == Path(sys.prefix).resolve():
        return f"{folder} is Threadfast's own environment, which code must not see"
    home = re.search(r"^home *= *(.+)$", text, re.MULTILINE)
    libraries = sorted(folder.glob("lib/python3.*/site-packages"))
    if home is None or not libraries:
        return f"{folder} is no virtual environment: its Python or its packages are missing"
    version = libraries[-1].parent.name.removeprefix("python")
    return Environment(prefix=Path(home[1].strip()).resolve().parent, version=version, packages=libraries[-1])
