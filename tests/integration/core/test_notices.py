from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from bot.domain import Accepted, Event, RunStatus
from tests.fakes import FakeAdapter, Thread
from tests.integration.core.rig import running


async def test_kept_message_for_a_team_that_does_not_exist_starts_nothing_and_says_so(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"]]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.event("more", team="nobody"))
        rig.teams.release()
        await rig.quiet()

        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert rig.lines(thread)[-1] == "[notice There is no team nobody. Teams: greet.]"


class Unmarking(FakeAdapter):
    """A thread in which nothing can be marked."""

    async def seen(self, event: Event) -> None:
        raise ConnectionResetError("no reaction could be added")


async def test_message_that_cannot_be_marked_as_seen_is_kept_all_the_same(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"], ["ask", "you"]]}, adapter=Unmarking()) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        with capture_logs() as logs:
            receipt = await rig.inbox.accept(thread.event("more"))
        rig.teams.release()
        await rig.quiet()

        assert receipt.outcome is Accepted.KEPT
        assert "event.not_marked_seen" in [entry["event"] for entry in logs]
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]


async def test_run_that_kept_messages_start_says_from_what_it_starts(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"]]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        dropped = await rig.inbox.accept(thread.event("approve"))
        await rig.inbox.accept(thread.event("more"))
        rig.teams.release()
        await rig.until(lambda: any("starts a new run" in line for line in rig.lines(thread)))
        rig.teams.release()
        await rig.quiet()

        assert dropped.outcome is Accepted.NOT_UNDERSTOOD
        assert "[notice What was said meanwhile starts a new run: more]" in rig.lines(thread)
        assert await rig.statuses(thread) == [RunStatus.COMPLETED, RunStatus.COMPLETED]
