from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from tests.slack_server import NotThereError
from tests.unit.slack_server.conftest import Place, connected, refused

TITLE = {"type": "plain_text", "text": "Reason"}
REASON = {
    "type": "input",
    "block_id": "why",
    "label": {"type": "plain_text", "text": "Why"},
    "element": {"type": "plain_text_input", "action_id": "text", "max_length": 10},
}
FORM = {"type": "modal", "callback_id": "form", "title": TITLE, "submit": TITLE, "blocks": [REASON]}


@pytest.fixture
async def app(place: Place) -> AsyncIterator[AsyncApp]:
    async with connected(place) as app:

        @app.command("/ask")
        async def ask(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack(text=f"you said {body['text']}")

        @app.command("/form")
        async def form(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
            await ack()
            await place.client.views_open(trigger_id=body["trigger_id"], view=FORM)
            await respond("opened")

        @app.view("form")
        async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
            said = view["state"]["values"]["why"]["text"]["value"]
            await (ack() if said == "good" else ack(response_action="errors", errors={"why": f"{said}?"}))

        yield app


async def test_a_command_is_answered_to_the_person_alone(place: Place, app: AsyncApp) -> None:
    delivery = await place.anna.commands(place.general, "/ask the time")
    assert delivery.payload["text"] == "the time"
    assert [shown.text for shown in place.anna.sees] == ["you said the time"]
    assert len(place.general.thread()) == 0


async def test_a_form_is_opened_filled_in_corrected_and_closed(place: Place, app: AsyncApp) -> None:
    await place.anna.commands(place.general, "/form")
    await place.slack.until(lambda: place.anna.modals and place.anna.sees)
    view = place.anna.modal
    await place.anna.submits(view, {"Why": "bad"})
    assert view.errors == {"why": "bad?"}
    await place.anna.submits(view, {"why": "good"})
    assert place.anna.modals == []
    assert view.title == "Reason"


async def test_slacks_form_lets_nothing_through_that_is_missing_or_too_long(place: Place, app: AsyncApp) -> None:
    await place.anna.commands(place.general, "/form")
    await place.slack.until(lambda: place.anna.modals)
    with pytest.raises(NotThereError, match="'Why' is required"):
        await place.anna.submits()
    with pytest.raises(NotThereError, match="0 to 10 characters, not 11"):
        await place.anna.submits(values={"Why": "x" * 11})
    with pytest.raises(NotThereError, match="no field 'Who'"):
        await place.anna.submits(values={"Why": "x", "Who": "y"})


async def test_a_command_nobody_answers_fails_before_the_persons_eyes(place: Place) -> None:
    await place.anna.commands(place.general, "/ask")
    assert place.anna.notices == ['/ask failed with the error "dispatch_failed"']
    async with connected(place):
        await place.anna.commands(place.general, "/unknown")
    assert place.anna.notices[1:] == ['/unknown failed with the error "operation_timeout"']


async def test_a_trigger_opens_one_modal_within_three_seconds(place: Place) -> None:
    triggers = [(await place.anna.commands(place.general, "/ask")).payload["trigger_id"] for _ in range(2)]
    await place.client.views_open(trigger_id=triggers[0], view=FORM)
    used = await refused(place.client.views_open(trigger_id=triggers[0], view=FORM))
    place.slack.advance(3.1)
    late = await refused(place.client.views_open(trigger_id=triggers[1], view=FORM))
    unknown = await refused(place.client.views_open(trigger_id="1.2.3", view=FORM))
    assert [one["error"] for one in (used, late, unknown)] == [
        "exchanged_trigger_id",
        "expired_trigger_id",
        "invalid_trigger_id",
    ]


@pytest.mark.parametrize(
    ("change", "place_of_it"),
    [
        ({"title": {"type": "plain_text", "text": "x" * 25}}, "/view/title/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"blocks": [REASON] * 101}, "/view/blocks"),
        ({"type": "home"}, "/view/type"),
        ({"submit": None}, ""),
    ],
)
async def test_a_view_that_slack_refuses_is_refused(place: Place, change: dict[str, Any], place_of_it: str) -> None:
    trigger = (await place.anna.commands(place.general, "/ask")).payload["trigger_id"]
    view = {name: value for name, value in (FORM | change).items() if value is not None}
    error = await refused(place.client.views_open(trigger_id=trigger, view=view))
    assert error["error"] == "invalid_arguments"
    assert any(place_of_it in message for message in error["response_metadata"]["messages"])


async def test_a_shortcut_brings_the_message_and_its_answer_is_seen_in_the_thread(place: Place) -> None:
    root = await place.anna.says(place.general, "hello")
    async with connected(place) as app:

        @app.shortcut("run_here")
        async def run_here(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
            await ack()
            await respond(text=f"on {body['message']['text']}", response_type="ephemeral", replace_original=False)

        await place.anna.shortcut(root, "run_here")
        await place.slack.until(lambda: place.anna.sees)
    assert place.anna.sees[0].text == "on hello"
    assert place.slack.calls("response_url")[0].outcome == "ok"


async def test_an_open_modal_is_updated_pushed_upon_and_closed(place: Place) -> None:
    triggers = [(await place.anna.commands(place.general, "/ask")).payload["trigger_id"] for _ in range(2)]
    opened = await place.client.views_open(trigger_id=triggers[0], view=FORM | {"notify_on_close": True})
    changed = FORM | {"title": {"type": "plain_text", "text": "Changed"}, "notify_on_close": True}
    conflict = await refused(place.client.views_update(view_id=opened["view"]["id"], view=changed, hash="old"))
    await place.client.views_update(view_id=opened["view"]["id"], view=changed, hash=opened["view"]["hash"])
    await place.client.views_push(trigger_id=triggers[1], view=FORM)
    assert conflict["error"] == "hash_conflict"
    assert [view.title for view in place.anna.modals] == ["Changed", "Reason"]
    await place.anna.closes()
    await place.anna.closes()
    gone = await refused(place.client.views_update(view_id=opened["view"]["id"], view=changed))
    assert gone["error"] == "not_found"
    assert place.slack.deliveries.log[-1].payload["type"] == "view_closed"
