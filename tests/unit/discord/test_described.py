"""What the gateway delivers, by the library's own parsers, as the JSON that is recorded; payloads that really came."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import Any

import discord
import pytest

from adapters.discord.connecting import described
from adapters.discord.connecting.client import GatewayClient, make_client
from adapters.discord.connecting.judging import is_nothing
from adapters.discord.events import Me, understand
from adapters.discord.events import intents as wants
from adapters.discord.settings import DiscordSettings
from bot.domain import Json

RECORDED = Path(__file__).parents[4] / "shared" / "payloads" / "discord" / "gateway-and-buttons.json"
BOT, GUILD, CHANNEL = "1457469483726668048", "1457468924290662599", "1457510428359004343"
THREAD, ROLE, PERSON = "1457536551830421524", "1457473602180878604", "1033044521375764530"
ME = Me(user=BOT, application=BOT)
MEMBER: Json = {"roles": [], "guest": False}
# Some ids of the recording were replaced by words, which Discord never sends.
WORDS = re.compile(r'"(?:DM_CHANNEL|INTERACTION|MSG)_?\w*"')


class Library:
    """The library's client without a connection, fed with what the gateway sends."""

    def __init__(self) -> None:
        self.client: GatewayClient = make_client(DiscordSettings(token="t"))
        self.state: Any = vars(self.client)["_connection"]
        user = {"id": BOT, "username": "Threadfast", "discriminator": "0", "avatar": None, "bot": True}
        self.state.user = discord.ClientUser(state=self.state, data=user)  # type: ignore[arg-type]  # what it needs
        self.state.application_id = int(BOT)
        self.state._add_guild_from_data(guild(user))

    def message(self, data: Json) -> discord.Message:
        channel, _ = self.state._get_guild_channel(data)
        return discord.Message(state=self.state, channel=channel, data=data)  # type: ignore[arg-type]  # as it comes

    def interaction(self, data: Json) -> discord.Interaction[Any]:
        return discord.Interaction(state=self.state, data=data)  # type: ignore[arg-type]  # as it comes


def guild(user: Json) -> Json:
    everyone = role(GUILD, "@everyone")
    own = role(ROLE, "Threadfast") | {"tags": {"bot_id": BOT}}
    member = {"user": user, "roles": [ROLE], "joined_at": "2026-01-04T20:21:10.139000+00:00", "flags": 0}
    channel = {"id": CHANNEL, "type": 0, "name": "general", "position": 0, "permission_overwrites": []}
    return {
        "id": GUILD, "name": "Acme", "owner_id": PERSON, "roles": [everyone, own], "emojis": [], "features": [],
        "members": [member], "channels": [channel], "threads": [thread()], "stickers": [], "member_count": 2,
    }  # fmt: skip


def role(identity: str, name: str) -> Json:
    facts = {"color": 0, "hoist": False, "managed": True, "mentionable": True, "position": 1, "flags": 0}
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    return {"id": identity, "name": name, "permissions": "0", "colors": colors, **facts}


def thread() -> Json:
    moment = "2026-01-05T00:49:57.102205+00:00"
    times = {"archive_timestamp": moment, "create_timestamp": moment}
    return {
        "id": THREAD, "type": 11, "name": "trip", "parent_id": CHANNEL, "guild_id": GUILD, "owner_id": BOT,
        "thread_metadata": {"archived": False, "locked": False, "auto_archive_duration": 1440, **times},
        "message_count": 0, "member_count": 2, "flags": 0,
    }  # fmt: skip


@pytest.fixture
async def library() -> Library:
    return Library()


@pytest.fixture(scope="module")
def recorded() -> Json:
    if not RECORDED.is_file():
        pytest.skip("the recorded payloads are not here")
    text = RECORDED.read_text("utf-8")
    loaded: Json = json.loads(WORDS.sub(lambda found: f'"{zlib.crc32(found[0].encode())}"', text))
    return loaded


@pytest.mark.parametrize(("name", "text"), [("gatewayMention", "Hey"), ("gatewayAIMention", "AI")])
async def test_mention_that_was_recorded_is_for_the_bot(name: str, text: str, library: Library, recorded: Json) -> None:
    body = described.message(library.message(recorded[name]["data"]))

    assert body["place"] == {"guild": GUILD, "channel": CHANNEL, "parent": "", "kind": "channel", "name": "general"}
    assert body["author"] == {"id": PERSON, "name": "Test User", "bot": False} | MEMBER
    assert [each["id"] for each in body["mentions"]] == [BOT]
    assert not is_nothing(body, ME)
    intent = understand("message", {"kind": "message", "message": body}, ME)
    assert isinstance(intent, wants.Said)
    assert (intent.addressed, intent.in_thread) == (True, False)
    assert intent.text.startswith(text)


