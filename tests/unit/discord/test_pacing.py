from __future__ import annotations

import asyncio
import contextlib

import aiohttp
import pytest
from aiohttp import web

from adapters.discord.web.pacing import Pacer, Urgency, catching_up, paced, urgency_of

SHORT = 0.05
"""Seconds of a window in which tests may wait."""
NEVER = 3600.0


async def order_of(pacer: Pacer, wanted: list[tuple[str, Urgency]]) -> list[str]:
    gone: list[str] = []

    async def go(name: str, urgency: Urgency) -> None:
        await pacer.turn(urgency)
        gone.append(name)

    async with asyncio.TaskGroup() as group:
        for name, urgency in wanted:
            group.create_task(go(name, urgency))
    return gone


async def goes_at_once(pacer: Pacer, urgency: Urgency) -> bool:
    async with asyncio.TaskGroup() as group:
        going = group.create_task(pacer.turn(urgency))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        done = going.done()
        going.cancel()
    return done


async def test_what_has_room_goes_at_once_and_the_next_one_waits() -> None:
    pacer = Pacer(3, window=NEVER)

    assert [await goes_at_once(pacer, Urgency.POST) for _ in range(4)] == [True, True, True, False]


async def test_what_waits_goes_once_the_window_is_over() -> None:
    pacer = Pacer(2, window=SHORT)

    assert await order_of(pacer, [(str(number), Urgency.POST) for number in range(7)]) == [*"0123456"]


async def test_what_is_more_urgent_goes_before_what_came_earlier() -> None:
    pacer = Pacer(1, window=SHORT)
    wanted = [
        ("first", Urgency.POST),
        ("typing", Urgency.DECORATION),
        ("post", Urgency.POST),
        ("history", Urgency.CATCHING_UP),
    ]

    assert await order_of(pacer, wanted) == ["first", "history", "post", "typing"]


async def test_while_much_is_to_be_caught_up_with_others_get_a_tenth_of_the_room() -> None:
    pacer = Pacer(20, window=NEVER)
    await pacer.turn(Urgency.CATCHING_UP, more=200)

    assert [await goes_at_once(pacer, Urgency.POST) for _ in range(3)] == [True, True, False]
    assert await goes_at_once(pacer, Urgency.CATCHING_UP)


@pytest.mark.parametrize("more", [0, 1, 5])
async def test_no_more_room_is_kept_than_is_needed_for_catching_up(more: int) -> None:
    pacer = Pacer(20, window=NEVER)
    await pacer.turn(Urgency.CATCHING_UP, more=more)

    assert [await goes_at_once(pacer, Urgency.POST) for _ in range(20)].count(True) == 20 - max(1, more)


async def test_others_that_wait_go_on_once_little_is_left_to_be_caught_up_with() -> None:
    pacer = Pacer(20, window=NEVER)
    await pacer.turn(Urgency.CATCHING_UP, more=200)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(pacer.turn(Urgency.POST))
        await asyncio.sleep(SHORT)
        await pacer.turn(Urgency.CATCHING_UP)


async def test_once_nobody_catches_up_others_have_all_the_room() -> None:
    pacer = Pacer(20, window=SHORT)
    await pacer.turn(Urgency.CATCHING_UP, more=200)
    await order_of(pacer, [(str(number), Urgency.POST) for number in range(3)])
    await asyncio.sleep(2 * SHORT)

    assert all([await goes_at_once(pacer, Urgency.POST) for _ in range(20)])


async def test_who_gave_up_waiting_takes_no_turn() -> None:
    pacer = Pacer(1, window=SHORT)
    await pacer.turn(Urgency.POST)
    assert not await goes_at_once(pacer, Urgency.POST)

    assert await order_of(pacer, [("next", Urgency.POST)]) == ["next"]


@pytest.mark.parametrize(
    ("method", "path", "urgency"),
    [
        ("POST", "/api/v10/channels/1/messages", Urgency.POST),
        ("GET", "/api/v10/channels/1/messages", Urgency.POST),
        ("PATCH", "/api/v10/webhooks/1/abc/messages/2", Urgency.POST),
        ("POST", "/api/v10/channels/1/typing", Urgency.DECORATION),
        ("PUT", "/api/v10/channels/1/messages/2/reactions/%F0%9F%91%80/@me", Urgency.DECORATION),
        ("POST", "/api/v10/interactions/1/abc/callback", None),
        ("POST", "/api/v10/webhooks/1/abc", None),
        ("PATCH", "/api/v10/webhooks/1/abc/messages/@original", None),
        ("POST", "/api/v10/channels/1/webhooks", Urgency.POST),
    ],
)
def test_requests_are_known_by_their_addresses(method: str, path: str, urgency: Urgency | None) -> None:
    assert urgency_of(method, path) is urgency


def test_what_is_asked_for_while_catching_up_is_most_urgent_and_answers_are_free_all_the_same() -> None:
    with catching_up():
        assert urgency_of("GET", "/api/v10/channels/1/messages") is Urgency.CATCHING_UP
        assert urgency_of("POST", "/api/v10/interactions/1/abc/callback") is None
    assert urgency_of("GET", "/api/v10/channels/1/messages") is Urgency.POST


async def test_a_client_waits_for_its_turn_at_the_api_and_nowhere_else() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    trace = paced(aiohttp.TraceConfig(), Pacer(1, window=NEVER), f"{url}/api")

    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        for path in ("/api/channels/1/messages", "/api/interactions/1/abc/callback", "/elsewhere"):
            async with session.post(f"{url}{path}") as response:
                assert response.status == 200
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.1):
                await session.post(f"{url}/api/channels/1/messages")
                raise AssertionError("it went at once")
    await runner.cleanup()
