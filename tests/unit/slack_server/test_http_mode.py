from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from tests.slack_server import HttpMode
from tests.slack_server.http_mode import MISSING, OLD, WRONG
from tests.unit.slack_server.conftest import Place, refused

Got = list[dict[str, Any]]


@pytest.fixture
async def got() -> Got:
    return []


@pytest.fixture
async def mode(place: Place, got: Got) -> AsyncIterator[HttpMode]:
    app = AsyncApp(client=place.client, signing_secret=place.slack.app.signing_secret)

    @app.event("message")
    async def message(body: dict[str, Any]) -> None:
        got.append(body)

    @app.command("/ask")
    async def ask(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(f"you said {body['text']}")

    @app.shortcut("run_here")
    async def run_here(ack: AsyncAck, body: dict[str, Any]) -> None:
        got.append(body)
        await ack()

    async def endpoint(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.add_routes([web.post("/slack/events", endpoint)])
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield place.slack.http_mode(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    await runner.cleanup()


async def test_the_request_url_is_verified(mode: HttpMode) -> None:
    assert await mode.verifies()


async def test_signed_events_commands_and_shortcuts_are_understood_by_bolt(
    place: Place, mode: HttpMode, got: Got
) -> None:
    root = await place.anna.says(place.general, "héllo 你好")
    await place.anna.commands(place.general, "/ask why & how")
    await place.anna.shortcut(root, "run_here")
    await place.slack.settled()
    assert got[0]["event"]["text"] == "héllo 你好"
    assert got[1]["callback_id"] == "run_here"
    assert place.anna.sees[0].text == "you said why & how"


async def test_a_request_can_be_replayed_byte_by_byte(place: Place, mode: HttpMode, got: Got) -> None:
    await place.anna.says(place.general, "hello")
    await place.slack.settled()
    reply = await mode.send(mode.sent[0])
    assert reply.status == 200
    assert [body["event_id"] for body in got] == [place.slack.deliveries.log[0].id] * 2


@pytest.mark.parametrize("signature", [WRONG, OLD, MISSING])
async def test_a_request_with_a_bad_signature_is_refused_by_bolt(
    place: Place, mode: HttpMode, got: Got, signature: str
) -> None:
    mode.signature = signature
    place.slack.knobs.retries = ()
    await place.anna.says(place.general, "hello")
    (delivery,) = await place.slack.settled()
    assert (delivery.acknowledged, got, mode.replies[0].status) == (False, [], 401)


async def test_retries_name_their_number_and_the_reason(place: Place) -> None:
    headers: list[tuple[str | None, str | None]] = []

    async def endpoint(request: web.Request) -> web.Response:
        headers.append((request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason")))
        if len(headers) == 2:
            await asyncio.sleep(0.2)
        return web.Response(status=503 if len(headers) < 3 else 200)

    server = web.Application()
    server.add_routes([web.post("/", endpoint)])
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    place.slack.http_mode(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    place.slack.knobs.ack_timeout, place.slack.knobs.retries = 0.1, (0.0, 0.0, 0.0)
    await place.anna.says(place.general, "hello")
    (delivery,) = await place.slack.settled()
    await runner.cleanup()
    assert headers == [(None, None), ("1", "http_error"), ("2", "http_timeout")]
    assert delivery.acknowledged


async def test_an_app_that_is_away_is_a_failed_connection(place: Place) -> None:
    place.slack.http_mode("http://127.0.0.1:9/")
    place.slack.knobs.retries = ()
    await place.anna.says(place.general, "hello")
    (delivery,) = await place.slack.settled()
    assert delivery.attempts[0].reason == "connection_failed"


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk on aiohttp 3.14
async def test_installing_gives_a_code_that_is_exchanged_once(place: Place) -> None:
    app = place.slack.app
    query = {"client_id": app.client_id, "state": "s1", "redirect_uri": "http://127.0.0.1:9/back"}
    async with aiohttp.ClientSession() as session:
        url = f"{place.slack.url}/oauth/v2/authorize"
        async with session.get(url, params=query, allow_redirects=False) as response:
            location = response.headers["Location"]
    code = location.split("code=")[1].split("&")[0]
    answer = await place.client.oauth_v2_access(client_id=app.client_id, client_secret=app.client_secret, code=code)
    assert location.endswith("state=s1")
    assert answer["access_token"] == place.workspace.bot.token
    assert answer["team"]["id"] == place.workspace.id


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk on aiohttp 3.14
async def test_a_workspace_may_install_the_app_later_and_again(place: Place) -> None:
    beta = place.slack.workspace("Beta", installed=False)
    assert (await refused(place.client.auth_test(token=beta.bot.token)))["error"] == "account_inactive"
    tokens = []
    for _ in range(2):
        query = {"client_id": place.slack.app.client_id, "redirect_uri": "http://127.0.0.1:9/", "team": beta.id}
        async with aiohttp.ClientSession() as session:
            url = f"{place.slack.url}/oauth/v2/authorize"
            async with session.get(url, params=query, allow_redirects=False) as response:
                code = response.headers["Location"].split("code=")[1].split("&")[0]
        secret = place.slack.app.client_secret
        client_id = place.slack.app.client_id
        answer = await place.client.oauth_v2_access(client_id=client_id, client_secret=secret, code=code)
        tokens.append(answer["access_token"])
        assert (await place.client.auth_test(token=tokens[-1]))["team_id"] == beta.id
        beta.uninstall()
    assert len(set(tokens)) == 2