async def test_mention_of_the_role_that_discord_made_for_the_bot_is_a_mention_of_the_bot(
    library: Library, recorded: Json
) -> None:
    body = described.message(library.message(recorded["gatewayRoleMention"]["data"]))

    assert [each["id"] for each in body["mentions"]] == [BOT]
    assert (body["groups"], body["roles"]) == (False, {ROLE: "Threadfast"})


@pytest.mark.parametrize(
    "name", ["gatewaySubscribedMessage", "gatewayDMRequest", "gatewayThreadUserHey", "gatewayThreadNice"]
)
async def test_message_in_a_thread_that_was_recorded_says_in_which(name: str, library: Library, recorded: Json) -> None:
    data = recorded[name]["data"]

    body = described.message(library.message(data))

    assert (body["place"]["kind"], body["place"]["parent"]) == ("thread", CHANNEL)
    assert (body["content"], body["place"]["channel"]) == (data["content"], data["channel_id"])
    assert not is_nothing(body, ME)


@pytest.mark.parametrize("name", ["gatewayBotWelcome", "gatewayThreadWelcome"])
async def test_what_the_bot_said_is_nothing_for_it(name: str, library: Library, recorded: Json) -> None:
    assert is_nothing(described.message(library.message(recorded[name]["data"])), ME)


@pytest.mark.parametrize("name", ["buttonClickHello", "buttonClickMessages", "buttonClickInfo", "buttonClickGoodbye"])
async def test_press_that_was_recorded_says_by_whom_and_where(name: str, library: Library, recorded: Json) -> None:
    data = recorded[name]

    body = described.pressed(library.interaction(data))

    asked = body["interaction"]
    assert (body["custom_id"], body["message"], body["values"]) == (
        data["data"]["custom_id"], data["message"]["id"], [],
    )  # fmt: skip
    assert (asked["guild"], asked["channel"], asked["parent"]) == (GUILD, THREAD, CHANNEL)
    assert asked["user"] == {"id": PERSON, "name": "Test User", "bot": False} | MEMBER
    assert (asked["locale"], asked["installed"], asked["manages"], asked["administers"]) == ("en-US", True, True, True)


async def test_press_of_another_person_is_theirs(library: Library, recorded: Json) -> None:
    body = described.pressed(library.interaction(recorded["differentUser"]))

    assert body["interaction"]["user"] == {"id": "9876543210987654321", "name": "Different Nick", "bot": False} | MEMBER


async def test_press_in_direct_messages_has_no_server(library: Library, recorded: Json) -> None:
    data = recorded["dmButtonClick"]

    asked = described.pressed(library.interaction(data))["interaction"]

    where = (asked["guild"], asked["channel"], asked["parent"], asked["installed"])
    assert where == ("", data["channel_id"], "", True)
    assert (asked["manages"], asked["administers"]) == (False, False)


def made(content: str, **changes: Any) -> Json:
    author = {"id": PERSON, "username": "ann", "global_name": "Ann", "discriminator": "0", "avatar": None}
    return {
        "id": "1457536551830421600", "type": 0, "channel_id": CHANNEL, "guild_id": GUILD, "author": author,
        "member": {"nick": "Annie", "roles": [], "joined_at": "2026-01-04T20:21:10.139000+00:00", "flags": 0},
        "content": content, "timestamp": "2026-01-05T00:50:00+00:00", "edited_timestamp": None, "tts": False,
        "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
        "pinned": False, "components": [], "flags": 0, **changes,
    }  # fmt: skip


async def test_reply_names_the_buttons_of_what_it_answers(library: Library) -> None:
    button = {"type": 2, "style": 1, "label": "Approve", "custom_id": "run:q1:approve:1:0123456789abcdef", "id": 2}
    card = made("card", id="7", components=[{"type": 1, "id": 1, "components": [button]}])
    reference = {"message_id": "7", "channel_id": CHANNEL, "guild_id": GUILD, "type": 0}

    body = described.message(
        library.message(made("yes", type=19, message_reference=reference, referenced_message=card))
    )

    buttons = ["run:q1:approve:1:0123456789abcdef"]
    assert body["reply_to"] == {"id": "7", "author": PERSON, "by_person": True, "buttons": buttons}
    assert (body["type"], body["author"]["name"]) == (19, "Annie")


