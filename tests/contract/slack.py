"""Slack's adapter with a thread to show something in, before a Slack of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.slack.adapter import SlackAdapter
from adapters.slack.connecting.installations import KeptInStore
from bot.app import SystemClock
from bot.domain import ThreadRef
from bot.overview import StoredOverview
from bot.store import open_store
from tests.integration.slack.rig import settings_for, thread_of
from tests.scripted import ScriptedTeams
from tests.slack_server import SlackServer


@asynccontextmanager
async def slack_adapter() -> AsyncIterator[tuple[SlackAdapter, ThreadRef]]:
    """Make the adapter; nothing is received, because `run` does not run."""
    clock = SystemClock()
    with TemporaryDirectory() as folder:
        store = await asyncio.to_thread(open_store, Path(folder) / "store.db", clock=clock)
        async with SlackServer() as slack:
            workspace = slack.workspace()
            root = await workspace.person("Anna").says(workspace.channel("general"), "a thread")
            teams = ScriptedTeams({}, clock=clock)
            overview = StoredOverview(store=store, teams=teams, default_team="greet", models=_models)
            settings = settings_for(slack, workspace)
            adapter = SlackAdapter(settings, overview=overview, installations=KeptInStore(store), clock=clock)
            try:
                yield adapter, thread_of(workspace, root)
            finally:
                await adapter.close()
        await store.close()


async def _models(language: str) -> str:
    return ""
