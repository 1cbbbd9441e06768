"""A stop or a mute that comes to the inbox before what was said before it counts as it was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import Accepted, Event, EventKind, RunStatus
from tests.fakes import START, Thread
from tests.integration.core.rig import running


def said(event: Event, seconds: float) -> Event:
    return replace(event, at=START + timedelta(seconds=seconds))


@pytest.mark.parametrize("addressed", [True, False])
async def test_what_was_said_before_a_stop_answers_and_begins_nothing(tmp_path: Path, addressed: bool) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.event("hi"), 0))
        await rig.say(said(thread.stop(), 2))
        late = await rig.say(said(thread.event("and this", addressed=addressed), 1))

        assert late.outcome is Accepted.IGNORED
        assert await rig.statuses(thread) == [RunStatus.CANCELLED]


async def test_stop_of_a_thread_that_nobody_knew_yet_counts_too_and_makes_nobody_listen(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.stop(), 2))
        late = await rig.say(said(thread.event("hi"), 1))

        assert late.outcome is Accepted.IGNORED
        assert await rig.inbox.conversation(thread.ref) is None


async def test_what_is_said_after_a_stop_begins_the_next_run(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.event("hi"), 0))
        await rig.say(said(thread.stop(), 1))
        again = await rig.say(said(thread.event("again"), 2))

        assert again.outcome is Accepted.STARTED


async def test_stop_holds_in_the_next_process(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.event("hi"), 0))
        await rig.say(said(thread.stop(), 2))
    async with running(tmp_path) as rig:
        late = await rig.say(said(thread.event("and this"), 1))

        assert late.outcome is Accepted.IGNORED
        assert await rig.statuses(thread) == [RunStatus.CANCELLED]


async def test_press_before_a_stop_is_still_told_that_it_is_too_late(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.event("hi"), 0))
        [question] = await rig.questions(thread)
        await rig.say(said(thread.stop(), 2))
        pressed = await rig.say(said(thread.event(kind=EventKind.DECISION, request=question.id), 1))

        assert pressed.outcome is Accepted.TOO_LATE


async def test_mention_before_a_mute_counts_and_does_not_end_it(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.event("hi"), 0))
        await rig.say(said(thread.event(kind=EventKind.MUTE), 2))
        late = await rig.say(said(thread.event("this"), 1))
        other = await rig.say(said(thread.event("not for the bot", addressed=False), 3))

        assert (late.outcome, other.outcome) == (Accepted.ANSWERED, Accepted.IGNORED)


async def test_mention_after_a_mute_ends_it(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.event("hi"), 0))
        await rig.say(said(thread.event(kind=EventKind.MUTE), 1))
        await rig.say(said(thread.event("this"), 2))
        other = await rig.say(said(thread.event("and that", addressed=False), 3))

        assert other.outcome is not Accepted.IGNORED


async def test_old_cards_stop_stops_neither_a_newer_run_nor_what_was_said_before_it(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.event("hi"), 0))
        [question] = await rig.questions(thread)
        await rig.say(said(thread.event("fine"), 1))
        await rig.say(said(thread.event("again"), 2))
        old = await rig.say(said(replace(thread.stop(), request=question.id), 9))
        late = await rig.say(said(thread.event("blue"), 8))

        assert (old.outcome, late.outcome) == (Accepted.TOO_LATE, Accepted.ANSWERED)
        assert await rig.statuses(thread) == [RunStatus.COMPLETED, RunStatus.COMPLETED]


async def test_cards_stop_stops_the_run_that_shows_it(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.event("hi"), 0))
        [question] = await rig.questions(thread)
        stopped = await rig.say(said(replace(thread.stop(), request=question.id), 1))

        assert stopped.outcome is Accepted.STOPPED
        assert await rig.statuses(thread) == [RunStatus.CANCELLED]


async def test_stop_that_a_wrong_clock_has_put_into_the_future_silences_nobody(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(said(thread.event("hi"), 0))
        await rig.say(said(thread.stop(), 3600))
        again = await rig.say(said(thread.event("again"), 1))

        assert again.outcome is Accepted.STARTED
