"""The seed's two programs in Discord threads, on the real embedded model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.discord_server import Channel, DiscordServer, Seen
from tests.integration.discord.stage import Stage, settings_of
from tests.integration.teams.test_real_model import PRIMES_TASK
from tests.processes import keep, ollama_answers

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(600)]
SECONDS = 300.0


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    if ollama_answers():
        pytest.skip("the Ollama of this machine would be asked, not the embedded model")
    async with DiscordServer() as server:
        stage = Stage(server, tmp_path)
        stage.command.settings |= settings_of(server) | {"OLLAMA_HOST": "", "NO_PROXY": "127.0.0.1"}
        async with stage.bot():
            yield stage


async def ended(stage: Stage, thread: Channel) -> Seen:
    return await stage.anna.until(thread, lambda seen: "The run is completed" in seen.last.text, SECONDS)


async def test_planned_trip_waits_for_the_person_and_ends_by_their_word(stage: Stage) -> None:
    thread = await stage.asks("plan a 5-day trip from Harbin to Beijing")
    await stage.anna.until(thread, lambda seen: "End this chat" in seen.buttons, SECONDS)
    await stage.anna.says(thread, "exit")
    seen = await ended(stage, thread)

    await keep("discord_smoke_trip", stage.anna.transcript(stage.general))
    # A long turn is several messages.
    turn = "\n".join(one.text for one in seen.by("assistant (demo model)"))
    assert len(turn) > 50
    assert seen.buttons == []


async def test_program_of_the_coder_runs_in_the_sandbox_and_its_output_is_shown(stage: Stage) -> None:
    thread = await stage.asks(f"coder: {PRIMES_TASK}")
    seen = await ended(stage, thread)

    await keep("discord_smoke_primes", stage.anna.transcript(stage.general))
    assert "```" in seen.by("coder (demo model)")[0].text
    assert [one for one in seen.by("user_proxy") if one.text.startswith("Ran `python`")]
