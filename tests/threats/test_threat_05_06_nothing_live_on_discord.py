"""Nobody is pinged and nothing is embedded, in all requests that the bot makes, whatever a model or a person writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discord_server import DiscordServer
from tests.discord_server.entities import EPHEMERAL, SUPPRESS_EMBEDS
from tests.integration.discord.nasty import SCRIPTS_AT, TEXTS
from tests.integration.discord.stage import Stage, alone, staged

pytestmark = pytest.mark.timeout(240)
PROMPT = "@everyone <@&1> https://example.com [x](https://example.com) `@here`"


async def test_no_request_could_ping_or_embed_whatever_is_written(tmp_path: Path) -> None:
    async with staged(tmp_path, scripts=SCRIPTS_AT, slowly=True) as stage:
        async with stage.bot():
            asked = await stage.anna.slash(stage.general, "ask", prompt=PROMPT)
            await asked.completed(30)
            assert asked.message is not None
            thread = await stage.thread_of(asked.message)
            for _ in TEXTS:
                await goes_on(stage, thread_id=thread.id)
            await stage.anna.presses(await stage.card(thread, "Run the code"), "Run the code")
            card = await stage.card(thread, "Approve")
            await alone(await stage.bo.presses(card, "Approve"))
            await stage.anna.writes_dm(PROMPT)
            await stage.card(stage.anna.dm, "End this chat")
            await stage.anna.slash(stage.general, "status")
        async with stage.bot():
            await stage.anna.presses(card, "Approve")
            await stage.sees(thread, "Ran `python`")
            await stage.settled()

        assert {one.name for one in stage.server.sent()} >= {
            "create_message",
            "edit_message",
            "execute_webhook",
            "edit_webhook_message",
            "create_followup",
        }
        assert loud(stage.server) == []
        assert not any(one.pings for place in (thread, stage.anna.dm) for one in stage.anna.sees(place) if one.app)


async def goes_on(stage: Stage, *, thread_id: int) -> None:
    """Let the model write on, once it has asked whether it is to."""
    thread = stage.world.channels[thread_id]
    card = await stage.card(thread, "End this chat")
    await stage.anna.says(thread, PROMPT)
    await stage.anna.until(thread, lambda seen: next(one for one in seen if one.id == card.id).buttons == (), 30)


def loud(server: DiscordServer) -> list[str]:
    """Return the requests for messages that might ping somebody or show an embed."""
    found = []
    for request in server.sent():
        message = request.message or {}
        quiet = message.get("allowed_mentions", {}).get("parse") == [] and not message["allowed_mentions"].get("users")
        # What changes only a message's buttons says nothing that could be embedded.
        bare = message.get("flags", 0) & SUPPRESS_EMBEDS or "content" not in message
        if not (quiet and bare) or message.get("embeds"):
            found.append(f"{request.name} {message}")
    return found


def test_flags_that_are_looked_at_are_discords_own() -> None:
    assert (EPHEMERAL, SUPPRESS_EMBEDS) == (64, 4)
