from __future__ import annotations

import asyncio

import pytest

from agents.models.fair import CALLER, Caller, time_limit
from agents.models.hosts import choosing
from agents.models.port import CallState
from agents.models.settings import Kind
from bot.errors import RetryLaterError
from tests.integration.models.conftest import Heard
from tests.integration.models.hosts import SAID, Pool, Watched, calling, pooled


async def ask(pool: Pool, person: str, number: int, watch: Watched | None = None, model: str = "a") -> None:
    CALLER.set(Caller(person, f"{person}-{number}"))
    more = {} if watch is None else {"watch": watch}
    await pool.models.complete(calling(model, said=f"{person} {number}", **more), Heard())


def order(pool: Pool, host: str = "one") -> list[str]:
    return [str(logged.body["messages"][-1]["content"]) for logged in pool.servers[host].chats]


@pytest.mark.parametrize("kind", ["ollama", "openai"])
async def test_calls_wait_in_turn_over_people_and_are_told_their_place(kind: Kind) -> None:
    async with pooled(["one"], kind=kind, settings={"slots": 1}, delay=0.1) as pool:
        await pool.ask()
        watched = {name: Watched() for name in ("anna 0", "anna 1", "anna 2", "bo 0")}
        async with asyncio.TaskGroup() as group:
            for name, watch in watched.items():
                person, number = name.split()
                group.create_task(ask(pool, person, int(number), watch))
                await asyncio.sleep(0)

    assert order(pool)[1:] in (["anna 0", "anna 1", "bo 0", "anna 2"], ["anna 0", "bo 0", "anna 1", "anna 2"])
    assert "queued" not in watched["anna 0"].kinds
    first = watched["anna 2"].states[0]
    assert (first.kind, first.model, first.place) == ("queued", "a", 2)
    assert first.seconds is not None
    assert first.seconds > 0.1
    assert watched["anna 2"].kinds[-1] == "asked"


async def test_place_and_estimate_are_told_anew_while_a_call_waits() -> None:
    async with pooled(["one"], settings={"slots": 1}, delay=0.7) as pool:
        last = Watched()
        async with asyncio.TaskGroup() as group:
            for number in range(4):
                group.create_task(ask(pool, "anna", number))
                await asyncio.sleep(0)
            group.create_task(ask(pool, "anna", 4, last))

    places = [state.place for state in last.states if state.kind == "queued"]
    assert places[0] == 4
    assert places == sorted(places, reverse=True)
    assert len(set(places)) == len(places) >= 3
    estimates = [state.seconds for state in last.states if state.kind == "queued"]
    assert estimates[0] is None
    assert estimates[-1] is not None


async def test_whoever_is_cancelled_in_the_queue_leaves_at_once_and_others_move_up() -> None:
    async with pooled(["one"], settings={"slots": 1}, delay=0.3) as pool:
        gone, behind = Watched(), Watched()
        async with asyncio.TaskGroup() as group:
            group.create_task(ask(pool, "anna", 0))
            await pool.servers["one"].until(lambda: pool.servers["one"].chats)
            leaving = group.create_task(ask(pool, "anna", 1, gone))
            group.create_task(ask(pool, "anna", 2, behind))
            await pool.servers["one"].until(lambda: behind.states)
            leaving.cancel()

        assert order(pool) == ["anna 0", "anna 2"]
        assert gone.kinds == ["queued"]
        assert await pool.models.survey()
        assert not [report.waiting for report in await pool.models.survey() if report.waiting]


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


async def test_full_queue_takes_no_more_and_says_so() -> None:
    async with pooled(["one"], settings={"slots": 1, "queue": 2}, delay=0.2) as pool:
        async with asyncio.TaskGroup() as group:
            for number in range(3):
                group.create_task(ask(pool, "anna", number))
            await asyncio.sleep(0.1)
            with pytest.raises(RetryLaterError, match="2 calls wait for the model a already") as refused:
                await ask(pool, "anna", 3)
            await ask(pool, "bo", 0)

    assert "bo 0" in order(pool), "others' calls lock nobody out"
    assert refused.value.text_id == "call_queue_full"


