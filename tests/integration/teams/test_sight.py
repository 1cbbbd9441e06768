"""Images that people attach: given to models that see, and where they are not, the agents are told why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain import Attachment, Run
from tests.integration.teams.harness import SilentPreview, Teams
from tests.integration.teams.test_kinds import SCRIPTS, messages_of, pair
from tests.model_server import ModelServer
from tests.unit.durable.rig import MemoryJournal

PNG = Attachment(name="map.png", media_type="image/png", data=b"\x89PNG")
SEEING = pair("loop", "empty") + "images: true\n"


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(SCRIPTS) as running:
        yield running


@pytest.fixture
def teams(tmp_path: Path, server: ModelServer) -> Teams:
    return Teams(tmp_path, server.base_url)


def told(server: ModelServer, number: int = 0) -> Any:
    return messages_of(server, number)[-1]["content"]


async def begun(teams: Teams, team: str) -> Run:
    return await teams.start(teams.write(team), "look", files=[PNG])


async def step(teams: Teams, run: Run) -> None:
    await teams.step(run, MemoryJournal(), SilentPreview())


async def test_model_that_cannot_see_is_told_so_by_name(teams: Teams, server: ModelServer) -> None:
    blind = replace(teams, abilities=lambda _: ["completion", "tools"])

    await step(blind, await begun(blind, SEEING))

    size = "(image/png, 4 bytes)"
    reason = "the model loop cannot see images"
    assert told(server) == f"look\n\nFile map.png {size} is attached; its content is not shown here: {reason}."


async def test_model_that_sees_is_given_the_image(teams: Teams, server: ModelServer) -> None:
    seeing = replace(teams, abilities=lambda _: ["completion", "vision"])

    await step(seeing, await begun(seeing, SEEING))

    assert [part["type"] for part in told(server)] == ["text", "image_url"]


async def test_what_the_host_says_later_changes_nothing_for_a_run_that_has_begun(
    teams: Teams, server: ModelServer
) -> None:
    seeing, blind = replace(teams, abilities=lambda _: ["vision"]), replace(teams, abilities=lambda _: ["tools"])
    run = await begun(seeing, SEEING)

    await step(blind, run)

    assert [part["type"] for part in told(server)] == ["text", "image_url"]


async def test_models_of_a_team_that_is_not_set_up_for_images_are_not_asked_about(
    teams: Teams, server: ModelServer
) -> None:
    asked: list[str] = []
    asking = replace(teams, abilities=asked.append)

    await step(asking, await begun(asking, pair("loop", "empty")))

    assert asked == []
    assert told(server).endswith("its content is not shown here: this team is not set up to see images.")


async def test_run_that_began_before_this_was_decided_goes_on_as_it_did(teams: Teams, server: ModelServer) -> None:
    run = await begun(teams, pair("loop", "empty"))

    await step(teams, replace(run, pinned={**run.pinned, "format": 2}))

    assert told(server) == "look\n\nFile map.png (image/png, 4 bytes) is attached; its content is not shown here."
