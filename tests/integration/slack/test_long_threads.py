"""Mentions deep in long threads, also for apps that may read one short page a minute only."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.chat.handling import worker
from adapters.slack.web import reading, threads
from bot.errors import RetryLaterError
from tests.fakes import FakeClock
from tests.integration.slack.rig import running, thread_of
from tests.integration.slack.test_lookups import me_in, parts, said_in
from tests.scripted import Script
from tests.slack_server import SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
LATEST = "9999999999.0"


async def test_thread_of_several_pages_is_read_on_where_slack_asked_to_wait(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    monkeypatch.setattr(worker, "ATTEMPTS", 5)
    monkeypatch.setattr(reading, "PAGE", 15)
    root = await anna.says(general, "start")
    for number in range(40):
        await anna.says(general, f"m{number}", thread=root)
    slack.limit("conversations.replies", calls=1, seconds=1)

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        await anna.says(general, "@Threadfast what now?", thread=root)
        await general.until(lambda thread: "completed" in thread, thread=root)

        [run] = await bot.runs(workspace, root)
        said = [one["content"] for one in run.opening.history]
        assert said == ["Anna: start", *(f"Anna: m{number}" for number in range(40))]
        assert anna.sees == []


async def test_of_a_thread_longer_than_is_kept_the_newest_is_told(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 10)
    monkeypatch.setattr(threads, "NEWEST", 20)
    thread, root = await said_in(slack, ["start", *(f"m{number}" for number in range(60))])

    async with parts(slack) as made:
        said = await made.threads.earlier(thread, me_in(slack.workspace()), until=LATEST)

        assert [one.text for one in said] == ["start", *(f"m{number}" for number in range(40, 60))]
        assert len(await made.threads.messages(thread_of(slack.workspace(), root))) == 21


async def test_reading_goes_on_after_a_broken_connection(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 5)
    thread, _ = await said_in(slack, [f"m{number}" for number in range(20)])
    slack.fault("drop", method="conversations.replies", skip=2)

    async with parts(slack) as made:
        with pytest.raises(ConnectionError):
            await made.threads.messages(thread)

        assert len(await made.threads.messages(thread)) == 20
        assert len(slack.calls("conversations.replies")) == 5


async def test_thread_that_takes_too_long_to_read_is_told_as_far_as_it_was_read(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 5)
    thread, _ = await said_in(slack, [f"m{number}" for number in range(20)])
    clock = FakeClock()
    slack.fault("ratelimited", method="conversations.replies", skip=1, times=None, retry_after=60)

    async with parts(slack, clock) as made:
        with pytest.raises(RetryLaterError):
            await made.threads.earlier(thread, me_in(slack.workspace()), until=LATEST)
        await clock.advance((threads.PATIENCE + timedelta(seconds=1)).total_seconds())
        said = await made.threads.earlier(thread, me_in(slack.workspace()), until=LATEST)

        assert [one.text for one in said] == [f"m{number}" for number in range(5)]
        slack.faults.clear()
        await clock.advance(61)
        assert len(await made.threads.messages(thread)) == 20


async def test_what_was_read_long_ago_is_read_again(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 5)
    thread, _ = await said_in(slack, [f"m{number}" for number in range(8)])
    clock = FakeClock()
    slack.fault("ratelimited", method="conversations.replies", skip=1)

    async with parts(slack, clock) as made:
        with pytest.raises(RetryLaterError):
            await made.threads.messages(thread)
        await clock.advance((reading.HOLDS + timedelta(seconds=1)).total_seconds())

        assert len(await made.threads.messages(thread)) == 8
        assert len(slack.calls("conversations.replies")) == 4


async def test_place_that_slack_has_forgotten_is_begun_anew(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 5)
    thread, _ = await said_in(slack, [f"m{number}" for number in range(8)])
    slack.fault("error", method="conversations.replies", code="invalid_cursor", skip=1)

    async with parts(slack) as made:
        with pytest.raises(RetryLaterError):
            await made.threads.messages(thread)

        assert len(await made.threads.messages(thread)) == 8


async def test_readings_that_nobody_goes_on_with_are_forgotten(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 1)
    monkeypatch.setattr(reading, "HALF_READ", 2)
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    found = [await anna.says(general, f"root {number}") for number in range(4)]
    for root in found:
        await anna.says(general, "reply", thread=root)

    async with parts(slack) as made:
        for root in found:
            slack.fault("drop", method="conversations.replies", skip=1)
            with pytest.raises(ConnectionError):
                await made.threads.messages(thread_of(workspace, root))

        assert len(made.reading._half) == 2
