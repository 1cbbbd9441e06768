"""The whole of it: the command as a process beside a wire-level Discord and a scripted model, killed while it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.discord_server import Channel, Seen, Shown
from tests.discord_server.components import find_button
from tests.integration.discord.stage import Stage, alone, staged
from tests.integration.reviewed import PRINTED
from tests.pictures import discord_threads
from tests.pictures.discord_drawing import Message
from tests.pictures.discord_threads import later, picture
from tests.pictures.kept import kept_picture, words
from tests.processes import keep

pytestmark = pytest.mark.timeout(240)
PROMPT = "print some primes"
PRESSED = "Anna presses Approve, after a restart of the bot"


async def by_mention(stage: Stage) -> Channel:
    return await stage.asks(PROMPT)


async def by_command(stage: Stage) -> Channel:
    asked = await stage.anna.slash(stage.general, "ask", prompt=PROMPT)
    await asked.completed(30)
    assert asked.message is not None
    return await stage.thread_of(asked.message)


@pytest.mark.parametrize("begin", [by_mention, by_command], ids=["mention", "command"])
async def test_conversation_survives_a_kill_while_it_waits_for_an_approval(
    begin: Callable[[Stage], Awaitable[Channel]], tmp_path: Path
) -> None:
    async with staged(tmp_path, limits=True, slowly=True) as stage:
        async with stage.bot():
            thread = await begin(stage)
            card = await stage.until_approval(thread)
            waiting = thread_now(stage, thread)
            if begin is by_mention:
                await keep("discord-waiting", stage.anna.transcript(stage.general))
            refused = await alone(await stage.bo.presses(card, "Approve"))
        async with stage.bot():
            approve = custom_id(card)
            await stage.anna.presses(card, "Approve")
            await stage.sees(thread, "Approved by")
            late = await alone(await stage.anna.presses(card, approve, stale=True))
            seen = await stage.to_the_end(thread)

        if begin is by_mention:
            await keep("discord", stage.anna.transcript(stage.general))
        check(seen)
        assert "somebody else" in refused
        assert "closed already" in late
        if begin is by_mention:
            drawn = picture(f"#general  ›  {thread.name}", later(waiting, PRESSED, thread_now(stage, thread)))
            kept = await asyncio.to_thread(kept_picture, "discord-thread", drawn)
            assert words(drawn) == words(kept), "the documentation shows another thread; KEEP_PICTURES=1 draws it anew"


def thread_now(stage: Stage, thread: Channel) -> list[Message]:
    return discord_threads.thread(stage.world, stage.anna.sees(thread))


def custom_id(card: Shown) -> str:
    return str(find_button(card.message.components, "Approve")["custom_id"])


def check(seen: Seen) -> None:
    """Compare what a person sees of the thread in the end."""
    assert seen.authors.count("coder") == 3
    assert sum(PRINTED in text for text in seen.texts) == 1
    assert sum(text.startswith("Approved by Anna") for text in seen.texts) == 1
    assert seen.buttons == []
    assert "completed" in seen.last.text
    assert not any(one.pings for one in seen.messages[1:])
