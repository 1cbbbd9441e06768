from __future__ import annotations

import aiohttp
import discord
import pytest

from tests.discord_server.faults import Fault
from tests.discord_server.rest.calls import Call, route
from tests.discord_server.server import DiscordServer
from tests.unit.discord_server.conftest import Place


async def test_gateway_error_after_acceptance_and_a_nonce_leave_one_message(place: Place) -> None:
    channel = await place.text()
    place.server.fault("accept_then_status", route="create_message", status=502)

    sent = await channel.send("once", nonce="turn-1")

    assert [one.id for one in place.world.shown(place.general)] == [sent.id]
    assert [one.outcome for one in place.server.calls("create_message")] == ["accept_then_status", "ok"]


async def test_connection_cut_after_acceptance_raises_although_the_message_is_there(place: Place) -> None:
    channel = await place.text()
    place.server.fault("accept_then_drop", route="create_message")

    with pytest.raises((aiohttp.ClientError, OSError)):
        await channel.send("once", nonce="turn-1")
    again = await channel.send("once", nonce="turn-1")

    assert [one.id for one in place.world.shown(place.general)] == [again.id]


async def test_connection_cut_before_acceptance_does_nothing(place: Place) -> None:
    channel = await place.text()
    place.server.fault("drop", route="create_message")

    with pytest.raises((aiohttp.ClientError, OSError)):
        await channel.send("never")

    assert place.world.shown(place.general) == []
    assert place.server.calls("create_message")[0].status == 0


async def test_unavailable_service_is_not_tried_again_by_the_library(place: Place) -> None:
    channel = await place.text()
    place.server.fault("status", route="create_message", status=503)

    with pytest.raises(discord.DiscordServerError):
        await channel.send("hello")

    assert len(place.server.calls("create_message")) == 1


async def test_flood_without_the_proxy_header_is_not_tried_again_by_the_library(place: Place) -> None:
    channel = await place.text()
    place.server.fault("ratelimited", route="create_message", via=False)

    with pytest.raises(discord.HTTPException) as refusal:
        await channel.send("hello")

    assert refusal.value.status == 429


async def test_error_by_code_reaches_the_library(place: Place) -> None:
    channel = await place.text()
    place.server.fault("error", route="create_message", code=50013)

    with pytest.raises(discord.Forbidden) as refusal:
        await channel.send("hello")

    assert refusal.value.code == 50013


async def test_late_answer_and_latency_let_the_request_succeed(place: Place) -> None:
    channel = await place.text()
    place.server.fault("late_answer", route="create_message", seconds=0.02)
    place.server.fault("latency", route="create_message", seconds=0.02, skip=0)

    await channel.send("one")
    await channel.send("two")

    assert [one.content for one in place.world.shown(place.general)] == ["one", "two"]
    assert [one.status for one in place.server.calls("create_message")] == [200, 200]


async def test_fault_is_chosen_by_path_body_and_skip(place: Place) -> None:
    channel = await place.text()
    pattern = f"POST /channels/{place.general.id}/messages"
    place.server.fault("error", route=pattern, containing="bad", skip=1, code=50001)

    await channel.send("good")
    await channel.send("bad one")
    with pytest.raises(discord.Forbidden):
        await channel.send("bad two")

    assert [one.content for one in place.world.shown(place.general)] == ["good", "bad one"]


async def test_chance_is_the_same_for_the_same_seed(place: Place) -> None:
    faults = place.server.faults
    drawn = []
    for _ in range(2):
        faults.clear()
        faults.seed(7)
        faults.add("drop", rate=0.5, times=None)
        drawn.append([faults.take("create_message", "POST /x", "") is not None for _ in range(20)])

    assert drawn[0] == drawn[1]
    assert 0 < sum(drawn[0]) < 20


def test_unknown_kind_of_fault_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'explode' is no fault; there are accept_then_drop"):
        Fault(kind="explode")


async def test_page_instead_of_json_reaches_the_library_as_text(place: Place) -> None:
    place.server.fault("not_json", route="get_current_user")

    answer = await place.client.http.request(discord.http.Route("GET", "/users/@me"))

    assert "<html>" in answer


async def test_what_breaks_in_the_server_itself_is_raised_when_it_stops() -> None:
    server = DiscordServer()

    async def broken(call: Call) -> None:
        raise LookupError("a bug of ours")

    server.routes.append(route("GET", "/broken", broken))
    await server.start()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {server.token}"}) as session:
        async with session.get(f"{server.api_url}/broken") as answer:
            assert answer.status == 500

    with pytest.raises(LookupError, match="a bug of ours"):
        await server.stop()


async def test_waiting_in_vain_tells_the_last_requests(place: Place) -> None:
    await place.text()

    with pytest.raises(AssertionError, match=r"GET /channels/\d+ -> ok"):
        await place.server.until(lambda: False, seconds=0.01)
