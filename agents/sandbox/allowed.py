"""A team's limits as a box's limits: what its file says, lowered to what the settings allow."""

from __future__ import annotations

from agents.sandbox.limits import MIB, Limits
from agents.teams.definition import Code

MOST_SECONDS = 86_400
MOST_MEMORY_MB = 1_048_576
LEAST_FLOOD = 8 * MIB


def allowed(code: Code, *, seconds: int = MOST_SECONDS, memory_mb: int = MOST_MEMORY_MB) -> Limits:
    """Return what a run of the team's code may use.

    Args:
        code: As the team's file says, or as it is pinned in a run.
        seconds: The longest that the settings allow.
        memory_mb: The most that the settings allow; the work folder lies in memory too.
    """
    output = code.output_kb * 1024
    disk = min(code.disk_mb, memory_mb) * MIB
    return Limits(
        wall=min(code.timeout, seconds),
        cpu=min(code.cpu_seconds or code.timeout, seconds),
        memory=min(code.memory_mb, memory_mb) * MIB,
        processes=code.processes,
        work=disk,
        file_size=disk,
        files=code.files,
        output=output,
        flood=max(LEAST_FLOOD, 4 * output),
    )
