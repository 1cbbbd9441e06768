from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from structlog.testing import capture_logs

from bot.domain import RunStatus
from bot.engine import Limits
from bot.errors import StoreFullError
from bot.ports import Records, Store
from bot.recovery import serving
from tests.fakes import Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

T = TypeVar("T")


async def test_step_that_may_succeed_later_is_tried_again_after_a_pause(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["say", "ada", "one"], ["retry", 3], ["say", "ada", "two"]]}) as rig:
        await rig.say(thread.event("hi"))
        before = rig.said(thread)
        await rig.pass_time(60)

        assert before == ["ada: one"]
        assert rig.said(thread) == ["ada: one", "ada: two"]
        assert rig.teams.calls.total() == 2


async def test_run_that_keeps_failing_ends_with_its_reason_in_the_thread(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["break", 99]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(600)

        assert rig.teams.failures.total() == 6
        assert rig.lines(thread) == [
            "[end The run failed: 6 attempts failed, the last with: ZeroDivisionError: a fault of the team]"
        ]


async def test_fault_of_a_team_ends_only_its_own_run(tmp_path: Path) -> None:
    bad, good = Thread("bad"), Thread("good")
    scripts: dict[str, Script] = {"greet": [["say", "ada", "hello"]], "bad": [["break", 99]]}

    async with running(tmp_path, scripts) as rig:
        await rig.say(bad.event("hi", team="bad"))
        await rig.say(good.event("hi"))
        await rig.pass_time(600)

        assert await rig.statuses(good) == [RunStatus.COMPLETED]
        [run] = await rig.runs(bad)
        assert (run.status, "ZeroDivisionError: a fault of the team" in run.stop_reason) == (RunStatus.FAILED, True)


async def test_run_that_cannot_go_on_fails_at_once_and_the_next_message_starts_anew(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["fail", "the journal is from a newer version"]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("again"))

        assert await rig.statuses(thread) == [RunStatus.FAILED, RunStatus.FAILED]
        assert rig.lines(thread)[0] == "[end The run failed: the journal is from a newer version]"


async def test_failure_of_one_of_several_parallel_chats_ends_the_run_at_once(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["parallel", [["fail", "no such model"]], [["say", "eve", "x"]]]]}) as rig:
        await rig.say(thread.event("hi"))

        assert rig.lines(thread)[-1] == "[end The run failed: no such model]"


async def test_team_that_waits_but_asks_nothing_fails_instead_of_waiting_for_ever(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["pretend"]]}) as rig:
        await rig.say(thread.event("hi"))

        assert rig.lines(thread) == ["[end The run failed: the team waits, but asked nothing]"]


async def test_messages_during_a_pause_are_kept_and_do_not_use_attempts_up(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["retry", 1], ["ask", "you"], ["say", "ada", "{answer}"]]}) as rig:
        await rig.say(thread.event("hi"))
        for number in range(10):
            await rig.say(thread.event(f"m{number}"))
        tried = rig.teams.failures.total()
        await rig.pass_time(10)

        assert tried == 1
        assert rig.said(thread) == ["ada: " + "\n".join(f"m{number}" for number in range(10))]


async def test_conversation_that_hangs_does_not_slow_the_others(tmp_path: Path) -> None:
    scripts = {"greet": [["say", "ada", "hello"]], "bad": [["hang"]]}
    bad, others = Thread("bad"), [Thread(f"t{number}") for number in range(20)]

    async with running(tmp_path, scripts, limits=Limits(concurrency=2)) as rig:
        await rig.inbox.accept(bad.event("hi", team="bad"))
        for thread in others:
            await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: all(rig.said(thread) == ["ada: hello"] for thread in others))
        await rig.say(bad.stop())


async def test_run_ends_with_one_log_line_that_tells_its_story_without_its_words(tmp_path: Path) -> None:
    thread = Thread()

    with capture_logs() as logs:
        async with running(tmp_path) as rig:
            await rig.say(thread.event("a secret plan"))
            await rig.say(thread.event("another secret"))

    [line] = [entry for entry in logs if entry["event"] == "run.completed"]
    assert (line["turns"], line["team"], line["conversation"]) == (2, "greet", "fake:w:c:t1")
    assert "secret" not in repr(logs)


class FullDisk:
    """A store whose disk can be full."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.full = False

    async def write(self, work: Callable[[Records], T], *, patient: bool = False, first: bool = False) -> T:
        if self.full:
            raise StoreFullError("The disk is full.")
        return await self._store.write(work, patient=patient, first=first)

    async def read(self, work: Callable[[Records], T]) -> T:
        return await self._store.read(work)

    async def close(self) -> None:
        await self._store.close()


async def test_work_goes_on_by_itself_when_a_full_disk_has_room_again(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"], ["say", "ada", "hello"]]}) as rig:
        # It would find the work that is left as well.
        await rig.engine.drain(0)
        disk = FullDisk(rig.store)
        other = Rig(disk, rig.adapter, rig.teams, rig.clock, Limits())
        async with serving(other.engine):
            await other.inbox.accept(thread.event("hi"))
            await rig.until(lambda: rig.teams.holding)
            disk.full = True
            rig.teams.release()
            await other.quiet()
            blocked = await rig.statuses(thread)
            disk.full = False
            await other.pass_time(10)

        assert blocked == [RunStatus.WORKING]
        assert rig.said(thread) == ["ada: hello"]
        assert other.engine.idle
