from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.unit.slack_server.conftest import Place, refused

META = {"event_type": "threadfast_post", "event_payload": {"key": "k1", "part": 1, "parts": 2}}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def buttons(*elements: dict[str, Any]) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Go"}
    return {"type": "actions", "elements": [{"type": "button", "text": label} | one for one in elements]}


async def test_a_message_is_posted_changed_and_deleted(place: Place) -> None:
    posted = await place.client.chat_postMessage(channel=place.general.id, text="one", blocks=[section("one")])
    await place.client.chat_update(channel=place.general.id, ts=posted["ts"], text="two", blocks=[section("two")])
    assert str(place.general.thread()) == "Threadfast:\n  two"
    await place.client.chat_update(channel=place.general.id, ts=posted["ts"], text="three")
    assert str(place.general.thread()) == "Threadfast (edited):\n  three"
    await place.client.chat_delete(channel=place.general.id, ts=posted["ts"])
    assert place.general.thread().texts == []


async def test_every_ts_is_unique_and_later_than_the_one_before(place: Place) -> None:
    posts = [await place.client.chat_postMessage(channel=place.general.id, text=str(n)) for n in range(20)]
    stamps = [post["ts"] for post in posts]
    assert stamps == sorted(set(stamps))


async def test_an_update_with_a_text_alone_removes_the_blocks_and_keeps_the_metadata(place: Place) -> None:
    posted = await place.client.chat_postMessage(
        channel=place.general.id, text="one", blocks=[section("one")], metadata=META
    )
    await place.client.chat_update(channel=place.general.id, ts=posted["ts"], text="two")
    message = place.general.messages[posted["ts"]]
    assert message.metadata == META
    assert place.general.thread().texts == ["two"]
    await place.client.api_call(
        "chat.update", json={"channel": place.general.id, "ts": posted["ts"], "text": "three", "metadata": {}}
    )
    assert message.metadata is None


async def test_who_writes_under_another_name_needs_the_scope_for_it(place: Place) -> None:
    await place.client.chat_postMessage(
        channel=place.general.id, text="hi", username="coder", icon_emoji=":robot_face:"
    )
    assert place.general.thread().authors == ["coder"]
    place.workspace.bot.scopes.remove("chat:write.customize")
    error = await refused(place.client.chat_postMessage(channel=place.general.id, text="hi", username="coder"))
    assert (error["error"], error["needed"]) == ("missing_scope", "chat:write.customize")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"x": "y" * 16_000}}}, "metadata_too_large"),
        ({"text": "x", "blocks": "no json"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"text": "x", "blocks": [section("")]}, "invalid_blocks"),
        ({"text": "x", "blocks": [section("x")] * 51}, "invalid_blocks"),
        ({"text": "x", "blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"text": "x", "blocks": [{"type": "markdown", "text": "x" * 7000}] * 2}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "novelty"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [buttons({"action_id": "a", "value": "x" * 2001})]}, "invalid_blocks"),
        ({"text": "x", "blocks": [buttons({"action_id": "a"}, {"action_id": "a"})]}, "invalid_blocks"),
        ({"text": "x", "blocks": [buttons({"action_id": "a", "style": "blue"})]}, "invalid_blocks"),
        (
            {"text": "x", "blocks": [{"type": "section", "block_id": "b", "text": section("x")["text"]}] * 2},
            "invalid_blocks",
        ),
    ],
)
async def test_what_slack_refuses_is_refused(place: Place, arguments: dict[str, Any], code: str) -> None:
    error = await refused(place.client.api_call("chat.postMessage", json={"channel": place.general.id} | arguments))
    assert error["error"] == code


