from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from agents.models.fair import CALLER, Caller
from agents.models.hosts.asking import AT_ONCE
from agents.models.pool import Models, ModelSettings
from agents.models.settings import Alias, HostSettings, Kind
from bot.errors import ModelFailedError, RetryLaterError
from tests.integration.models.conftest import Heard
from tests.integration.models.hosts import SAID, SCRIPTS, Watched, calling, pooled
from tests.integration.models.test_hosts_routing import load
from tests.integration.models.test_openai_compatible import END, said
from tests.integration.models.wire import listening, never
from tests.model_server import ModelServer

KINDS: tuple[Kind, ...] = ("ollama", "openai")
ROOT = Path(__file__).parents[3]


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


@asynccontextmanager
async def process() -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run a scripted server in a process that can be killed."""
    command = (sys.executable, "-m", "tests.model_server", "--scripts", "tests.integration.models.hosts:SCRIPTS")
    made = await asyncio.create_subprocess_exec(*command, "--token-delay=0.2", stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    try:
        assert made.stdout is not None
        yield made, f"http://127.0.0.1:{int(await made.stdout.readline())}"
    finally:
        if made.returncode is None:
            made.kill()
        await made.wait()


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


@pytest.mark.parametrize("fault", ["oom", "crash"])
async def test_model_that_breaks_on_one_host_is_asked_of_another_and_not_there_again(fault: str) -> None:
    async with pooled() as pool:
        pool.servers["one"].fault(fault, once=False)

        hosts = [(await pool.ask("a")).host for _ in range(3)]

        assert hosts == ["two"] * 3
        assert pool.asked()["one"] == 1


async def test_model_that_fits_no_host_fails_with_what_would_help() -> None:
    async with pooled() as pool:
        for server in pool.servers.values():
            server.fault("oom", once=False)

        with pytest.raises(ModelFailedError, match=r"does not fit the memory of .* A smaller model"):
            await pool.ask("a")

        assert pool.asked() == {"one": 1, "two": 1}


async def test_next_best_model_answers_where_the_first_does_not_fit_the_memory() -> None:
    aliases = {"code": Alias(model="a", fallbacks=("b",))}
    async with pooled(["one"], settings={"aliases": aliases}) as pool:
        pool.servers["one"].fault("oom", model="a", once=False)

        assert (await pool.ask("code")).model == "b"


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


async def test_model_that_is_not_kept_is_not_loaded_twice_for_a_call() -> None:
    async with pooled(["one"], settings={"ollama_keep_alive": "0"}) as pool:
        await pool.ask("a")

        assert pool.asked("/api/generate") == {"one": 0}
        assert pool.loads == 1


async def test_call_that_was_cancelled_frees_its_slot() -> None:
    async with pooled(["one"], settings={"slots": 1}) as pool:
        one = pool.servers["one"]
        await pool.ask("a")
        one.fault("stall", after=1)
        async with asyncio.TaskGroup() as group:
            hanging = group.create_task(pool.ask("a"))
            await one.until(lambda: one.state.in_flight)
            hanging.cancel()

        assert (await pool.ask("a")).content == SAID


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


async def test_model_that_does_not_fit_is_not_asked_with_every_call_where_there_is_a_next_best() -> None:
    aliases = {"code": Alias(model="a", fallbacks=("b",))}
    async with pooled(["one"], settings={"aliases": aliases}) as pool:
        pool.servers["one"].fault("oom", model="a", once=False)

        answers = [await pool.ask("code") for _ in range(4)]

        assert {answer.model for answer in answers} == {"b"}
        assert [logged.model for logged in pool.servers["one"].chats].count("a") == 1


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
