from __future__ import annotations

from typing import Any

import pytest

from tests.slack_server import NotThereError
from tests.unit.slack_server.conftest import Place


def events_of(place: Place, kind: str) -> list[dict[str, Any]]:
    return [delivery.event for delivery in place.slack.deliveries.of(kind)]


async def test_what_is_typed_becomes_slacks_own_writing(place: Place) -> None:
    ben = place.workspace.person("Ben")
    message = await place.anna.says(place.general, "@Ben & @here: a < b, see #general https://x.example/?a=1&b=2")
    channel = f"<#{place.general.id}|general>"
    assert message.text == f"<@{ben.id}> &amp; <!here>: a &lt; b, see {channel} <https://x.example/?a=1&amp;b=2>"
    assert place.general.thread().texts == ["@Ben & @here: a < b, see #general https://x.example/?a=1&b=2"]


async def test_an_edit_is_told_with_both_versions_and_a_new_mention_once_more(place: Place) -> None:
    message = await place.anna.says(place.general, "hello")
    await place.anna.edits(message, "@Threadfast hello")
    changed, mention = events_of(place, "message")[-1], events_of(place, "app_mention")[-1]
    assert (changed["subtype"], changed["previous_message"]["text"]) == ("message_changed", "hello")
    assert changed["message"]["text"].endswith("> hello")
    assert changed["message"]["edited"]["user"] == place.anna.id
    assert mention["edited"]
    assert mention["ts"] == message.ts


async def test_a_deleted_message_leaves_a_tombstone_only_where_a_thread_hangs_on_it(place: Place) -> None:
    alone, root = await place.anna.says(place.general, "alone"), await place.anna.says(place.general, "root")
    await place.anna.says(place.general, "reply", thread=root)
    await place.anna.deletes(alone)
    await place.anna.deletes(root)
    deleted, changed = events_of(place, "message")[-2:]
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", alone.ts)
    assert (changed["subtype"], changed["message"]["subtype"]) == ("message_changed", "tombstone")
    assert place.general.thread().texts == ["This message was deleted.", "reply"]


async def test_a_direct_message_is_no_mention(place: Place) -> None:
    await place.anna.says(place.anna.dm, "@Threadfast hello")
    (event,) = events_of(place, "message")
    assert event["channel_type"] == "im"
    assert events_of(place, "app_mention") == []


async def test_the_app_is_told_only_of_what_it_is_in_and_subscribed_to(place: Place) -> None:
    secret = place.workspace.channel("secret", private=True, bot=False)
    await place.anna.says(secret, "@Threadfast hello")
    place.workspace.bot.events = {"app_mention"}
    await place.anna.says(place.general, "@Threadfast hello")
    assert [delivery.event["type"] for delivery in place.slack.deliveries.log] == ["app_mention"]


async def test_other_bots_say_things_with_a_bot_id(place: Place) -> None:
    robot = place.workspace.other_bot("Deployer")
    await robot.says(place.general, "@Threadfast deployed")
    (event,) = events_of(place, "message")
    assert event["bot_id"] == robot.user.bot_id


async def test_the_app_hears_of_its_own_messages_unless_told_otherwise(place: Place) -> None:
    await place.client.chat_postMessage(channel=place.general.id, text="x")
    place.slack.hub.echo = False
    await place.client.chat_postMessage(channel=place.general.id, text="y")
    (event,) = events_of(place, "message")
    assert (event["text"], event["bot_id"]) == ("x", place.workspace.bot.bot_id)


async def test_files_come_with_the_message(place: Place) -> None:
    message = await place.anna.says(place.general, "look", files=[("notes.py", b"print()")])
    (event,) = events_of(place, "message")
    assert (event["subtype"], event["files"][0]["name"], event["files"][0]["size"]) == ("file_share", "notes.py", 7)
    assert place.general.thread(message)[0].files == ("notes.py",)


async def test_a_button_that_is_not_there_cannot_be_pressed(place: Place) -> None:
    message = await place.anna.says(place.general, "hello")
    with pytest.raises(NotThereError, match="no button 'Approve' there; there are: none"):
        await place.anna.clicks(message, "Approve")


