from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack_server import Control


@pytest.fixture
async def control() -> AsyncIterator[Control]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.slack_server", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    yield Control((await process.stdout.readline()).decode().strip())
    process.kill()
    await process.communicate()


async def test_a_server_of_its_own_is_driven_over_http(control: Control) -> None:
    info = await control.get("info")
    token = info["workspaces"]["Acme"]["bot_token"]
    client = AsyncWebClient(token=token, base_url=info["api_url"], retry_handlers=[])
    await control.do("person", person="Anna", locale="zh-CN")
    await control.do("knobs", retries=[])
    root = await control.do("says", person="Anna", channel="general", text="@Threadfast hello")
    blocks = [
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}],
        }
    ]
    posted = await client.chat_postMessage(channel=root["channel"], text="hi", thread_ts=root["ts"], blocks=blocks)
    clicked = await control.do("clicks", person="Anna", channel="general", ts=posted["ts"], button="Go")
    thread = await control.get("thread", channel="general", ts=root["ts"])
    log = await control.get("log")
    assert [shown["author"] for shown in thread["messages"]] == ["Anna", "Threadfast"]
    assert thread["messages"][1]["buttons"] == ["Go"]
    assert "[ Go ]" in thread["transcript"]
    assert clicked == {"acknowledged": False, "response": None}
    assert log["requests"][-1]["method"] == "chat.postMessage"
    assert (await control.get("person", person="Anna"))["notices"]


async def test_what_cannot_be_done_is_said(control: Control) -> None:
    with pytest.raises(AssertionError, match="'dances' is unknown; there are person, channel"):
        await control.do("dances")
    with pytest.raises(AssertionError, match="KeyError: 'ts'"):
        await control.do("edits", person="Anna", channel="general", text="x")


async def test_an_administrators_doings_and_faults_reach_the_other_process(control: Control) -> None:
    info = await control.get("info")
    client = AsyncWebClient(token=info["workspaces"]["Acme"]["bot_token"], base_url=info["api_url"], retry_handlers=[])
    channel = await control.do("channel", channel="general")
    await control.do("fault", kind="error", code="internal_error", method="auth.test")
    outcomes = []
    for _ in range(2):
        try:
            outcomes.append((await client.auth_test()).get("ok"))
        except Exception as error:
            outcomes.append(str(error).split("'error': '")[1].split("'")[0])
    await control.do("administers", what="archive", channel=channel["id"])
    with pytest.raises(Exception, match="is_archived"):
        await client.chat_postMessage(channel=channel["id"], text="x")
    assert outcomes == ["internal_error", True]


async def test_everything_a_person_does_can_be_done_from_another_process(control: Control) -> None:
    info = await control.get("info")
    client = AsyncWebClient(token=info["workspaces"]["Acme"]["bot_token"], base_url=info["api_url"], retry_handlers=[])
    anna = {"person": "Anna", "channel": "general"}
    await control.do("knobs", retries=[], ack_timeout=0.1)
    await control.do("person", person="Anna", is_admin=True)
    said = await control.do("says", **anna, files=[{"name": "a.txt", "base64": "eA=="}])
    await control.do("edits", **anna, ts=said["ts"], text="changed")
    await control.do("shortcut", **anna, ts=said["ts"], callback_id="run_here")
    await control.do("stops_session", **anna, ts=said["ts"])
    await control.do("opens_home", person="Anna")
    await control.do("says", person="Anna", channel="dm", text="hello")
    await control.do("commands", **anna, line="/ask x")
    form = await form_of(control, client)
    await control.do("administers", what="delete", channel="general", ts=said["ts"])
    await control.do("advance", seconds=60)
    await control.do("sockets", what="cut")
    await control.do("fault", kind="drop", method="auth.test")
    await control.do("well")
    await control.do("mode", url="http://127.0.0.1:9/")
    await control.do("mode")
    person, thread = await control.get("person", person="Anna"), await control.get("thread", channel="general")
    shown = "".join(delivery["shown"] for delivery in (await control.get("log"))["deliveries"])
    assert person["modals"][0]["id"] == form
    assert "dispatch_failed" in person["notices"][0]
    assert thread["messages"] == []
    for kind in ("message_action", "agent_session_stopped", "app_home_opened", "/ask", "view_submission"):
        assert kind in shown
    assert (await client.auth_test())["ok"]


async def form_of(control: Control, client: AsyncWebClient) -> str:
    deliveries = (await control.get("log"))["deliveries"]
    trigger = next(one["id"] for one in deliveries if "/ask" in one["shown"])
    text = {"type": "plain_text", "text": "Form"}
    block = {"type": "input", "label": text, "element": {"type": "plain_text_input", "action_id": "a"}}
    view = {"type": "modal", "title": text, "submit": text, "blocks": [block]}
    opened = await client.views_open(trigger_id=trigger, view=view)
    told = await control.do("submits", person="Anna", values={"Form": "x"})
    assert told == {"acknowledged": False, "response": None, "errors": {}}
    return str(opened["view"]["id"])
