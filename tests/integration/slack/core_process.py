"""A process that answers one message in Slack: `python -m tests.integration.slack.core_process`.

Its standard input is one line of JSON: where Slack and the store are, the thread, and whether it dies as soon as a
post is recorded as being sent, before anybody in it hears of that.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from adapters.slack.adapter import SlackAdapter
from adapters.slack.connecting.installations import KeptInStore
from adapters.slack.settings import SlackSettings
from bot.app import SystemClock
from bot.domain import Event, EventKind, Person, ThreadRef
from bot.engine import EmbeddedEngine
from bot.inbox import Inbox
from bot.overview import StoredOverview
from bot.recovery import serving
from bot.store import open_store
from tests.scripted import Script, ScriptedTeams

ONE: Script = [["say", "ada", "one"]]


async def answer(facts: dict[str, Any]) -> None:
    """Accept the message, as a platform delivers it again after each kill, and show all that follows."""
    path, clock, thread = Path(facts["folder"]) / "store.db", SystemClock(), ThreadRef.parse(facts["thread"])

    def on_commit(at: str, count: int) -> None:
        if facts["dies"] and at == "after_commit" and sending(path):
            os.kill(os.getpid(), signal.SIGKILL)

    store = open_store(path, clock=clock, on_commit=on_commit)
    teams = ScriptedTeams({"greet": ONE}, clock=clock)
    settings = SlackSettings(bot_token=facts["token"], app_token="xapp-1", api_url=facts["api_url"])
    overview = StoredOverview(store=store, teams=teams, default_team="greet", models=_models)
    adapter = SlackAdapter(settings, overview=overview, installations=KeptInStore(store), clock=clock)
    adapters = {adapter.name: adapter}
    engine = EmbeddedEngine(store=store, teams=teams, adapters=adapters, clock=clock)
    inbox = Inbox(store=store, teams=teams, engine=engine, clock=clock, adapters=adapters, default_team="greet")
    async with serving(engine):
        anna = Person(id=facts["person"], name="Anna")
        kind = EventKind.MESSAGE
        await inbox.accept(Event(kind=kind, delivery="d1", thread=thread, person=anna, at=clock.now(), text="go"))
        while await store.read(lambda records: records.conversations.unfinished()):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.01)
    await adapter.close()
    await store.close()


def sending(path: Path) -> bool:
    """Return whether a post is recorded as being sent."""
    with closing(sqlite3.connect(path)) as database:
        return bool(database.execute("SELECT 1 FROM outbox WHERE status = 'sending'").fetchone())


async def _models(language: str) -> str:
    return ""


if __name__ == "__main__":
    asyncio.run(answer(json.loads(sys.stdin.readline())))
