"""Hosts that are away, busy or silent: set aside without a call lost to them, and used again once they answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.models.fair import CALLER, Caller
from agents.models.hosts.asking import AT_ONCE
from agents.models.pool import Models, ModelSettings
from agents.models.settings import HostSettings, Kind
from bot.errors import RetryLaterError
from tests.integration.models.conftest import Heard
from tests.integration.models.hosts import SAID, SCRIPTS, Watched, calling, pooled
from tests.integration.models.test_openai_compatible import END, said
from tests.integration.models.wire import listening, never
from tests.model_server import ModelServer

KINDS: tuple[Kind, ...] = ("ollama", "openai")


async def test_host_that_was_set_aside_is_used_again_once_it_answers() -> None:
    async with pooled(has={"one": ["a", "b"], "two": ["a"]}) as pool:
        one = pool.servers["one"]
        await pool.ask("b")
        await one.stop()
        assert (await pool.ask("a")).host == "two"
        with pytest.raises(RetryLaterError) as refused:
            await pool.ask("b")
        assert refused.value.patient

        await one.start()
        async with asyncio.timeout(20):
            while True:
                try:
                    assert (await pool.ask("b")).host == "one"
                    break
                except RetryLaterError:
                    await asyncio.sleep(0.2)


async def test_host_that_is_away_is_not_asked_by_every_call() -> None:
    async with pooled() as pool:
        one = pool.servers["one"]
        await pool.ask("a")
        one.fault("proxy_html", once=False)
        for _ in range(20):
            assert (await pool.ask("a")).host == "two"

        assert pool.asked()["one"] <= 3


@pytest.mark.parametrize("kind", KINDS)
async def test_busy_host_is_left_alone_for_as_long_as_it_asks(kind: Kind) -> None:
    async with pooled(kind=kind) as pool:
        pool.servers["one"].fault("rate_limited")

        hosts = [(await pool.ask("a")).host for _ in range(5)]

        assert hosts == ["two"] * 5
        assert pool.asked()["one"] == 1


async def test_calls_wait_for_the_only_host_while_it_wants_to_be_left_alone() -> None:
    async with pooled(["one"]) as pool:
        pool.servers["one"].fault("busy")
        with pytest.raises(RetryLaterError, match="busy or loading"):
            await pool.ask("a")

        watched = Watched()
        answer = await pool.ask("a", watch=watched)

        assert answer.content == SAID
        assert watched.kinds[0] == "queued"


async def test_host_that_does_not_answer_small_questions_does_not_keep_others_from_work() -> None:
    async with pooled(["one"]) as pool, listening(never) as silent:
        hosts = (
            HostSettings(name="silent", address=silent.url, weight=9),
            HostSettings(name="one", address=pool.servers["one"].url),
        )
        models = Models(ModelSettings(cache=Path("none"), hosts=hosts))
        async with asyncio.timeout(20):
            assert (await models.complete(calling("a"), Heard())).host == "one"
        await models.close()


async def test_host_that_refuses_to_say_what_it_has_is_asked_for_answers_all_the_same() -> None:
    async def answer(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listing = head.startswith(b"GET")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n" if listing else said("one two") + END)
        await writer.drain()
        writer.close()

    async with listening(answer) as wire:
        one = HostSettings(name="one", kind="openai", address=f"{wire.url}/v1")
        two = HostSettings(name="two", kind="openai", address="http://127.0.0.1:1/v1")
        models = Models(ModelSettings(cache=Path("none"), hosts=(one, two)))
        report, _ = await models.survey()

        answered = await models.complete(calling("a"), Heard())

        await models.close()
    assert "refuses requests" in report.error
    assert (answered.host, answered.content) == ("one", "one two")


async def test_only_so_many_runs_wait_in_the_pool_and_the_others_are_tried_again(tmp_path: Path) -> None:
    models = Models(ModelSettings(cache=tmp_path, hosts=(HostSettings(name="away", address="http://127.0.0.1:1"),)))
    refused: list[RetryLaterError] = []

    async def run(number: int) -> None:
        CALLER.set(Caller("anna", f"conversation-{number}"))
        while True:
            try:
                await models.complete(calling("a"), Heard())
            except RetryLaterError as error:
                refused.append(error)
                if error.retry_after is not None:
                    return

    async with asyncio.TaskGroup() as group:
        runs = [group.create_task(run(number)) for number in range(AT_ONCE + 5)]
        async with asyncio.timeout(20):
            while sum(task.done() for task in runs) < 5:  # noqa: ASYNC110 - no event tells it
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        waiting = [task for task in runs if not task.done()]
        for task in waiting:
            task.cancel()

    await models.close()
    assert len(waiting) == AT_ONCE
    assert all(error.patient for error in refused)
    assert {error.retry_after for error in refused} == {None, 10.0}


async def test_way_to_what_this_machine_has_is_made_once_however_often_it_is_looked_for() -> None:
    async with ModelServer(SCRIPTS) as server:
        models = Models(ModelSettings(cache=Path("none"), probe_address=server.url))
        try:
            for _ in range(3):
                server.fault("disconnect", after=0)
                with pytest.raises(RetryLaterError):
                    await models.complete(calling("a"), Heard())
            assert models._local is not None
            assert len(models._local.changed) == 1
        finally:
            await models.close()
