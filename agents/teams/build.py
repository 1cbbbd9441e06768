"""Rebuilds a team from its pinned JSON alone: the entry point that a durable run calls at every step."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from agents.teams.definition import Team
from agents.teams.participants import Parts, cast_of
from agents.teams.pin import sight_of
from agents.teams.programs import PROGRAMS
from bot.domain import Json, Opening


def build(pinned: Json, opening: Opening, parts: Parts) -> Callable[[], Awaitable[str]]:
    """Return the run's entry: it builds the agents anew and calls AutoGen's own entry point.

    Whatever it does depends on the pinned team and the opening only, so a replay repeats it.
    """
    team = Team.model_validate(pinned["team"])
    parts = replace(parts, pinned_format=pinned.get("format", 1), sight=sight_of(pinned, team))

    async def entry() -> str:
        cast = cast_of(team, parts)
        parts.at_end(cast.part)
        # Building and beginning are the run's two longest pieces of work: others' may come between.
        await asyncio.sleep(0)
        return await PROGRAMS[team.kind](cast, opening)

    return entry
