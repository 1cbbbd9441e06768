"""Writes the journals of this version: `python -m tests.journals.export`, once, at a release."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import autogen

from agents.durable import REPLAY_VERSION
from bot.domain import RunId
from bot.store import open_store
from tests.conformance.case import Program
from tests.conformance.modes import UNTIL_DONE
from tests.conformance.programs import PROGRAMS
from tests.conformance.world import World
from tests.journals.file import FOLDER, exported


async def _read(database: Path, run: RunId) -> dict[str, Any]:
    store = open_store(database, read_only=True)
    try:
        return await store.read(lambda records: exported(records, run))
    finally:
        await store.close()


def _journal(world: World, program: Program, death: tuple[str, int]) -> dict[str, Any]:
    """Run a program, killed once if a point is given, and return its journal with what came of it."""
    world.server.control()
    place = world.place(program)
    report = place.start("durable", answers=UNTIL_DONE, death=death)
    report = report or place.start("durable", answers=UNTIL_DONE)
    assert report is not None
    assert not report["waiting"]
    kept = {name: report[name] for name in ("outcome", "events", "stop_reason", "passed")}
    made_with = {"program": program.name, "autogen": autogen.__version__, "replay_version": REPLAY_VERSION}
    return made_with | asyncio.run(_read(world.folder / "store.db", RunId(place.folder.name))) | kept


def write(folder: Path, names: list[str]) -> None:
    """Write the programs' journals, and of those with code or tools one more, interrupted in the first."""
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, World(Path(temporary), 1) as world:
        for name in names:
            journal = _journal(world, PROGRAMS[name], ("", 0))
            points = {"code", "tool"} & journal.pop("passed").keys()
            _write(folder / f"{name}.json", journal)
            for point in sorted(points):
                interrupted = _journal(world, PROGRAMS[name], (point, 1))
                del interrupted["passed"]
                _write(folder / f"{name}.interrupted_{point}.json", interrupted)


def _write(path: Path, journal: dict[str, Any]) -> None:
    path.write_text(json.dumps(journal, ensure_ascii=False, indent=0) + "\n", "utf-8")
    print(path.relative_to(FOLDER))


def main() -> None:
    """Read the version from the arguments; programs may be named after it."""
    version, *names = sys.argv[1:]
    write(FOLDER / version, names or [*PROGRAMS])


if __name__ == "__main__":
    main()
