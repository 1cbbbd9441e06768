"""The trial: a program that tries to get out of a box, and what its report says of it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.sandbox.limits import Limits
from agents.sandbox.work import BoxNotMadeError, Maker, Stop, Work

SECONDS = 20

PROGRAM = """
import ctypes, importlib.metadata, json, os, platform, socket, sys
def tries(act):
    try: act()
    except OSError: return False
    return True
def reach():
    # Sends nothing: succeeds when there is a route, whoever is behind it.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("192.0.2.1", 80))
def seen(place, empty):
    # What is masked is there and empty; what is there and closed to us is not masked.
    try: return bool(os.listdir(place)) if empty else os.path.exists(place)
    except OSError as error: return isinstance(error, (PermissionError, NotADirectoryError))
hidden = json.loads(sys.argv[1])
prctl = ctypes.CDLL(None).prctl
print("PROOF " + json.dumps({
    "network": tries(reach), "root": os.getuid() == 0,
    "home": [place for place, empty in hidden if seen(place, empty)],
    "system": tries(lambda: open("/usr/.threadfast", "w").close()),
    "work": tries(lambda: open("written", "w").close()),
    "child": tries(lambda: os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "exit 0"], {}), 0)),
    "filter": prctl(21, 0, 0, 0, 0) == 2, "gain": prctl(39, 0, 0, 0, 0) != 1,
    "python": platform.python_version(),
    "packages": {one.name: one.version for one in importlib.metadata.distributions() if one.name},
}))
"""
"""`prctl` 21 is PR_GET_SECCOMP (2: a filter), 39 is PR_GET_NO_NEW_PRIVS."""

_OF_THE_SYSTEM = frozenset({"usr", "bin", "sbin", "lib", "lib64", "dev", "proc", "etc", "opt", "box", "tmp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a trial showed."""

    failure: str
    """What is wrong with the box; empty when it holds."""
    python: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)


def tried(maker: Maker, private: Iterable[str] = ()) -> Report:
    """Run the trial in a box of this kind.

    Args:
        maker: Makes the box.
        private: Names inside of further folders of the bot's own, which the box may see empty at most.
    """
    hidden = [*((place, False) for place in hidden_places()), *((place, True) for place in private)]
    words = shlex.quote(json.dumps(hidden))
    work = Work(commands=f"python3 trial.py {words}", scripts={"trial.py": PROGRAM.encode()})
    stop = Stop()
    try:
        ended = maker.run(Limits(wall=SECONDS), work, stop)
    except BoxNotMadeError as error:
        return Report(failure=str(error).rstrip("."))
    finally:
        stop.close()
    line = next((line for line in ended.output.splitlines() if line.startswith("PROOF ")), "")
    if not line:
        return Report(failure=f"the trial program failed: {(ended.output or ended.why).strip()[-300:]}")
    said: dict[str, Any] = json.loads(line[6:])
    return Report(failure=hole(said), python=said["python"], packages=said["packages"])


def hole(report: Mapping[str, Any]) -> str:
    """Say where a box that was made leaks or lacks something; empty when it is tight."""
    holes = {
        "the box reaches the network": report["network"],
        "the box runs as root": report["root"],
        f"the box sees {report['home']} of this host": report["home"],
        "the box can write to the system": report["system"],
        "the box cannot write to its own folder": not report["work"],
        "the box cannot start programs": not report["child"],
        "the box has no filter of system calls": not report["filter"],
        "the box can gain privileges": report["gain"],
    }
    return next((sentence for sentence, true in holes.items() if true), "")


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
