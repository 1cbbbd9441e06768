"""Runs the conformance suite.

`python -m tests.conformance [--seed N] [--modes abcd] [--jobs N] [--cuts all|none|only] [PROGRAM...]`
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from tests.conformance.modes import Tally
from tests.conformance.programs import PROGRAMS
from tests.conformance.suite import MODES, cut_short, cuts, everything
from tests.conformance.world import World

Work = tuple[str, Callable[[World], Tally]]


def works(names: list[str], modes: str, cut: str) -> list[Work]:
    """Return what there is to do."""
    found: list[Work] = []
    if cut != "only":
        found = [(name, partial(everything, program=PROGRAMS[name], modes=modes)) for name in names or PROGRAMS]
    if cut != "none":
        chosen = [program for program in cuts() if not names or program.model in names]
        found += [(program.name, partial(cut_short, program=program)) for program in chosen]
    return found


def _worker(queue: SimpleQueue[Work], folder: Path, seed: int, tallies: list[Tally]) -> None:
    with World(folder, seed) as world:
        while True:
            try:
                name, work = queue.get_nowait()
            except Empty:
                return
            began = time.monotonic()
            try:
                tally = work(world)
            except Exception:
                tally = Tally(name, wrong=[f"{name}: {traceback.format_exc()}"])
            tallies.append(tally)
            _progress(tally, time.monotonic() - began)


def _progress(tally: Tally, seconds: float) -> None:
    verdict = "EXACT" if not tally.wrong else "WRONG"
    print(f"{verdict} {tally.program:34} {sum(tally.kills.values()):4} kills {seconds:6.1f} s", flush=True)
    for line in tally.wrong:
        print(f"      {line}", flush=True)


def table(tallies: list[Tally]) -> str:
    """Return the summary: programs by modes, and kills by point."""
    points = sorted({point for tally in tallies for point in tally.kills})
    lines = [f"{'program':34} {'a':>3} {'b':>3} {'c':>4} {'d':>3}  " + " ".join(f"{point:>13}" for point in points)]
    for tally in sorted(tallies, key=lambda tally: tally.program):
        modes = {mode: sum(n for name, n in tally.tried.items() if name.startswith(mode)) for mode in MODES}
        counts = " ".join(f"{tally.kills.get(point, 0):13}" for point in points)
        wrong = f"  {len(tally.wrong)} WRONG" if tally.wrong else ""
        lines.append(f"{tally.program:34} {modes['a']:3} {modes['b']:3} {modes['c']:4} {modes['d']:3}  {counts}{wrong}")
    return "\n".join(lines)


def main() -> int:
    """Read the arguments, run, and return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/conformance", description=__doc__)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="only these; there are: " + ", ".join(PROGRAMS))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of hash seeds")
    parser.add_argument("--modes", default=MODES, help="a: one process, b: paused, c: killed, d: shuffled latencies")
    parser.add_argument("--jobs", type=int, default=2, help="how many programs run at once")
    parser.add_argument("--cuts", choices=["all", "none", "only"], default="all", help="people who say exit early")
    given = parser.parse_args()
    if unknown := [name for name in given.programs if name not in PROGRAMS]:
        parser.error(f"there is no program {', '.join(unknown)}")
    print(f"seed {given.seed}", flush=True)
    tallies: list[Tally] = []
    queue: SimpleQueue[Work] = SimpleQueue()
    for work in works(given.programs, given.modes, given.cuts):
        queue.put(work)
    with tempfile.TemporaryDirectory(prefix="threadfast-conformance-") as folder:
        threads = []
        for n in range(given.jobs):
            (Path(folder) / str(n)).mkdir()
            arguments = (queue, Path(folder) / str(n), given.seed + n, tallies)
            threads.append(threading.Thread(target=_worker, args=arguments))
            threads[-1].start()
        for thread in threads:
            thread.join()
    print(table(tallies))
    wrong = sum(len(tally.wrong) for tally in tallies)
    kills = sum(sum(tally.kills.values()) for tally in tallies)
    runs = sum(sum(tally.tried.values()) for tally in tallies)
    print(f"{len(tallies)} programs, {runs} runs, {kills} kills, {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
