from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.say.async_say import AsyncSay
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from tests.slack_server import Shown
from tests.unit.slack_server.conftest import Place, connected

BUTTON = {
    "type": "actions",
    "block_id": "card",
    "elements": [{"type": "button", "action_id": "yes", "text": {"type": "plain_text", "text": "Yes"}, "value": "r1"}],
}


def answering(app: AsyncApp) -> None:
    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: AsyncSay) -> None:
        await say(text="Shall I?", blocks=[BUTTON], thread_ts=event.get("thread_ts") or event["ts"])

    @app.event("message")
    async def message() -> None:
        pass

    @app.action("yes")
    async def pressed(ack: AsyncAck, body: dict[str, Any], say: AsyncSay) -> None:
        await ack()
        await say(text=f"pressed {body['actions'][0]['value']}", thread_ts=body["message"]["thread_ts"])


async def test_a_person_mentions_the_app_and_presses_the_button_of_its_answer(place: Place) -> None:
    async with connected(place) as app:
        answering(app)
        root = await place.anna.says(place.general, "@Threadfast hello")
        thread = await place.general.until(lambda seen: seen.buttons == ["Yes"], thread=root)
        assert thread.authors == ["Anna", "Threadfast"]
        delivery = await place.anna.clicks(thread.last, "Yes")
        await place.general.until(lambda seen: seen.last.text == "pressed r1", thread=root)
        assert delivery.acknowledged


async def test_a_mention_comes_as_two_events_with_ids_of_their_own(place: Place) -> None:
    async with connected(place) as app:
        answering(app)
        await place.anna.says(place.general, "@Threadfast hello")
        message, mention = await place.slack.settled()
    assert message.id != mention.id
    assert message.event["ts"] == mention.event["ts"]
    assert [message.event["type"], mention.event["type"]] == ["message", "app_mention"]
    assert mention.event["text"] == f"<@{place.workspace.bot.user.id}> hello"


async def test_deliveries_land_on_any_of_several_sockets(place: Place) -> None:
    async with connected(place, sockets=2) as app:
        answering(app)
        for number in range(12):
            await place.anna.says(place.general, f"number {number}")
        await place.slack.settled()
        assert all(socket.acknowledged for socket in place.slack.sockets.open)


async def test_what_is_not_acknowledged_comes_again_at_once_and_a_minute_later(place: Place) -> None:
    place.slack.knobs.ack_timeout = 0.05
    seen: list[Any] = []
    async with connected(place) as app:

        @app.middleware
        async def refuse(req: AsyncBoltRequest) -> BoltResponse:
            seen.append((req.headers["x-slack-retry-num"], req.body["event_id"]))
            return BoltResponse(status=200 if len(seen) == 3 else 503)

        await place.anna.says(place.general, "hello")
        await place.slack.until(lambda: len(seen) == 2)
        await place.slack.until(lambda: len(place.slack.deliveries.log[0].attempts) == 2)
        place.slack.advance(61)
        (delivery,) = await place.slack.settled()
    assert delivery.acknowledged
    assert [number for number, _ in seen] == [["0"], ["1"], ["2"]]
    assert len({event for _, event in seen}) == 1


async def test_an_event_is_given_up_after_three_retries(place: Place) -> None:
    place.slack.knobs.retries = (0.0, 0.01, 0.01)
    await place.anna.says(place.general, "is anybody there")
    (delivery,) = await place.slack.settled()
    assert [attempt.reason for attempt in delivery.attempts] == ["no_connection"] * 4


async def test_a_half_open_socket_is_replaced_by_the_client(place: Place) -> None:
    async with connected(place, ping=0.1) as app:
        answering(app)
        place.slack.sockets.half_open()
        await place.slack.sockets.until(1)
        assert place.slack.sockets.connections == 2


async def test_a_refresh_makes_the_client_connect_anew(place: Place) -> None:
    async with connected(place):
        await place.slack.sockets.disconnect("refresh_requested")
        await place.slack.until(lambda: place.slack.sockets.connections == 2)
        await place.slack.sockets.until(1)


async def test_deliveries_can_be_duplicated_and_their_acknowledgements_lost(place: Place) -> None:
    got: list[str] = []
    async with connected(place) as app:

        @app.event("message")
        async def message(body: dict[str, Any]) -> None:
            got.append(body["event_id"])

        place.slack.knobs.duplicate, place.slack.knobs.drop_acks = 1, 1
        await place.anna.says(place.general, "hello")
        await place.slack.until(lambda: len(got) == 3)
    assert len(set(got)) == 1


async def test_held_deliveries_come_in_a_seeded_other_order(place: Place) -> None:
    place.slack.knobs.hold = True
    for number in range(5):
        await place.anna.says(place.general, str(number))
    released = place.slack.deliveries.release(shuffle=True)
    assert [one.event["text"] for one in released] != list("01234")
    assert sorted(one.event["text"] for one in released) == list("01234")


async def test_a_wait_that_is_in_vain_shows_the_thread(place: Place) -> None:
    root = await place.anna.says(place.general, "hello")
    with pytest.raises(AssertionError, match="Anna:\n  hello"):
        await place.general.until(lambda seen: False, thread=root, seconds=0.05)
    assert Shown.of(root, place.workspace).author == "Anna"


async def test_an_outage_ends_and_everything_is_still_there(place: Place) -> None:
    await place.anna.says(place.general, "before")
    async with connected(place, ping=0.1):
        await place.slack.stop()
        await place.slack.start()
        await place.slack.sockets.until(1)
    assert place.general.thread().texts == ["before"]


async def test_a_delivery_on_a_connection_that_breaks_comes_again_over_another(place: Place) -> None:
    got: list[str] = []
    async with connected(place, sockets=2, ping=0.1) as app:

        @app.middleware
        async def dying(req: AsyncBoltRequest) -> BoltResponse:
            got.append(req.body["event_id"])
            return BoltResponse(status=503 if len(got) == 1 else 200)

        await place.anna.says(place.general, "hello")
        await place.slack.until(lambda: got)
        place.slack.sockets.cut()
        delivery = place.slack.deliveries.log[0]
        await place.slack.until(lambda: len(delivery.attempts) == 2)
        await place.slack.sockets.until(2)
        place.slack.advance(60)
        await delivery.settled()
    assert [attempt.reason for attempt in delivery.attempts] == ["closed", "no_connection", ""]


async def test_events_overtake_each_other_by_a_seeded_chance(place: Place) -> None:
    got: list[str] = []
    place.slack.knobs.jitter = 0.1
    async with connected(place) as app:

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            got.append(event["text"])

        for number in range(6):
            await place.anna.says(place.general, str(number))
        await place.slack.settled()
        await place.slack.until(lambda: len(got) == 6)
    assert got != list("012345")
    assert sorted(got) == list("012345")
