from __future__ import annotations

import pytest

from tests.unit.slack_server.conftest import Place, refused

META = {"event_type": "threadfast_post", "event_payload": {"key": "k1"}}


async def test_replies_come_in_order_after_the_first_message_page_by_page(place: Place) -> None:
    root = await place.anna.says(place.general, "root")
    for number in range(5):
        await place.client.chat_postMessage(channel=place.general.id, text=str(number), thread_ts=root.ts)
    texts, cursor = [], None
    while cursor != "":
        page = await place.client.conversations_replies(channel=place.general.id, ts=root.ts, limit=4, cursor=cursor)
        texts += [message["text"] for message in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
    assert texts == ["root", "0", "1", "2", "3", "4"]


async def test_metadata_comes_only_when_it_is_asked_for(place: Place) -> None:
    root = await place.client.chat_postMessage(channel=place.general.id, text="x", metadata=META)
    plain = await place.client.conversations_replies(channel=place.general.id, ts=root["ts"])
    full = await place.client.conversations_replies(channel=place.general.id, ts=root["ts"], include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == META


async def test_history_is_newest_first_and_without_replies(place: Place) -> None:
    root = await place.anna.says(place.general, "first")
    await place.anna.says(place.general, "reply", thread=root)
    await place.anna.says(place.general, "second")
    history = await place.client.conversations_history(channel=place.general.id)
    assert [message["text"] for message in history["messages"]] == ["second", "first"]
    assert history["messages"][1]["reply_count"] == 1


async def test_what_is_between_two_moments_can_be_asked_for(place: Place) -> None:
    root = await place.anna.says(place.general, "root")
    replies = [await place.anna.says(place.general, str(number), thread=root) for number in range(3)]
    page = await place.client.conversations_replies(channel=place.general.id, ts=root.ts, oldest=replies[0].ts)
    assert [message["text"] for message in page["messages"]] == ["root", "1", "2"]


async def test_a_thread_that_is_gone_is_not_found(place: Place) -> None:
    root = await place.anna.says(place.general, "root")
    await place.anna.says(place.general, "reply", thread=root)
    await place.anna.deletes(root)
    page = await place.client.conversations_replies(channel=place.general.id, ts=root.ts)
    assert [message.get("subtype") for message in page["messages"]] == ["tombstone", None]
    place.workspace.delete_thread(root)
    error = await refused(place.client.conversations_replies(channel=place.general.id, ts=root.ts))
    assert error["error"] == "thread_not_found"


@pytest.mark.parametrize("scope", ["channels:history", "channels:read", "users:read", "im:write", "reactions:write"])
async def test_a_scope_that_is_missing_is_named(place: Place, scope: str) -> None:
    root = await place.anna.says(place.general, "root")
    place.workspace.bot.scopes.remove(scope)
    call = {
        "channels:history": place.client.conversations_replies(channel=place.general.id, ts=root.ts),
        "channels:read": place.client.conversations_info(channel=place.general.id),
        "users:read": place.client.users_info(user=place.anna.id),
        "im:write": place.client.conversations_open(users=place.anna.id),
        "reactions:write": place.client.reactions_add(channel=place.general.id, timestamp=root.ts, name="eyes"),
    }
    wanted = call.pop(scope)
    for other in call.values():
        other.close()
    error = await refused(wanted)
    assert (error["error"], error["needed"]) == ("missing_scope", scope)


async def test_people_and_channels_are_described(place: Place) -> None:
    user = await place.client.users_info(user=place.anna.id, include_locale=True)
    without = await place.client.users_info(user=place.anna.id)
    channel = await place.client.conversations_info(channel=place.general.id)
    members = await place.client.conversations_members(channel=place.general.id, limit=1)
    opened = await place.client.conversations_open(users=place.anna.id)
    place.workspace.bot.scopes.add("team:read")
    team = await place.client.team_info()
    assert user["user"]["locale"] == "zh-CN"
    assert "locale" not in without["user"]
    assert user["user"]["profile"]["display_name"] == "Anna"
    assert (channel["channel"]["name"], channel["channel"]["creator"]) == ("general", place.anna.id)
    assert len(members["members"]) == 1
    assert members["response_metadata"]["next_cursor"]
    assert opened["channel"]["id"] == place.anna.dm.id
    assert team["team"]["name"] == "Acme"


async def test_a_reaction_is_added_once(place: Place) -> None:
    root = await place.anna.says(place.general, "root")
    await place.client.reactions_add(channel=place.general.id, timestamp=root.ts, name="eyes")
    error = await refused(place.client.reactions_add(channel=place.general.id, timestamp=root.ts, name="eyes"))
    assert error["error"] == "already_reacted"
    assert place.general.thread(root)[0].reactions == ("eyes",)


async def test_an_agents_session_has_a_status_that_it_may_not_be_allowed_to_set(place: Place) -> None:
    root = await place.anna.says(place.general, "root")
    await place.client.agents_sessions_setStatus(channel_id=place.general.id, thread_ts=root.ts, status="processing")
    assert place.workspace.sessions[place.general.id, root.ts]["status"] == "processing"
    place.workspace.agent_sessions = False
    error = await refused(
        place.client.agents_sessions_setStatus(channel_id=place.general.id, thread_ts=root.ts, status="active")
    )
    assert error["error"] == "not_authorized"


async def test_an_unknown_method_is_refused(place: Place) -> None:
    assert (await refused(place.client.api_call("chat.sing")))["error"] == "unknown_method"