async def test_a_button_of_a_screen_that_was_not_refreshed_can_still_be_pressed(place: Place) -> None:
    card = [{"type": "actions", "elements": [button("approve", "Approve", "v1"), button("stop", "Stop", "v2")]}]
    posted = await place.client.chat_postMessage(channel=place.general.id, text="card", blocks=card)
    await place.client.chat_update(channel=place.general.id, ts=posted["ts"], text="decided", blocks=[])
    message = place.general.messages[posted["ts"]]
    with pytest.raises(NotThereError):
        await place.anna.clicks(message, "Approve")
    delivery = await place.anna.clicks(message, "Approve", stale=True)
    assert delivery.payload["actions"][0]["value"] == "v1"
    assert place.anna.notices == ["The action failed; the app did not answer."]


def button(action: str, label: str, value: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": label}, "value": value}


async def test_the_second_of_two_equal_buttons_and_a_forged_value_can_be_pressed(place: Place) -> None:
    cards = [{"type": "actions", "elements": [button("approve", "Approve", f"v{n}")]} for n in range(2)]
    posted = await place.client.chat_postMessage(channel=place.general.id, text="card", blocks=cards)
    message = place.general.messages[posted["ts"]]
    second = await place.anna.clicks(message, "Approve", nth=2)
    forged = await place.anna.clicks(message, "approve", value="evil")
    assert [one.payload["actions"][0]["value"] for one in (second, forged)] == ["v1", "evil"]


async def test_an_option_is_selected_by_its_text(place: Place) -> None:
    options = [{"text": {"type": "plain_text", "text": text}, "value": text.lower()} for text in ("Red", "Blue")]
    menu = {"type": "static_select", "action_id": "colour", "options": options}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Which?"}, "accessory": menu}]
    posted = await place.client.chat_postMessage(channel=place.general.id, text="card", blocks=blocks)
    message = place.general.messages[posted["ts"]]
    delivery = await place.anna.selects(message, "colour", "Blue")
    assert delivery.payload["actions"][0]["selected_option"]["value"] == "blue"
    assert place.general.thread()[0].choices == ("Red", "Blue")
    with pytest.raises(NotThereError, match="there are: Red, Blue"):
        await place.anna.selects(message, "colour", "Green")


async def test_the_home_tab_is_opened_and_published(place: Place) -> None:
    await place.anna.opens_home()
    (event,) = events_of(place, "app_home_opened")
    view = {"type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Hello"}}]}
    await place.client.views_publish(user_id=event["user"], view=view)
    assert place.anna.home is not None
    assert place.anna.home.body["blocks"][0]["text"]["text"] == "Hello"


async def test_slacks_stop_button_ends_the_threads_streams(place: Place) -> None:
    root = await place.anna.says(place.anna.dm, "hello")
    stream = await place.client.chat_startStream(channel=place.anna.dm.id, thread_ts=root.ts, markdown_text="on and on")
    await place.anna.stops_session(root)
    (event,) = events_of(place, "agent_session_stopped")
    assert (event["thread_ts"], event["streaming_message_ts"]) == (root.ts, [stream["ts"]])


async def test_an_uninstalled_app_hears_of_it_and_then_of_nothing(place: Place) -> None:
    place.workspace.uninstall()
    await place.anna.says(place.general, "@Threadfast hello")
    assert [one.event["type"] for one in place.slack.deliveries.log] == ["app_uninstalled", "tokens_revoked"]


async def test_a_preview_of_a_link_is_a_change_that_changes_no_text(place: Place) -> None:
    message = await place.anna.says(place.general, "see https://example.com")
    place.workspace.unfurl(message)
    changed = events_of(place, "message")[-1]
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == changed["previous_message"]["text"]


async def test_a_wait_for_a_persons_screen_that_is_in_vain_shows_it(place: Place) -> None:
    await place.client.chat_postEphemeral(channel=place.general.id, user=place.anna.id, text="psst")
    with pytest.raises(AssertionError, match=r"(?s)for Anna:.*psst.*chat\.postEphemeral -> ok"):
        await place.anna.until(lambda anna: anna.modals, seconds=0.02)
