from __future__ import annotations

import asyncio

import aiohttp
import discord

from tests.discord_server.limits import Limits
from tests.unit.discord_server.conftest import Place


async def raw(place: Place, method: str = "POST", path: str = "", json: object = None) -> aiohttp.ClientResponse:
    """Return the answer to one request that no library paces."""
    url = f"{place.server.api_url}{path or f'/channels/{place.general.id}/messages'}"
    headers = {"Authorization": f"Bot {place.server.token}"}
    async with aiohttp.ClientSession() as session:
        async with session.request(method, url, json=json or {"content": "x"}, headers=headers) as answer:
            await answer.read()
            return answer


async def test_sixth_message_in_five_seconds_is_refused_with_discords_headers(place: Place) -> None:
    first = await raw(place)
    for _ in range(4):
        assert (await raw(place)).status == 200
    refused = await raw(place)

    assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == ("5", "4")
    assert first.headers["Content-Type"] == "application/json"
    body = await refused.json()
    assert (refused.status, body["global"]) == (429, False)
    assert 0 < body["retry_after"] <= 5
    assert refused.headers["Via"] == "1.1 google"
    assert (refused.headers["X-RateLimit-Scope"], refused.headers["X-RateLimit-Remaining"]) == ("user", "0")
    assert refused.headers["X-RateLimit-Bucket"] == first.headers["X-RateLimit-Bucket"]
    assert (place.server.limits.requests["create_message"], place.server.limits.refused["create_message"]) == (6, 1)


async def test_each_channel_has_its_own_bucket(place: Place) -> None:
    other = place.world.channel(place.guild, "other")
    for _ in range(5):
        await raw(place)

    assert (await raw(place, path=f"/channels/{other.id}/messages")).status == 200


async def test_time_that_is_skipped_opens_the_bucket(place: Place) -> None:
    for _ in range(5):
        await raw(place)
    place.server.advance(5.1)

    assert (await raw(place)).status == 200


async def test_library_waits_by_the_headers_and_is_never_refused(place: Place) -> None:
    place.server.limits.scale = 0.02
    channel = await place.text()

    async with asyncio.timeout(20):
        for number in range(12):
            await channel.send(str(number))

    assert len(place.world.shown(place.general)) == 12
    assert not place.server.limits.refused


async def test_limits_can_be_switched_off(place: Place) -> None:
    place.server.limits.off()
    channel = await place.text()

    for number in range(12):
        await channel.send(str(number))

    assert "X-RateLimit-Limit" not in (await raw(place)).headers


async def test_fifty_first_request_in_a_second_is_refused_over_everything(place: Place) -> None:
    answers = [await raw(place, "GET", "/users/@me") for _ in range(51)]

    refused = next((one for one in answers if one.status == 429), None)
    assert refused is not None
    assert refused.headers["X-RateLimit-Global"] == "true"
    assert (await refused.json())["global"] is True


async def test_webhooks_have_five_in_two_seconds(place: Place) -> None:
    hook = await (await place.text()).create_webhook(name="agents")
    path = f"/webhooks/{hook.id}/{hook.token}"

    answers = [(await raw(place, path=path)).status for _ in range(6)]

    assert answers == [204] * 5 + [429]


def test_scale_shortens_the_windows() -> None:
    now = [100.0]
    limits = Limits(lambda: now[0])
    limits.scale = 0.1
    for _ in range(5):
        limits.judge("create_message", "1", "token")

    refused = limits.judge("create_message", "1", "token")
    now[0] += 0.5
    passed = limits.judge("create_message", "1", "token")

    assert refused is not None
    assert refused.refused
    assert passed is not None
    assert not passed.refused


async def test_library_waits_out_a_refusal_and_tries_again(place: Place) -> None:
    channel = await place.text()
    place.server.fault("ratelimited", route="create_message", retry_after=0.05)

    sent = await channel.send("patient")

    assert isinstance(sent, discord.Message)
    assert [one.outcome for one in place.server.calls("create_message")] == ["ratelimited", "ok"]
