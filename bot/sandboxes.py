"""The boxes that code of agents runs in, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Settings, settings_file

if TYPE_CHECKING:
    from agents.sandbox.executor import SandboxExecutor
    from agents.sandbox.sandbox import Sandbox
    from agents.team import Executors
    from agents.teams.definition import Team


def sandbox_of(settings: Settings) -> Sandbox:
    """Return what makes boxes as the settings say; nothing is tried yet."""
    from agents.sandbox.sandbox import Sandbox, Wanted

    return Sandbox(
        Wanted(
            cache=settings.cache_folder,
            private=_private(settings),
            beside=Path.cwd(),
            python=settings.sandbox_python,
            image=settings.sandbox_image or "",
            runtime=settings.sandbox_runtime or "",
        )
    )


def _private(settings: Settings) -> tuple[Path, ...]:
    """Return the folders of the bot's own, which no code of an agent may read."""
    file = settings_file()
    beside = [file.parent] if file is not None else []
    data = (settings.data_folder, settings.database_path.parent)
    return (*data, settings.cache_folder, settings.teams_folder, *beside)


def executors_of(settings: Settings) -> Executors:
    """Return what makes a team's code executor, within the settings' limits whatever the team allows."""
    boxes: list[Sandbox] = []

    def make(team: Team, inputs: Mapping[str, bytes]) -> SandboxExecutor:
        from agents.sandbox.allowed import allowed
        from agents.sandbox.executor import SandboxExecutor

        if not boxes:
            # One for all teams: it bounds how many boxes run at a time.
            boxes.append(sandbox_of(settings))
        limits = allowed(team.code, seconds=settings.sandbox_seconds, memory_mb=settings.sandbox_memory_mb)
        return SandboxExecutor(limits, boxes[0], inputs=inputs)

    return make
