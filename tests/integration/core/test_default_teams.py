"""With which team a conversation begins."""

from __future__ import annotations

from pathlib import Path

from bot.domain import Accepted, RunStatus
from tests.fakes import Thread
from tests.integration.core.echoing import TEAMS
from tests.integration.core.rig import Rig, running


async def set_default(rig: Rig, channel: str, team: str) -> None:
    await rig.store.write(lambda records: records.workspaces.set_default_team("fake", "w", channel, team))


async def test_conversation_begins_with_the_channels_team_else_the_workspaces_else_the_settings(
    tmp_path: Path,
) -> None:
    threads = [Thread("t1"), Thread("t2"), Thread("t3")]

    async with running(tmp_path, {**TEAMS, "third": [["say", "kim", "{text}"]]}) as rig:
        await rig.say(threads[0].event("a"))
        await set_default(rig, "", "other")
        await rig.say(threads[1].event("b"))
        await set_default(rig, "c", "third")
        await rig.say(threads[2].event("c"))

        assert [rig.said(thread) for thread in threads] == [["ada: a"], ["eve: b"], ["kim: c"]]


async def test_conversation_stays_with_its_team_when_the_default_changes(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("a"))
        await set_default(rig, "c", "other")
        await rig.say(thread.event("b"))

        assert rig.said(thread) == ["ada: a", "ada: b"]


async def test_conversation_that_never_had_a_run_takes_the_default_of_now(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await set_default(rig, "c", "removed")
        refused = await rig.say(thread.event("a"))
        await set_default(rig, "c", "other")
        await rig.say(thread.event("b"))

        assert (refused.outcome, "removed" in refused.text) == (Accepted.NOT_UNDERSTOOD, True)
        assert rig.said(thread) == ["eve: b"]


async def test_team_that_does_not_exist_is_asked_for_only_once(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("a", team="nobody"))
        await rig.say(thread.event("b"))

        assert rig.said(thread) == ["ada: b"]
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
