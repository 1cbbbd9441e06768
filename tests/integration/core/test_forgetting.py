"""Deleting conversations under a working engine: what works there ends, and nothing of it is left in the file."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.forgetting import Wanted, have_deleted
from bot.domain import AuditAction, AuditEntry, AuditFilter, ForgetReason, ForgetWish
from bot.engine import Limits, forgetting
from bot.engine.forgetting import forget
from bot.ports import Records
from bot.store import open_store
from tests.fakes import Thread
from tests.integration.core.rig import Rig, running
from tests.integration.core.test_stop_and_expiry import Deaf
from tests.scripted import Script

CANARY = "kestrel-over-the-moor"
DAY = 86400.0
LONG: Script = [["say", "ada", f"{CANARY} one " * 400], ["ask", "you"], ["say", "ada", f"{CANARY} two"]]


def wish(thread: Thread, person: str = "console:local:U1") -> ForgetWish:
    return ForgetWish(conversation=thread.ref.conversation, reason=ForgetReason.PERSON, person=person)


async def ask(rig: Rig, *threads: Thread) -> None:
    """Record the wishes and let the sweeper come to them."""
    for thread in threads:
        await rig.store.write(lambda records, thread=thread: records.forgetting.wish(wish(thread)))  # type: ignore[misc]  # bound by default
    await rig.pass_time(3)


async def facts(rig: Rig, *, action: AuditAction | None = None) -> list[AuditEntry]:
    return await rig.store.read(lambda records: records.audit.of(AuditFilter(action=action)))


async def rows(rig: Rig, thread: Thread) -> int:
    held = await rig.store.read(lambda records: records.retention.holds(thread.ref.conversation))
    return sum(held.values())


def files_with(folder: Path, words: str) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if words.encode() in path.read_bytes())


async def until_nowhere(folder: Path, words: str) -> None:
    """Return once no file holds the words: the log is cut off while nobody writes."""
    while await asyncio.to_thread(files_with, folder, words):  # noqa: ASYNC110 - nothing else tells it
        await asyncio.sleep(0.02)


async def test_no_word_of_a_deleted_conversation_is_left_in_the_files_and_the_facts_are(tmp_path: Path) -> None:
    thread, other = Thread(), Thread("t2")
    async with running(tmp_path, {"greet": LONG, "calm": [["say", "ada", "hello"]]}) as rig:
        await rig.say(thread.event(f"{CANARY} zero"))
        await rig.say(thread.event(f"{CANARY} answer"))
        before = await facts(rig)
        assert files_with(tmp_path, CANARY)

        await ask(rig, thread)
        await until_nowhere(tmp_path, CANARY)

        assert await rows(rig, thread) == 0
        [forgot] = await facts(rig, action=AuditAction.FORGOT)
        assert before
        assert (await facts(rig))[: len(before)] == before
        assert (forgot.person, forgot.conversation) == ("console:local:U1", thread.ref.conversation)
        assert forgot.detail.pop("reason") == "person"
        assert forgot.detail["runs"] == 1
        assert isinstance(forgot.detail["posts"], int)
        await rig.say(other.event("hello", team="calm"))

    assert files_with(tmp_path, CANARY) == []


async def test_words_that_were_changed_before_the_deletion_are_left_nowhere_either(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": [["hang"]]}) as rig:
        await rig.inbox.accept(thread.event("begin"))
        kept = thread.event(f"{CANARY} " * 300)
        await rig.inbox.accept(kept)
        for number in range(20):
            await rig.inbox.accept(thread.event(f"{CANARY} {number} " * (number * 30)))
        await rig.inbox.accept(thread.stop())
        await rig.quiet()

        await ask(rig, thread)
        await until_nowhere(tmp_path, CANARY)


async def test_run_that_works_is_ended_and_what_it_would_still_say_is_not_shown(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": [["say", "ada", "first"], ["hang"]]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.said(thread) == ["ada: first"])

        await rig.store.write(lambda records: records.forgetting.wish(wish(thread)))
        await rig.clock.advance(2)
        await rig.quiet()

        assert (await rows(rig, thread), rig.said(thread)) == (0, ["ada: first"])
        [forgot] = await facts(rig, action=AuditAction.FORGOT)
        assert forgot.detail["open_runs"] == 1


async def test_step_that_hears_no_interrupt_is_fenced_at_its_next_record_and_records_nothing(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["hold"], ["say", "ada", "too late"], ["ask", "you"]]
    async with running(tmp_path, {"greet": script}, engine=Deaf) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        now = rig.clock.now()
        await rig.store.write(lambda records: forget(records, wish=wish(thread), now=now))
        rig.teams.release()
        await rig.quiet()

        assert rig.engine.fenced == 1
        assert (await rows(rig, thread), rig.said(thread)) == (0, [])


async def test_old_step_does_not_speak_for_a_conversation_that_was_begun_anew(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["hold"], ["say", "ada", "of before"], ["ask", "you"]]
    async with running(tmp_path, {"greet": script}, engine=Deaf) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        await rig.store.write(lambda records: forget(records, wish=wish(thread), now=rig.clock.now()))
        await rig.clock.advance(1)
        await rig.inbox.accept(replace(thread.event("anew"), at=rig.clock.now() + timedelta(seconds=1)))
        rig.teams.release()
        await rig.until(lambda: rig.engine.fenced == 1)
        await rig.quiet()

        [run] = await rig.runs(thread)
        assert run.opening.text == "anew"
        assert rig.said(thread).count("ada: of before") <= 1


async def test_wish_outlives_the_process_that_was_asked(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": LONG}) as rig:
        await rig.say(thread.event("hi"))
        clock = rig.clock
        await rig.store.write(lambda records: records.forgetting.wish(wish(thread)))

    async with running(tmp_path, {"greet": LONG}, clock=clock) as rig:
        await rig.pass_time(3)

        assert await rows(rig, thread) == 0
        assert len(await facts(rig, action=AuditAction.FORGOT)) == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
async def test_process_that_dies_at_the_deletion_has_deleted_all_or_nothing(tmp_path: Path, point: str) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": LONG}) as rig:
        await rig.say(thread.event("hi"))
        now, held = rig.clock.now(), await rows(rig, thread)

    def die(at: str, _number: int) -> None:
        if at == point:
            raise Killed

    store = await asyncio.to_thread(open_store, tmp_path / "store.db", on_commit=die)
    with pytest.raises(Killed):
        await store.write(lambda records: forget(records, wish=wish(thread), now=now))
    await store.close()

    async with running(tmp_path, {"greet": LONG}, quiet=False) as rig:
        count = len(await facts(rig, action=AuditAction.FORGOT))
        assert (await rows(rig, thread), count) == ((held, 0) if point == "before_commit" else (0, 1))


async def test_log_that_a_dead_process_has_left_is_cut_off_by_the_next_one(tmp_path: Path) -> None:
    thread, crashed = Thread(), tmp_path / "crashed"
    async with running(tmp_path, {"greet": LONG}) as rig:
        await rig.say(thread.event(f"{CANARY} zero"))
        now = rig.clock.now()

    def copy(at: str, _number: int) -> None:
        if at == "after_commit":
            shutil.copytree(tmp_path, crashed)

    store = await asyncio.to_thread(open_store, tmp_path / "store.db", on_commit=copy)
    await store.write(lambda records: forget(records, wish=wish(thread), now=now))
    await store.close()
    before = files_with(crashed, CANARY)

    async with running(crashed, {"greet": [["say", "ada", "hello"]]}):
        await until_nowhere(crashed, CANARY)

    assert before


async def test_conversations_are_deleted_after_the_days_that_they_are_kept(tmp_path: Path) -> None:
    old, asking = Thread(), Thread("asking")
    limits = Limits(keep_days=10)
    async with running(tmp_path, {"greet": [["say", "ada", "hello"]], "ask": [["ask", "you"]]}, limits=limits) as rig:
        await rig.say(old.event("hi"))
        await rig.say(asking.event("hi", team="ask"))
        await rig.pass_time(9.5 * DAY)
        before = await rows(rig, old)
        await rig.pass_time(3 * DAY)

        assert before > 0
        assert (await rows(rig, old), await rows(rig, asking) > 0) == (0, True)
        [forgot] = await facts(rig, action=AuditAction.FORGOT)
        assert (forgot.person, forgot.detail["reason"]) == ("", "retention")


async def test_many_old_ones_are_deleted_sweep_by_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    threads = [Thread(f"n{number}") for number in range(5)]
    async with running(tmp_path, {"greet": [["say", "ada", "hello"]]}, limits=Limits(keep_days=1)) as rig:
        for thread in threads:
            await rig.say(thread.event("hi"))
        await rig.pass_time(3 * DAY)

        assert [await rows(rig, thread) for thread in threads] == [0] * 5


async def test_word_said_meanwhile_keeps_an_old_conversation(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": [["say", "ada", "hello"]]}) as rig:
        await rig.say(thread.event("hi"))
        now = rig.clock.now()

        def work(records: Records) -> object:
            return forget(records, wish=replace(wish(thread), untouched_since=now - timedelta(days=1)), now=now)

        assert await rig.store.write(work) is None
        assert await rows(rig, thread) > 0


async def test_conversation_that_became_active_after_the_wish_stays_and_the_wish_is_over(tmp_path: Path) -> None:
    old, active = Thread(), Thread("t2")
    async with running(tmp_path, {"greet": [["say", "ada", "hello"]]}) as rig:
        for thread in (old, active):
            await rig.say(thread.event("hi"))
        await rig.clock.advance(10 * DAY)
        since = rig.clock.now() - timedelta(days=1)
        await rig.say(active.event("again"))

        for thread in (old, active):
            wished = replace(wish(thread), untouched_since=since)
            await rig.store.write(lambda records, wished=wished: records.forgetting.wish(wished))  # type: ignore[misc]  # bound by default
        await rig.pass_time(3)

        assert (await rows(rig, old), await rows(rig, active) > 0) == (0, True)
        assert await rig.store.read(lambda records: records.forgetting.wishes(most=10)) == []


async def test_command_counts_what_stays_because_it_became_active(tmp_path: Path) -> None:
    old, active = Thread(), Thread("t2")
    async with running(tmp_path, {"greet": [["say", "ada", "hello"]]}) as rig:
        for thread in (old, active):
            await rig.say(thread.event("hi"))
        await rig.clock.advance(10 * DAY)
        wanted = Wanted(untouched_since=rig.clock.now() - timedelta(days=1))
        await rig.say(active.event("again"))

        async with asyncio.TaskGroup() as group:
            names = [thread.ref.conversation for thread in (old, active)]
            asked = group.create_task(have_deleted(rig.store, wanted, names))
            while not asked.done():
                await rig.pass_time(3)

        assert asked.result() == (0, 1)


async def test_timer_that_an_ending_step_has_left_wakes_nobody_for_ever(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path) as rig:
        now = rig.clock.now()
        await rig.store.write(
            lambda records: records.inbox.schedule(thread.ref.conversation, kind="post", ref="x", due_at=now)
        )
        await rig.pass_time(3)

        assert await rig.store.read(lambda records: records.inbox.due(rig.clock.now())) == []
