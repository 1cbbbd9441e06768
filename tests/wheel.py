"""Who owns our three import packages, and what a wheel holds. Standard library only: scripts/check-wheel runs it.

python tests/wheel.py owners              in an environment: nobody else owns our names
python tests/wheel.py contents ROOT FILE  the wheel holds every file of the three packages
"""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

DISTRIBUTION = "threadfast"
PACKAGES = ("bot", "adapters", "agents")


def foreign_owners(installed: Iterable[Distribution]) -> dict[str, list[str]]:
    """Return which of our names other distributions claim: by a file they list, or by their top_level.txt."""
    owners: dict[str, list[str]] = {}
    for distribution in installed:
        name = distribution.metadata["Name"]
        if name == DISTRIBUTION:
            continue
        claimed = {PurePosixPath(str(file)).parts[0].removesuffix(".py") for file in distribution.files or ()}
        claimed |= set((distribution.read_text("top_level.txt") or "").split())
        for package in claimed.intersection(PACKAGES):
            owners.setdefault(package, []).append(name)
    return owners


def places() -> dict[str, set[Path]]:
    """Return the folders that each of our names is imported from."""
    found: dict[str, set[Path]] = {}
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        found[package] = {Path(place).resolve() for place in (spec and spec.submodule_search_locations) or ()}
    return found


def ownership_problems(installed: Iterable[Distribution], found: dict[str, set[Path]]) -> list[str]:
    """Return a sentence for each thing wrong with who owns our names and where they come from."""
    problems = [
        f"{', '.join(names)} installs a package {package!r} too: Threadfast needs an environment of its own."
        for package, names in foreign_owners(installed).items()
    ]
    problems += [
        f"{package!r} comes from {len(folders)} places instead of one: {sorted(map(str, folders))}."
        for package, folders in found.items()
        if len(folders) != 1
    ]
    if len({folder.parent for folders in found.values() for folder in folders}) > 1:
        problems.append(f"{', '.join(PACKAGES)} do not lie side by side: {found}.")
    return problems


def missing_files(root: Path, wheel: Path) -> list[str]:
    """Return the files of our packages that the wheel does not hold."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    files = (file for package in PACKAGES for file in (root / package).rglob("*") if file.is_file())
    wanted = {file.relative_to(root).as_posix() for file in files if "__pycache__" not in file.parts}
    return sorted(wanted - held)


def main(arguments: list[str]) -> int:
    """Print what is wrong on standard error; the exit status tells whether anything is."""
    if arguments[0] == "owners":
        problems = ownership_problems(distributions(), places())
    else:
        problems = [f"the wheel lacks {file}" for file in missing_files(Path(arguments[1]), Path(arguments[2]))]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
