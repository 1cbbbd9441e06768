from __future__ import annotations

import asyncio
import base64
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.discord_server import Control
from tests.discord_server.entities import Json


@pytest.fixture
async def control() -> AsyncIterator[Control]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.discord_server", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    yield Control((await process.stdout.readline()).decode().strip())
    process.kill()
    await process.communicate()


class Api:
    """The bot's side of the API, without any library."""

    def __init__(self, info: Json) -> None:
        self.url, self.app = info["api_url"], info["app"]

    async def call(self, method: str, path: str, body: Json | list[Json] | None = None) -> Json:
        headers = {"Authorization": f"Bot {self.app['token']}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            async with session.request(method, self.url + path, json=body) as response:
                told: Json = await response.json() if response.status != 204 else {}
                return told


async def test_a_server_of_its_own_is_driven_over_http(control: Control) -> None:
    api = Api(await control.get("info"))
    anna = {"person": "Anna", "channel": "general"}
    await control.do("person", person="Anna", locale="zh-CN")
    said = await control.do("says", **anna, text="hello", mention=True, files=[_file()])
    button = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
    row = {"type": 1, "components": [button]}
    posted = await api.call("POST", f"/channels/{said['channel']}/messages", {"content": "hi", "components": [row]})
    pressed = await control.do("presses", **anna, message=posted["id"], button="Go", wait=False)
    await control.do("edits", **anna, message=said["message"], text="changed")
    await control.do("reacts", **anna, message=posted["id"], emoji="👍")
    there = await control.get("channel", channel="general", person="Anna")
    assert pressed["kind"] == "nothing"
    assert [(one["author"], one["text"]) for one in there["messages"]] == [("Anna", "changed"), ("Threadfast", "hi")]
    assert there["messages"][1]["buttons"] == ["Go"]
    assert "[ Go ]" in there["transcript"]
    assert (await control.get("log"))["requests"][-1]["name"] == "create_message"


def _file() -> Json:
    return {"name": "a.txt", "base64": base64.b64encode(b"x").decode()}


async def test_a_command_is_used_from_another_process(control: Control) -> None:
    info = await control.get("info")
    api = Api(info)
    option = {"type": 3, "name": "prompt", "description": "What", "required": True}
    command = {"name": "ask", "description": "Ask", "options": [option]}
    await api.call("PUT", f"/applications/{api.app['id']}/commands", [command])
    async with aiohttp.ClientSession() as session, session.ws_connect(info["gateway_url"]) as socket:
        await socket.send_json({"op": 2, "d": {"token": api.app["token"], "intents": 1}})
        arguments = {"person": "Anna", "channel": "general", "command": "ask", "options": {"prompt": "hi"}}
        begun = await control.do("slash", **arguments, wait=False)
        told = await _told(socket, "INTERACTION_CREATE")
        await api.call("POST", f"/interactions/{told['id']}/{told['token']}/callback", {"type": 5})
        assert (await control.do("outcome", outcome=begun["outcome"]))["kind"] == "deferred"
        await control.do("gateway", what="close", code=4009)
        while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
        assert socket.close_code == 4009
    assert (await control.get("info"))["gateway"]["identifies"] == 1


async def _told(socket: aiohttp.ClientWebSocketResponse, name: str) -> Json:
    async with asyncio.timeout(5):
        while True:
            frame: Json = await socket.receive_json()
            if frame.get("t") == name:
                return dict(frame["d"])


async def test_what_cannot_be_done_is_said(control: Control) -> None:
    with pytest.raises(AssertionError, match="'dances' is unknown; there are person, guild"):
        await control.do("dances")
    with pytest.raises(AssertionError, match="KeyError: 'message'"):
        await control.do("edits", person="Anna", channel="general", text="x")
    with pytest.raises(AssertionError, match="no command 'ask' of type 1 is registered; there are: none"):
        await control.do("slash", person="Anna", channel="general", command="ask")
    with pytest.raises(AssertionError, match="the gateway cannot 'dance'"):
        await control.do("gateway", what="dance")


async def test_an_administrators_doings_and_faults_reach_the_other_process(control: Control) -> None:
    api = Api(await control.get("info"))
    general = await control.do("channel", channel="general")
    await control.do("fault", kind="error", code=50013, route="get_channel")
    path = f"/channels/{general['id']}"
    assert [(await api.call("GET", path)).get("code") for _ in range(2)] == [50013, None]
    await control.do("administers", what="remove_bot")
    assert (await api.call("GET", path))["code"] == 50001
