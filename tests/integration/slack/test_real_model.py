"""The seed's two programs in Slack threads, on the real embedded model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain import Json
from tests.integration.slack.scene import Mode, Scene, bot, settings_of
from tests.integration.teams.test_real_model import PRIMES_TASK
from tests.processes import Command, keep, ollama_answers, serving
from tests.wire.remote import Control

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(600)]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    if ollama_answers():
        pytest.skip("the Ollama of this machine would be asked, not the embedded model")
    async with serving("tests.slack_server") as url:
        scene = Scene(Control(url), seconds=300)
        await scene.slack.do("person", person="Anna")
        await scene.slack.do("channel", channel="general")
        command = Command(tmp_path, await settings_of(scene.slack) | {"OLLAMA_HOST": "", "NO_PROXY": "127.0.0.1"})
        async with bot(command, scene.slack, Mode(arguments=("run",))):
            yield scene


async def asks(scene: Scene, text: str) -> None:
    scene.root = (await scene.slack.do("says", person="Anna", channel="general", text=text))["ts"]


def ended(seen: list[Json]) -> bool:
    return "completed" in seen[-1]["text"]


async def test_planned_trip_waits_for_the_person_and_ends_by_their_word(scene: Scene) -> None:
    await asks(scene, "@Threadfast plan a 5-day trip from Harbin to Beijing")
    await scene.button("End this chat")
    await scene.slack.do("says", person="Anna", channel="general", text="exit", thread=scene.root)
    seen = await scene.until(ended)

    await keep("slack-trip", await scene.transcript())
    # A long turn is several messages.
    turn = "\n".join(one["text"] for one in seen if one["author"] == "assistant (demo model)")
    assert len(turn) > 50
    assert [button for one in seen for button in one["buttons"]] == []


async def test_program_of_the_coder_runs_in_the_sandbox_and_its_output_is_shown(scene: Scene) -> None:
    await asks(scene, f"@Threadfast coder: {PRIMES_TASK}")
    seen = await scene.until(ended)

    await keep("slack-primes", await scene.transcript())
    written = [one for one in seen if one["author"] == "coder (demo model)"]
    ran = [one for one in seen if one["author"] == "user_proxy" and one["text"].startswith("Ran python")]
    assert "```" in written[0]["text"]
    assert ran
