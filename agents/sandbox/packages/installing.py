"""Fetches the packages that code may import, by pip from wherever this machine's pip is set up for.

Only wheels are taken, so nothing of a package runs here, and only those whose hashes stand in the list. A folder gets
its final name when code in a box has imported them all.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from agents.models.embedded.mirrors import MirrorError, find_pip
from agents.sandbox.limits import Limits
from agents.sandbox.packages import curated
from agents.sandbox.packages.curated import FONTS, MAKING
from agents.sandbox.sandbox import Sandbox, Wanted
from agents.sandbox.work import BoxNotMadeError, Stop, Work
from bot.errors import ThreadfastError

Tell = Callable[[str], None]
"""Called with a line for the operator."""

_FOUND = re.compile(r"^\s*(?:Collecting|Processing) (\S+)")
_PROVING_SECONDS = 180
_PROVE = """
import glob, shutil
from dateutil import parser
import matplotlib.pyplot, networkx, numpy, openpyxl, pandas, PIL.Image, sympy, tabulate
from matplotlib import font_manager
for path in glob.glob("/tmp/matplotlib/fontlist-*.json"):
    shutil.copy(path, ".")
"""


class PackagesError(ThreadfastError):
    """The packages could not be fetched; nothing was changed."""


def install(cache: Path, version: str, tell: Tell, *, pip: list[str] | None = None) -> Path:
    """Return the folder of the packages for a version of Python, fetching them first where they are missing.

    It may be interrupted at any instant. Two processes do not fetch at once: the second waits for the first.

    Args:
        cache: The cache folder.
        version: Of the box's Python, such as `3.12`.
        tell: Told how far it is.
        pip: pip's command; None: the one of this machine.

    Raises:
        PackagesError: pip could not fetch them, or code in a box cannot import them; the message says what to do.
    """
    place = curated.place_of(cache, version)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place.parent):
            if not place.is_dir():
                _make(place, version, tell, pip)
    except OSError as error:
        raise PackagesError(f"The packages cannot be kept in {place.parent}: {error.strerror or error}.") from error
    return place


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(place: Path, version: str, tell: Tell, pip: list[str] | None) -> None:
    for left in place.parent.glob(f"{MAKING}*"):
        shutil.rmtree(left, ignore_errors=True)
    making = Path(tempfile.mkdtemp(dir=place.parent, prefix=MAKING))
    try:
        _fetch(making, version, tell, pip if pip is not None else _pip())
        _let_everybody_read(making)
        tell("trying them in a box")
        _prove(making)
        making.rename(place)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _pip() -> list[str]:
    try:
        return find_pip()
    except MirrorError as error:
        raise PackagesError(f"The packages cannot be fetched: {error}.") from error


def _fetch(folder: Path, version: str, tell: Tell, pip: list[str]) -> None:
    """Have pip put the list into a folder."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as wanted:
        wanted.write(curated.lock())
        wanted.flush()
        words = [
            *pip,
            *("install", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-input", "--no-user"),
            *("--disable-pip-version-check", "--no-warn-script-location", "--progress-bar=off", "--retries=2"),
            *("--python-version", version, "--target", str(folder), "--requirement", wanted.name),
        ]
        try:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        except OSError as error:
            raise PackagesError(f"The packages cannot be fetched: {pip[0]}: {error.strerror}.") from error
        with process:
            said = _followed(process, tell)
    if process.returncode != 0:
        raise PackagesError(_why(said))


def _followed(process: subprocess.Popen[str], tell: Tell) -> list[str]:
    """Return pip's last lines, and tell of each package as it comes."""
    said: list[str] = []
    count, total = 0, len(set(re.findall(r"^([\w.-]+)==", curated.lock(), re.MULTILINE)))
    for line in process.stdout or ():
        said = [*said[-40:], line.strip()]
        if found := _FOUND.match(line):
            count += 1
            tell(f"package {count} of {total}: {_named(found[1])}")
        elif line.startswith("Installing collected"):
            tell("unpacking")
    return said


def _named(text: str) -> str:
    """Return a package's name and version, whether pip names its requirement or its file."""
    parts = text.rsplit("/", 1)[-1].split("-")
    return " ".join(parts[:2] if len(parts) > 1 and text.endswith(".whl") else text.split("=="))


def _why(said: list[str]) -> str:
    """Say what pip's last lines mean to an operator."""
    text = "\n".join(said)
    errors = [line for line in said if line.startswith("ERROR")] or said[-1:] or ["pip failed without a word"]
    last = errors[-1].removeprefix("ERROR: ")[:300]
    if "No space left on device" in text:
        return "The packages cannot be fetched: no space is left on the disk; they need about 400 MB."
    if "DO NOT MATCH THE HASHES" in text:
        return (
            "The packages cannot be fetched: the package index offers other files than the list's; "
            "none of them was installed."
        )
    if re.search(r"NewConnectionError|ConnectTimeout|ProxyError|name resolution|Max retries|SSLError", text):
        return (
            "The packages cannot be fetched: the package index cannot be reached. pip's own settings count "
            f"(index, proxy, certificates): see that `pip download numpy` works here. pip said: {last}"
        )
    return f"The packages cannot be fetched: pip said: {last}"


def _let_everybody_read(folder: Path) -> None:
    """Let the box's user, who is nobody, read what was installed; a strict umask would forbid it."""
    for path, _, names in os.walk(folder):
        Path(path).chmod(0o755)
        for name in names:
            file = Path(path, name)
            file.chmod(file.stat().st_mode | 0o444)


def _prove(folder: Path) -> None:
    """Import everything in a box, and keep matplotlib's list of fonts, which it takes seconds to make."""
    work = Work(commands="python3 try.py", scripts={"try.py": _PROVE.encode()})
    limits = Limits(wall=_PROVING_SECONDS, cpu=_PROVING_SECONDS)
    with contextlib.closing(Stop()) as stop:
        try:
            ended = Sandbox(Wanted(packages=folder)).maker().run(limits, work, stop)
        except BoxNotMadeError as error:
            raise PackagesError(f"The packages were fetched, but no box could be made to try them: {error}.") from error
    if ended.exit_code != 0:
        last = ended.why or (ended.output.strip().splitlines() or ["it ended without a word"])[-1]
        raise PackagesError(f"The packages were fetched, but code in a box cannot import them: {last}")
    (folder / FONTS).mkdir()
    for file in (one for one in ended.harvest.files if one.name.startswith("fontlist-")):
        (folder / FONTS / file.name).write_bytes(file.data)
    _let_everybody_read(folder / FONTS)
