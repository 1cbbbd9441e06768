"""Calls that a host broke off or refused: made once more, on another host, or failed with the reason."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from agents.models.fair import CALLER, Caller
from agents.models.pool import Models, ModelSettings
from agents.models.settings import HostSettings, Kind
from bot.errors import ModelFailedError, RetryLaterError
from tests.integration.models.conftest import Heard
from tests.integration.models.hosts import SAID, Watched, calling, pooled, process
from tests.integration.models.test_hosts_routing import load

KINDS: tuple[Kind, ...] = ("ollama", "openai")


@pytest.mark.parametrize("kind", KINDS)
async def test_call_on_a_host_that_dies_is_made_once_more_on_another_and_heard_once(kind: Kind) -> None:
    async with pooled(kind=kind, token_delay=0.2) as pool:
        heard, watched = Heard(), Watched()
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(pool.models.complete(calling("a", watch=watched), heard))
            await pool.servers["one"].until(lambda: heard.pieces)
            await pool.servers["one"].stop()
        before = list(heard.pieces)

        answer = asked.result()
        assert (answer.host, answer.content) == ("two", SAID)
        assert watched.kinds.count("again") == 1
        begun = watched.kinds.index("again")
        assert "asked" in watched.kinds[begun:]
        assert before[0] == "one "
        assert heard.text.endswith(SAID)
        assert heard.text.count("five") == 1


async def test_nothing_is_said_of_asking_again_where_nothing_was_heard() -> None:
    async with pooled() as pool:
        watched = Watched()
        pool.servers["one"].fault("disconnect", after=0)

        answer = await pool.ask("a", watch=watched)

        assert answer.host == "two"
        assert "again" not in watched.kinds


@pytest.mark.parametrize("kind", KINDS)
async def test_call_that_two_hosts_broke_off_is_not_made_a_third_time(kind: Kind) -> None:
    async with pooled(("one", "two", "three"), kind=kind) as pool:
        for server in pool.servers.values():
            server.fault("disconnect", after=2, once=False)

        with pytest.raises(RetryLaterError):
            await pool.ask("a")

        assert sum(pool.asked().values()) == 2


@pytest.mark.parametrize("kind", KINDS)
async def test_one_of_three_hosts_dies_under_load_and_no_call_fails(kind: Kind) -> None:
    settings = {"slots": 2}
    async with pooled(("one", "two", "three"), kind=kind, settings=settings, delay=0.05, token_delay=0.02) as pool:

        async def converse(number: int) -> list[str]:
            CALLER.set(Caller(f"person-{number % 5}", f"conversation-{number}"))
            return [(await pool.ask("a")).content for _ in range(3)]

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(converse(number)) for number in range(20)]
            one = pool.servers["one"]
            await one.until(lambda: len(one.chats) > 4 and one.state.in_flight)
            await one.stop()

        assert [task.result() for task in tasks] == [[SAID] * 3] * 20


async def test_call_survives_the_kill_of_its_hosts_process() -> None:
    async with process() as (dying, url), pooled(["other"]) as pool:
        hosts = (
            HostSettings(name="dying", address=url, weight=2),
            HostSettings(name="other", address=pool.servers["other"].url),
        )
        models = Models(ModelSettings(cache=Path("none"), hosts=hosts))
        heard = Heard()
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(models.complete(calling("a"), heard))
            await pool.servers["other"].until(lambda: heard.pieces)
            dying.send_signal(signal.SIGKILL)

        await models.close()
        assert (asked.result().host, asked.result().content) == ("other", SAID)


@pytest.mark.parametrize("kind", KINDS)
async def test_host_that_does_not_accept_our_key_is_passed_by(kind: Kind) -> None:
    async with pooled(kind=kind) as pool:
        pool.servers["one"].fault("forbidden", once=False)

        assert [(await pool.ask("a")).host for _ in range(2)] == ["two", "two"]


@pytest.mark.parametrize("kind", KINDS)
async def test_answer_that_is_cut_short_is_asked_of_another_host(kind: Kind) -> None:
    async with pooled(kind=kind) as pool:
        watched, heard = Watched(), Heard()
        pool.servers["one"].fault("end_without_done", after=2)

        answer = await pool.models.complete(calling("a", watch=watched), heard)

        assert (answer.host, answer.content) == ("two", SAID)
        assert watched.kinds.count("again") == 1


async def test_refusal_that_another_host_would_repeat_is_not_asked_again() -> None:
    async with pooled() as pool:
        for server in pool.servers.values():
            server.state.models["a"] = replace(server.state.models["a"], capabilities=("completion",))

        with pytest.raises(ModelFailedError, match="cannot call tools"):
            await pool.ask("a", tools=[{"type": "function", "function": {"name": "f", "parameters": {}}}])

        assert sum(pool.asked().values()) == 0


async def test_call_that_may_not_go_where_it_failed_holds_nobody_up_whom_that_host_can_serve() -> None:
    async with pooled(settings={"slots": 1}) as pool:
        one, two = pool.servers["one"], pool.servers["two"]
        for server in (one, two):
            await load(server.url, "a", 8192)
        for host in await pool.models.survey():
            assert host.loaded
        two.control.delay = 3.0
        one.fault("end_without_done", after=1)
        order: list[tuple[str, str]] = []

        async def ask(person: str) -> None:
            order.append((person, (await pool.ask("a", person=person)).host))

        async with asyncio.TaskGroup() as group:
            for person in ("first", "second"):
                group.create_task(ask(person))
            await two.until(lambda: one.chats and two.chats)
            await asyncio.sleep(0.3)
            for person in ("third", "fourth"):
                group.create_task(ask(person))

        assert order == [("third", "one"), ("fourth", "one"), ("second", "two"), ("first", "two")]
