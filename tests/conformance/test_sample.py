from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.conformance.programs import PROGRAMS
from tests.conformance.suite import sampled
from tests.conformance.world import World
from tests.sample import conformance_seed


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("conformance"), conformance_seed()) as made:
        yield made


@pytest.mark.timeout(400)
# A long program takes a minute and a half in any way; scripts/conformance has it in all of them.
@pytest.mark.parametrize("name", sorted(name for name, program in PROGRAMS.items() if program.every == 1))
def test_program_interrupted_somewhere_does_as_plain_autogen_does(world: World, name: str) -> None:
    chance = random.Random(f"{conformance_seed()} {name}")

    tally = sampled(world, PROGRAMS[name], chance)

    assert tally.wrong == [], f"CONFORMANCE_SEED={conformance_seed()} repeats this"
