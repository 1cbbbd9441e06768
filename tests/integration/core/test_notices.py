from __future__ import annotations

from pathlib import Path

from structlog.testing import capture_logs

from bot.domain import Accepted, Event, RunStatus
from tests.fakes import FakeAdapter, Thread
from tests.integration.core.rig import running
from tests.scripted import Script


async def test_sentence_about_a_run_is_shown_once_however_often_it_is_told(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["notice", "history_trimmed"], ["ask", "you"], ["notice", "history_trimmed"]]

    async with running(tmp_path, {"greet": script}) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("go on"))

        told = [line for line in rig.lines(thread) if line.startswith("[notice The history")]
        assert len(told) == 1


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