async def test_what_is_wrong_in_blocks_is_said_with_its_place(place: Place) -> None:
    error = await refused(
        place.client.chat_postMessage(channel=place.general.id, text="x", blocks=[section("x" * 3001)])
    )
    assert error["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_an_update_takes_four_thousand_characters(place: Place) -> None:
    posted = await place.client.chat_postMessage(channel=place.general.id, text="x" * 5000)
    error = await refused(place.client.chat_update(channel=place.general.id, ts=posted["ts"], text="x" * 4001))
    assert error["error"] == "msg_too_long"


async def test_somebody_elses_message_cannot_be_changed(place: Place) -> None:
    message = await place.anna.says(place.general, "mine")
    error = await refused(place.client.chat_update(channel=place.general.id, ts=message.ts, text="yours"))
    assert error["error"] == "cant_update_message"


async def test_where_the_bot_may_not_write_it_cannot(place: Place) -> None:
    async def code(channel: str) -> Any:
        return (await refused(place.client.chat_postMessage(channel=channel, text="x")))["error"]

    secret = place.workspace.channel("secret", private=True, bot=False)
    place.workspace.kick_bot(place.general)
    assert await code(place.general.id) == "not_in_channel"
    assert await code(secret.id) == "channel_not_found"
    place.workspace.invite_bot(place.general)
    place.workspace.archive(place.general)
    assert await code(place.general.id) == "is_archived"
    place.workspace.delete_channel(place.general)
    assert await code(place.general.id) == "channel_not_found"


async def test_a_worthless_token_is_refused(place: Place) -> None:
    assert (await refused(place.client.auth_test(token="xoxb-other")))["error"] == "invalid_auth"
    assert (await refused(place.client.auth_test(token=place.slack.app.app_token)))["error"] == "not_allowed_token_type"
    place.workspace.revoke_token()
    assert (await refused(place.client.auth_test()))["error"] == "token_revoked"


async def test_answers_name_the_scopes_of_the_token(place: Place) -> None:
    answer = await place.client.auth_test()
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert answer["user_id"] == place.workspace.bot.user.id


async def test_an_ephemeral_message_is_seen_by_one_person_only(place: Place) -> None:
    ben = place.workspace.person("Ben")
    await place.client.chat_postEphemeral(channel=place.general.id, user=place.anna.id, text="psst")
    assert [shown.text for shown in place.anna.sees] == ["psst"]
    assert (len(ben.sees), len(place.general.thread())) == (0, 0)


async def test_mentions_and_links_in_a_text_are_told_from_inert_ones(place: Place) -> None:
    await place.client.chat_postMessage(
        channel=place.general.id, text="<!channel> <@U1> <https://a.example|b> https://c.example `https://d.example`"
    )
    await place.client.chat_postMessage(channel=place.general.id, text="@channel &lt;!channel&gt; a.example")
    loud, inert = place.general.thread()
    assert loud.pings == ("!channel", "@U1")
    assert loud.links == (("https://a.example", "b"), ("https://c.example", "https://c.example"))
    assert (inert.pings, inert.links, inert.text) == ((), (), "@channel <!channel> a.example")


async def test_permalinks_name_the_thread(place: Place) -> None:
    root = await place.anna.says(place.general, "hello")
    posted = await place.client.chat_postMessage(channel=place.general.id, text="hi", thread_ts=root.ts)
    link = await place.client.chat_getPermalink(channel=place.general.id, message_ts=posted["ts"])
    assert link["permalink"].endswith(f"?thread_ts={root.ts}&cid={place.general.id}")


async def test_a_stream_grows_and_ends_and_may_then_be_updated(place: Place) -> None:
    root = await place.anna.says(place.anna.dm, "hello")
    stream = await place.client.chat_startStream(channel=place.anna.dm.id, thread_ts=root.ts, markdown_text="**one** ")
    await place.client.chat_appendStream(channel=place.anna.dm.id, ts=stream["ts"], markdown_text="two")
    assert place.anna.dm.thread(root).last.streaming
    conflict = await refused(place.client.chat_update(channel=place.anna.dm.id, ts=stream["ts"], text="no"))
    await place.client.chat_stopStream(channel=place.anna.dm.id, ts=stream["ts"], markdown_text=" three", metadata=META)
    last = place.anna.dm.thread(root).last
    assert conflict["error"] == "streaming_state_conflict"
    assert (last.text, last.streaming, last.message.metadata) == ("**one** two three", False, META)
    await place.client.chat_update(channel=place.anna.dm.id, ts=stream["ts"], text="four")
    assert place.anna.dm.thread(root).last.text == "four"


async def test_a_stream_dies_after_five_minutes_and_needs_a_recipient_in_channels(place: Place) -> None:
    root = await place.anna.says(place.general, "hello")
    error = await refused(place.client.chat_startStream(channel=place.general.id, thread_ts=root.ts))
    assert error["error"] == "missing_recipient_user_id"
    stream = await place.client.chat_startStream(
        channel=place.general.id,
        thread_ts=root.ts,
        recipient_user_id=place.anna.id,
        recipient_team_id=place.workspace.id,
    )
    place.slack.advance(301)
    error = await refused(
        place.client.chat_appendStream(channel=place.general.id, ts=stream["ts"], markdown_text="late")
    )
    assert error["error"] == "message_not_in_streaming_state"


async def test_the_error_is_raised_by_slacks_own_client(place: Place) -> None:
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await place.client.chat_postMessage(channel="C404", text="x")


async def test_a_stream_goes_on_as_it_began(place: Place) -> None:
    root = await place.anna.says(place.anna.dm, "hello")
    chunk = {"type": "markdown_text", "text": "one"}
    stream = await place.client.chat_startStream(channel=place.anna.dm.id, thread_ts=root.ts, chunks=[chunk])
    other = await refused(
        place.client.chat_appendStream(channel=place.anna.dm.id, ts=stream["ts"], markdown_text="two")
    )
    both = await refused(
        place.client.chat_appendStream(channel=place.anna.dm.id, ts=stream["ts"], markdown_text="two", chunks=[chunk])
    )
    await place.client.chat_appendStream(channel=place.anna.dm.id, ts=stream["ts"], chunks=[chunk])
    assert (other["error"], both["error"]) == (
        "streaming_mode_mismatch",
        "cannot_provide_both_markdown_text_and_chunks",
    )
    assert place.anna.dm.thread(root).last.text == "oneone"
