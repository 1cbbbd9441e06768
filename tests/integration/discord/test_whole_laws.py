"""Whatever is delivered twice, late or not at all, and whatever our own calls meet: one run each, each post once."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from discord.gateway import KeepAliveHandler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.discord_server import Channel, DiscordServer, Message, NotOfferedError, Person, Seen
from tests.integration.discord.rig import Bot, running
from tests.scripted import Script

pytestmark = pytest.mark.timeout(600)
ECHO: Script = [["say", "ada", "heard: {text}"], ["say", "eve", "agreed: {text}"]]
TALK: Script = [
    ["ask", "you"],
    ["say", "ada", "you said {answer}"],
    ["approve", "runner", "code", ["print(1)"]],
    ["say", "ada", "done"],
]
SECONDS = 60.0
KINDS = ("status", "accept_then_status", "ratelimited", "drop", "accept_then_drop", "not_json")
ROUTES = (
    *("create_message", "edit_message", "execute_webhook", "get_messages", "get_channel_webhooks", "create_webhook"),
    *("create_thread_from_message", "create_interaction_response", "create_emoji"),
)
FAULT = st.tuples(st.sampled_from(KINDS), st.sampled_from(ROUTES), st.integers(0, 3))


def resent(server: DiscordServer) -> None:
    """Break the connection, and send again what the bot had already when it resumes."""
    for session in server.gateway.connected:
        server.gateway.resend(last=3, session=session)
    server.gateway.drop_all()


TROUBLES: dict[str, Callable[[DiscordServer], None]] = {
    "nothing": lambda server: None,
    "drop": lambda server: server.gateway.drop_all(),
    "drop for good": lambda server: server.gateway.drop_all(resumable=False),
    "again": resent,
    "reconnect": lambda server: server.gateway.reconnect(),
    "invalid": lambda server: server.gateway.invalidate(),
    "malformed": lambda server: server.gateway.malform(),
}
TROUBLE = st.sampled_from([*TROUBLES])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What goes wrong."""

    seed: int
    troubles: list[str]
    """One after each thing that is said."""
    faults: list[tuple[str, str, int]]
    restart: bool


PLANS = st.builds(
    Plan,
    seed=st.integers(0, 1000),
    troubles=st.lists(TROUBLE, min_size=1, max_size=4),
    faults=st.lists(FAULT, max_size=5),
    restart=st.booleans(),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=PLANS)
def test_every_mention_is_one_run_and_every_post_is_shown_once(plan: Plan) -> None:
    with TemporaryDirectory() as folder, hearts_stopped():
        runs, threads = asyncio.run(play(plan, Path(folder)))

    assert Counter(runs) == Counter(f"number {number}" for number, _ in enumerate(plan.troubles))
    for number, texts in enumerate(threads):
        assert texts == [f"heard: number {number}", f"agreed: number {number}", "The run is completed."], str(plan)


async def play(plan: Plan, path: Path) -> tuple[list[str], list[list[str]]]:
    """Let it all happen; return what the runs began with, and what each thread shows of the bot."""
    async with troubled(plan) as server:
        anna, general = server.person("Anna"), channel_of(server)
        roots: list[Message] = []
        if plan.restart:
            async with running(path, server, scripts={"greet": ECHO}):
                roots += await mention(server, anna, general, plan)
                await asyncio.sleep(plan.seed / 2_000)
        async with running(path, server, scripts={"greet": ECHO}) as bot:
            roots = roots or await mention(server, anna, general, plan)
            threads = [await anna.thread_of(root, SECONDS) for root in roots]
            for thread in threads:
                await anna.until(thread, lambda seen: "completed" in str(seen), SECONDS)
            await settled(server, bot)
            runs = [run.opening.text for run in await bot.store.read(lambda records: records.runs.of(limit=1000))]
        return runs, [said(anna.sees(thread)) for thread in threads]


@settings(max_examples=7, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=PLANS)
def test_every_answer_and_every_press_counts_once(plan: Plan) -> None:
    with TemporaryDirectory() as folder, hearts_stopped():
        executed, texts = asyncio.run(talk(plan, Path(folder)))

    assert executed == [1]
    assert texts.count("you said blue") == 1
    assert sum(text.startswith("Approved by") for text in texts) == 1
    assert texts.count("done") == texts.count("The run is completed.") == 1


async def talk(plan: Plan, path: Path) -> tuple[list[int], list[str]]:
    """Answer a question, have two people press until it is decided; return how often code ran, and what there is."""
    async with troubled(plan) as server:
        anna, bo = server.person("Anna"), server.person("Bo")
        async with running(path, server, scripts={"greet": TALK}) as bot:
            thread = await anna.thread_of(await anna.mentions(channel_of(server), "hi"), SECONDS)
            await anna.until(thread, lambda seen: "waits for your answer" in seen, SECONDS)
            await anna.says(thread, "blue")
            for name in plan.troubles:
                TROUBLES[name](server)
                await asyncio.sleep(0.05)
            await anna.until(thread, lambda seen: "Approve" in seen.buttons, SECONDS)
            await pressed(anna, bo, thread)
            await anna.until(thread, lambda seen: "completed" in str(seen), SECONDS)
            await settled(server, bot)
            return [*bot.teams.executed.values()], said(anna.sees(thread))


async def pressed(anna: Person, bo: Person, thread: Channel) -> None:
    """Press as people do whom nothing answers: again, until the card is closed. What is lost, Discord does not keep."""
    async with asyncio.timeout(SECONDS):
        while cards := [one for one in anna.sees(thread) if "Approve" in one.buttons]:
            for person in (anna, bo):
                with suppress(NotOfferedError):
                    await person.presses(cards[-1], "Approve")
            await asyncio.sleep(0.5)


@contextmanager
def hearts_stopped() -> Iterator[None]:
    """Stop what the library leaves of a connection that broke off while it was made: in a process it ends soon."""
    try:
        yield
    finally:
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler):
                thread.stop()


def troubled(plan: Plan) -> DiscordServer:
    """Return a server with the faults of a plan."""
    server = DiscordServer(seed=plan.seed)
    server.limits.off()
    for kind, route, skip in plan.faults:
        server.fault(kind, route=route, skip=skip)
    return server


def channel_of(server: DiscordServer) -> Channel:
    return server.world.channel(server.world.guild("Acme"), "general")


async def mention(server: DiscordServer, anna: Person, general: Channel, plan: Plan) -> list[Message]:
    """Mention the bot, with some trouble after each time."""
    roots = []
    for number, name in enumerate(plan.troubles):
        roots.append(await anna.mentions(general, f"number {number}"))
        await asyncio.sleep(plan.seed % 7 / 100)
        TROUBLES[name](server)
    return roots


async def settled(server: DiscordServer, bot: Bot) -> None:
    """Wait until everything is handled and nothing is asked of Discord any more."""
    await bot.until_handled()
    asked = -1
    while asked != len(server.requests):
        asked = len(server.requests)
        await asyncio.sleep(0.5)


def said(seen: Seen) -> list[str]:
    """Return what the bot and its agents say, their first lines where they go on."""
    return [one.text for one in seen if one.app and one.message.type in (0, 19)]
