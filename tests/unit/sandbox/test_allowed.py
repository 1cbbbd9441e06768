from __future__ import annotations

import pytest
from pydantic import ValidationError

from agents.sandbox.allowed import allowed
from agents.sandbox.limits import MIB, Limits
from agents.teams.definition import Code


def test_team_that_says_nothing_gets_the_default_limits() -> None:
    assert allowed(Code()) == Limits()


def test_limits_are_what_the_team_says() -> None:
    code = Code(timeout=9, cpu_seconds=5, memory_mb=100, processes=10, disk_mb=7, files=3, output_kb=4096)

    limits = allowed(code)

    assert (limits.wall, limits.cpu, limits.memory, limits.processes) == (9, 5, 100 * MIB, 10)
    assert (limits.work, limits.file_size, limits.files) == (7 * MIB, 7 * MIB, 3)
    assert (limits.output, limits.flood) == (4 * MIB, 16 * MIB)


def test_settings_lower_what_the_team_says_and_never_raise_it() -> None:
    code = Code(timeout=600, memory_mb=8192, disk_mb=4096)

    assert allowed(code, seconds=10, memory_mb=256) == allowed(Code(timeout=10, memory_mb=256, disk_mb=256))
    assert allowed(Code(), seconds=10_000, memory_mb=10_000) == Limits()


@pytest.mark.parametrize(
    "wrong", [{"processes": 0}, {"files": 0}, {"disk_mb": 0}, {"output_kb": 5000}, {"cpu_seconds": 0}, {"timeout": 0}]
)
def test_limit_that_is_none_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Code.model_validate(wrong)
