from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack_server import Message
from tests.unit.slack_server.conftest import Place

CARD: list[dict[str, Any]] = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
    }
]


@pytest.fixture
async def card(place: Place) -> Message:
    posted = await place.client.chat_postMessage(channel=place.general.id, text="card", blocks=CARD)
    return place.general.messages[posted["ts"]]


async def webhook(place: Place, card: Message) -> AsyncWebhookClient:
    delivery = await place.anna.clicks(card, "Go")
    return AsyncWebhookClient(delivery.payload["response_url"])


async def test_an_answer_is_shown_to_who_pressed_unless_it_is_for_the_channel(place: Place, card: Message) -> None:
    url = await webhook(place, card)
    await url.send(text="to you", response_type="ephemeral", replace_original=False)
    await url.send(text="to all", response_type="in_channel")
    assert [shown.text for shown in place.anna.sees] == ["to you"]
    assert place.general.thread().last.text == "to all"


async def test_an_answer_may_replace_or_delete_the_message_that_was_pressed(place: Place, card: Message) -> None:
    url = await webhook(place, card)
    await url.send(text="decided", replace_original=True)
    assert (card.text, card.blocks) == ("decided", [])
    await url.send(delete_original=True)
    assert place.general.thread().texts == []
    assert (await url.send(text="again", replace_original=True)).status_code == 404


async def test_an_ephemeral_message_is_replaced_and_deleted_too(place: Place) -> None:
    await place.client.chat_postEphemeral(channel=place.general.id, user=place.anna.id, text="card", blocks=CARD)
    delivery = await place.anna.clicks(place.anna.sees[0], "Go")
    url = AsyncWebhookClient(delivery.payload["response_url"])
    await url.send(text="decided", replace_original=True)
    assert place.anna.sees[0].text == "decided"
    await url.send(delete_original=True)
    assert place.anna.sees == []
    assert delivery.payload["container"]["is_ephemeral"]
    assert "message" not in delivery.payload


async def test_an_address_is_good_for_five_answers_in_half_an_hour(place: Place, card: Message) -> None:
    url, late = await webhook(place, card), await webhook(place, card)
    answers = [(await url.send(text="x")).status_code for _ in range(6)]
    place.slack.advance(1801)
    assert answers == [200] * 5 + [404]
    assert "expired_url" in (await late.send(text="x")).body
    assert "no_such_hook" in (await AsyncWebhookClient(f"{place.slack.url}/response/R0").send(text="x")).body


async def test_an_empty_answer_is_refused(place: Place, card: Message) -> None:
    assert "no_text" in (await (await webhook(place, card)).send(response_type="ephemeral")).body


async def test_a_shortcut_of_no_message_has_only_a_trigger(place: Place) -> None:
    delivery = await place.anna.shortcut(None, "anywhere")
    assert (delivery.payload["type"], delivery.payload["callback_id"]) == ("shortcut", "anywhere")
    assert "message" not in delivery.payload
