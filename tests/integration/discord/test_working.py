"""The sign that the bot writes, while a team works and there is nothing to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.discord.sending import working
from tests.discord_server import Channel, DiscordServer, Person
from tests.integration.discord.rig import running
from tests.scripted import Script

HOLDS: Script = [["hold"], ["say", "ada", "heard: {text}"]]


async def test_sign_is_shown_again_and_again_while_a_model_thinks(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "AGAIN_SECONDS", 0.05)
    async with running(tmp_path, server, scripts={"greet": HOLDS}) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "hi"))
        await server.until(lambda: len(server.calls("trigger_typing")) > 3)
        bot.teams.release()
        await anna.until(thread, lambda seen: "completed" in seen)

        assert {call.path.split("/")[-2] for call in server.calls("trigger_typing")} == {str(thread.id)}
