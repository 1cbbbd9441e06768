"""Which runs there are of a program: all of them, or one chosen by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.conformance.case import Program
from tests.conformance.modes import Tally, Trial
from tests.conformance.programs import PROGRAMS
from tests.conformance.world import World

MODES = "abcd"
"""a: one process · b: another interpreter at every answer · c: killed at every point · d: random latencies."""
SHUFFLES = 3


def cuts() -> list[Program]:
    """Return every program cut at each of its answers: the person says `exit` there."""
    return [
        found.cut(k)
        for found in PROGRAMS.values()
        for k in range(0, len(found.answers), found.every)
        if found.stock and not found.by_agent
    ]


def everything(world: World, program: Program, modes: str) -> Tally:
    """Run a program in every way, at every point."""
    trial = Trial(world, program)
    if "a" in modes:
        trial.one_process()
    if "b" in modes:
        trial.paused()
    if "c" in modes:
        for point, number in trial.points:
            trial.killed(point, number)
        if program.every == 1:
            trial.killed_at_every_commit()
    if "d" in modes:
        for _ in range(SHUFFLES if program.width > 1 else 1):
            trial.shuffled(world.random.randrange(1_000))
    return trial.tally


def cut_short(world: World, program: Program) -> Tally:
    """Run a program that a person cuts short."""
    trial = Trial(world, program)
    trial.one_process()
    if program.every == 1:
        trial.paused()
    return trial.tally


def sampled(world: World, program: Program, chance: random.Random) -> Tally:
    """Run a program in one way, at one point, that chance decides."""
    trial = Trial(world, program)
    trial.one_process()
    ways: list[Callable[[], None]] = [trial.paused, lambda: trial.shuffled(chance.randrange(1_000))]
    kill = chance.choice(trial.points)
    ways += [lambda: trial.killed(*kill)] * 3
    ways.append(trial.killed_at_every_commit)
    chance.choice(ways)()
    return trial.tally
