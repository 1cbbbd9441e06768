"""What the composition root hands from the settings to the parts."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import Parts, serving
from bot.config import load_settings
from bot.interpreter import COLLECTED_AFTER
from bot.store import open_store
from tests.fakes import ANNA, FakeAdapter, FakeClock, Thread
from tests.scripted import ScriptedTeams


@pytest.mark.parametrize(("workspace", "language"), [("w", "zh"), ("another", "en")])
async def test_workspaces_language_is_the_settings_for_people_whose_platform_does_not_tell_theirs(
    workspace: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREADFAST_WORKSPACE_LANGUAGES", f'{{"{workspace}": "zh"}}')
    monkeypatch.setenv("THREADFAST_LANGUAGE", "en")
    settings = await asyncio.to_thread(load_settings, tmp_path)
    store = await asyncio.to_thread(open_store, tmp_path / "store.db")
    clock, thread = FakeClock(), Thread()
    of = Parts(store=store, teams=ScriptedTeams({"solo": [["ask", "you", "model"]]}, clock=clock), clock=clock)

    async with serving(settings, of, {"fake": FakeAdapter()}) as inbox:
        receipt = await inbox.accept(thread.event("hi", by=replace(ANNA, language=None)))

    run = await store.read(lambda records: records.runs.get(receipt.run) if receipt.run else None)
    await store.close()
    assert run is not None
    assert run.language == language


async def test_what_is_imported_is_left_out_of_collections_while_the_engine_runs(tmp_path: Path) -> None:
    settings = await asyncio.to_thread(load_settings, tmp_path)
    store = await asyncio.to_thread(open_store, tmp_path / "store.db")
    of = Parts(store=store, teams=ScriptedTeams({}, clock=FakeClock()), clock=FakeClock())
    before = gc.get_threshold()

    async with serving(settings, of, {"fake": FakeAdapter()}):
        assert gc.get_threshold() == COLLECTED_AFTER
        assert gc.get_freeze_count() > 100_000

    await store.close()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
