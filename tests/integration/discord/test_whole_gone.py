"""Threads that are deleted, closed or locked under a run, and permissions that are missing: said in words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.texts import say
from tests.discord_server import Channel, Permission
from tests.integration.discord.stage import Stage, staged

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as made, made.bot():
        yield made


def deny(stage: Stage, *permissions: Permission) -> None:
    """Take permissions from the bot in #general."""
    denied = Permission(0)
    for each in permissions:
        denied |= each
    stage.world.rule(stage.general, stage.server.app.user, deny=int(denied))


def deleted(stage: Stage, thread: Channel) -> None:
    stage.world.delete_channel(thread)


def channel_deleted(stage: Stage, thread: Channel) -> None:
    stage.world.delete_channel(stage.general)


def locked(stage: Stage, thread: Channel) -> None:
    deny(stage, Permission.MANAGE_THREADS)
    stage.world.archive(thread, locked=True)


def silenced(stage: Stage, thread: Channel) -> None:
    deny(stage, Permission.SEND_MESSAGES_IN_THREADS)


GONE: dict[str, tuple[Callable[[Stage, Channel], None], str]] = {
    "deleted": (deleted, say("discord_gone_place", "en")),
    "its channel deleted": (channel_deleted, say("discord_gone_place", "en")),
    "locked": (locked, say("discord_gone_locked", "en")),
    "silenced": (silenced, say("discord_gone_permission", "en", permission="Send Messages in Threads")),
}


@pytest.mark.parametrize("how", GONE, ids=str)
async def test_starter_of_a_run_whose_thread_is_gone_is_told_directly_and_why(stage: Stage, how: str) -> None:
    make_gone, why = GONE[how]
    thread = await stage.asks("print some primes")
    await stage.card(thread, "End this chat")
    await stage.tell_model(delay=2)
    await stage.anna.says(thread, "up to 30")
    await stage.sees(thread, "Answered by Anna")
    make_gone(stage, thread)
    told = await stage.sees(stage.anna.dm, "cannot be shown any more")
    await stage.settled()

    assert why in told.text
    assert len(stage.anna.sees(stage.anna.dm)) <= 3


async def test_permission_to_open_threads_that_is_missing_is_named_where_the_bot_was_mentioned(stage: Stage) -> None:
    deny(stage, Permission.CREATE_PUBLIC_THREADS)
    await stage.anna.mentions(stage.general, "print some primes")
    told = await stage.sees(stage.general, "No thread can be opened here")

    assert 'the bot lacks the permission "Create Public Threads"' in told.text
    assert stage.anna.threads(stage.general) == []


async def test_permission_to_speak_that_is_missing_is_told_directly_where_the_bot_may_say_nothing(stage: Stage) -> None:
    deny(stage, Permission.SEND_MESSAGES | Permission.CREATE_PUBLIC_THREADS)
    await stage.anna.mentions(stage.general, "print some primes")
    told = await stage.sees(stage.anna.dm, "No thread can be opened here")

    assert "permission" in told.text


async def test_agents_names_are_bold_without_the_permission_for_webhooks(stage: Stage) -> None:
    deny(stage, Permission.MANAGE_WEBHOOKS)
    thread = await stage.asks("print some primes")
    await stage.card(thread, "End this chat")

    said = await stage.sees(thread, "up to which number")
    assert (said.author, said.text.splitlines()[0]) == ("Threadfast", "**coder**")


async def test_archived_thread_is_opened_again_by_what_is_shown_in_it(stage: Stage) -> None:
    thread = await stage.asks("print some primes")
    card = await stage.until_approval(thread)
    stage.world.archive(thread)
    await stage.anna.presses(card, "Approve")

    await stage.to_the_end(thread)
    assert not thread.archived