async def test_models_of_one_host_share_its_slots_in_turn_over_people() -> None:
    async with pooled(["one"], settings={"slots": 1}, delay=0.05) as pool:
        await pool.ask("a")
        await pool.ask("b")
        async with asyncio.TaskGroup() as group:
            for number in range(4):
                group.create_task(ask(pool, "anna", number))
                await asyncio.sleep(0)
            group.create_task(ask(pool, "bo", 0, model="b"))

        assert order(pool)[2:].index("bo 0") <= 2


async def test_waiting_and_loading_do_not_count_against_the_teams_time_out() -> None:
    async with pooled(["one"], settings={"slots": 1}, delay=0.2, load_delay=1.0) as pool:

        async def limited(number: int) -> None:
            async with time_limit(0.9):
                await ask(pool, "anna", number)

        async with asyncio.TaskGroup() as group:
            for number in range(6):
                group.create_task(limited(number))

        assert len(order(pool)) == 6


async def test_one_host_without_room_for_two_models_changes_between_them_in_turns() -> None:
    async with pooled(["one"], settings={"slots": 2}, memory=1, load_delay=0.3, delay=0.02) as pool:
        async with asyncio.TaskGroup() as group:
            for number in range(60):
                group.create_task(ask(pool, f"person-{number % 5}", number, model="ab"[number % 2]))

        assert len(order(pool)) == 60
        assert pool.loads <= 10


async def test_model_without_room_beside_one_that_is_always_asked_is_served_on_a_host_with_several_slots(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choosing, "TURN", 0.5)
    async with pooled(["one"], settings={"slots": 2}, memory=1, load_delay=0.1, delay=0.1) as pool:
        for model in "abab":  # it is seen that there is room for one of them
            await pool.ask(model)
            await pool.models.survey()

        async def converse(person: str) -> None:
            while not late.done():
                await pool.ask("b", person=person)

        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            late: asyncio.Future[object] = asyncio.get_running_loop().create_future()
            for number in range(12):
                group.create_task(converse(f"person-{number}"))
            await asyncio.sleep(0.5)
            late.set_result(await pool.ask("a", person="late"))

        assert "a" in [logged.model for logged in pool.servers["one"].chats[4:]]


async def test_estimate_counts_those_who_wait_for_other_models_of_the_same_host() -> None:
    async with pooled(["one"], settings={"slots": 1}, delay=0.4) as pool:
        for model in "abab":
            await pool.ask(model)
        watched = Watched()
        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(ask(pool, f"person-{number}", number))
            await pool.servers["one"].until(lambda: len(order(pool)) == 5)
            group.create_task(ask(pool, "zoe", 0, watched, model="b"))

        assert order(pool)[-1] == "zoe 0"
        assert (watched.states[0].place, watched.states[0].kind) == (1, "queued")
        assert (watched.states[0].seconds or 0) > 3


async def test_newcomer_waits_for_one_call_and_not_for_fifty() -> None:
    async with pooled(["one"], settings={"slots": 1}, delay=0.05) as pool:
        await pool.ask()
        async with asyncio.TaskGroup() as group:
            for number in range(50):
                group.create_task(ask(pool, "mallory", number))
                await asyncio.sleep(0)
            await pool.servers["one"].until(lambda: len(order(pool)) > 3)
            before = len(order(pool))
            await ask(pool, "newcomer", 0)
            after = order(pool).index("newcomer 0")

        assert after - before <= 1


def test_state_of_a_call_is_told_once_for_each_change() -> None:
    from agents.models.queue import Ticket

    watched = Watched()

    async def told() -> list[CallState]:
        turn = asyncio.get_running_loop().create_future()
        ticket = Ticket(chain=("a",), caller=Caller(), since=0.0, turn=turn, watch=watched)
        for place, seconds in ((2, None), (2, None), (2, 10.0), (2, 10.4), (1, 10.4), (1, 5.0)):
            ticket.tell(place, seconds)
        turn.cancel()
        return watched.states

    assert [(state.place, state.seconds) for state in asyncio.run(told())] == [
        (2, None),
        (2, 10.0),
        (1, 10.4),
        (1, 5.0),
    ]