async def test_forwarded_message_says_what_was_forwarded_with_its_files(library: Library) -> None:
    file = {"id": "8", "filename": "a.txt", "size": 3, "url": "https://cdn.discordapp.com/a.txt", "proxy_url": "x"}
    snapshot = made("the original", attachments=[file | {"content_type": "text/plain"}])
    reference = {"message_id": "7", "channel_id": CHANNEL, "guild_id": GUILD, "type": 1}

    body = described.message(
        library.message(made("", message_reference=reference, message_snapshots=[{"message": snapshot}]))
    )

    assert (body["reply_to"], body["forwarded"]) == (None, ["the original"])
    assert body["files"] == [
        {"id": "8", "name": "a.txt", "media_type": "text/plain", "size": 3, "url": "https://cdn.discordapp.com/a.txt"}
    ]


@pytest.mark.parametrize(
    ("changes", "groups"),
    [({"mention_everyone": True}, True), ({"content": f"<@&{GUILD}>", "mention_roles": [GUILD]}, True), ({}, False)],
)
async def test_call_of_groups_is_told(changes: Json, groups: bool, library: Library) -> None:
    content = changes.pop("content", "hello")

    assert described.message(library.message(made(content, **changes)))["groups"] is groups


async def test_message_in_a_place_that_the_library_does_not_know_says_its_id(library: Library) -> None:
    body = described.message(library.message(made("hello", channel_id="55")))

    assert body["place"] == {"guild": GUILD, "channel": "55", "parent": "", "kind": "channel", "name": ""}


async def test_everything_that_is_described_is_json(library: Library) -> None:
    body = described.message(library.message(made("\ud800 \x00 好")))

    assert json.loads(json.dumps(body)) == body


@pytest.mark.parametrize(
    "rows",
    [
        [{"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "reason", "value": "no"}}],
        [{"type": 1, "id": 1, "components": [{"type": 4, "id": 2, "custom_id": "reason", "value": "no"}]}],
        [{"type": 18, "id": 1, "component": {"type": 3, "id": 2, "custom_id": "reason", "values": ["no"]}}],
        [{"type": 10, "id": 3}, {"type": 18, "component": {"type": 4, "custom_id": "reason", "value": "no"}}],
    ],
    ids=["label", "row", "menu", "beside a text"],
)
async def test_fields_of_a_form_are_read_in_each_shape(rows: list[Json], library: Library) -> None:
    user = {"id": PERSON, "username": "ann", "discriminator": "0", "avatar": None}
    data = {
        "id": "1", "application_id": BOT, "type": 5, "token": "t", "version": 1, "attachment_size_limit": 1,
        "channel": {"id": "123", "type": 1}, "user": user, "locale": "zh-CN",
        "data": {"custom_id": "runon:1:2", "components": rows},
    }  # fmt: skip

    body = described.submitted(library.interaction(data))

    assert (body["custom_id"], body["fields"]) == ("runon:1:2", {"reason": "no"})
    assert body["interaction"]["locale"] == "zh-CN"


async def test_those_who_are_mentioned_in_a_command_are_named_as_the_server_names_them(library: Library) -> None:
    user = {"id": PERSON, "username": "ann", "global_name": "Ann", "discriminator": "0", "avatar": None}
    other = {"id": "8", "username": "bo", "global_name": None, "discriminator": "0", "avatar": None}
    options = [{"name": "prompt", "type": 3, "value": f"<@{PERSON}> <@8> <@&9> <#10>"}]
    resolved = {
        "users": {PERSON: user, "8": other}, "members": {PERSON: {"nick": "Anna", "roles": []}},
        "roles": {"9": {"id": "9", "name": "Ops"}}, "channels": {"10": {"id": "10", "name": "general", "type": 0}},
    }  # fmt: skip
    data = {
        "id": "1", "application_id": BOT, "type": 2, "token": "t", "version": 1, "attachment_size_limit": 1,
        "channel": {"id": "123", "type": 1}, "user": user, "locale": "en-GB",
        "data": {"id": "2", "name": "ask", "type": 1, "options": options, "resolved": resolved},
    }  # fmt: skip

    body = described.command(library.interaction(data))

    assert body["mentions"] == [{"id": PERSON, "name": "Anna"}, {"id": "8", "name": "bo"}]
    assert (body["roles"], body["channels"]) == ({"9": "Ops"}, {"10": "general"})


async def test_member_is_described_with_their_roles_and_as_a_guest_where_they_are_one(
    library: Library, recorded: Json
) -> None:
    data = recorded["gatewayMention"]["data"]
    member = {**data["member"], "roles": [ROLE], "flags": 1 << 4}

    author = described.message(library.message({**data, "member": member}))["author"]

    assert (author["roles"], author["guest"]) == ([ROLE], True)


async def test_whoever_is_told_of_without_membership_is_described_without_roles(
    library: Library, recorded: Json
) -> None:
    data = {key: value for key, value in recorded["gatewayMention"]["data"].items() if key != "member"}

    assert "roles" not in described.message(library.message(data))["author"]
