"""What is registered, shown and asked for; and that the library's words never reach the log."""

from __future__ import annotations

import logging
import re

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord.connecting.buttons import view_of
from adapters.discord.connecting.client import GatewayClient, make_client
from adapters.discord.connecting.forms import modal_of
from adapters.discord.connecting.judging import is_nothing
from adapters.discord.connecting.permissions import NEEDED, SHOWN, cost_id, invite_link, missing, wanted
from adapters.discord.connecting.syncing import digest, payload_of
from adapters.discord.rendering.forms import Field, Form
from adapters.discord.rendering.parts import Button, Menu
from adapters.discord.settings import DiscordSettings
from bot.domain import Json
from bot.texts import say
from tests.unit.discord.made import APP, BO, BOT, DIRECT, IN_THREAD, ME, message

COMMANDS = ["ask", "default", "forget", "help", "models", "mute", "pull", "status", "stop", "teams"]
NAME = re.compile(r"[-_'\w]{1,32}")
NONCE = "0123456789abcdef"


@pytest.fixture
async def client() -> GatewayClient:
    return make_client(DiscordSettings(token="t"))


async def test_commands_are_registered_in_english_and_chinese(client: GatewayClient) -> None:
    payload = {each["name"]: each for each in await payload_of(client.tree)}

    assert sorted(payload) == sorted([*COMMANDS, "Run a team on this"])
    for name in COMMANDS:
        assert payload[name]["name_localizations"].keys() == {"zh-CN", "zh-TW"}
        assert payload[name]["description_localizations"].keys() == {"zh-CN", "zh-TW"}
    assert payload["ask"]["name_localizations"]["zh-CN"] == "提问"


async def test_names_and_descriptions_are_such_that_discord_takes_them(client: GatewayClient) -> None:
    payload = [each for each in await payload_of(client.tree) if each.get("type", 1) == 1]
    told = [*payload, *(option for each in payload for option in each["options"])]

    for each in told:
        names = [each["name"], *(each.get("name_localizations") or {}).values()]
        words = [each["description"], *(each.get("description_localizations") or {}).values()]
        assert all(NAME.fullmatch(name) and name == name.lower() for name in names), names
        assert all(1 <= len(text) <= 100 for text in words), words


async def test_commands_are_for_servers_and_persons_where_they_make_sense(client: GatewayClient) -> None:
    payload = {each["name"]: each for each in await payload_of(client.tree)}

    assert payload["ask"]["contexts"] == [0, 1, 2]
    assert payload["stop"]["contexts"] == [0, 1]
    assert payload["ask"]["integration_types"] == [0, 1]
    assert payload["Run a team on this"]["integration_types"] == [0]


async def test_ask_takes_a_prompt_a_team_and_files(client: GatewayClient) -> None:
    [ask] = [each for each in await payload_of(client.tree) if each["name"] == "ask"]

    options = [(each["name"], each["type"], each["required"]) for each in ask["options"]]
    assert options[:2] == [("prompt", 3, True), ("team", 3, False)]
    assert [kind for _, kind, _ in options[2:]] == [11] * 5
    assert ask["options"][1]["autocomplete"]


async def test_registration_is_another_for_another_application(client: GatewayClient) -> None:
    payload = await payload_of(client.tree)
    first = digest(client.tree, payload)
    vars(client)["_connection"].application_id = 7

    assert digest(client.tree, payload) != first == digest(make_client(DiscordSettings()).tree, payload)


async def test_buttons_and_menus_stand_in_their_rows_with_their_ids() -> None:
    rows = (
        (Button(label="Yes", custom_id=f"run:q1:approve:1:{NONCE}", style="primary"),),
        Menu(custom_id=f"run:q1:choose:1:{NONCE}", placeholder="Which", options=(("tea", "1"),)),
    )

    view = view_of(rows)

    assert view is not None
    assert view.timeout is None
    [first, second] = view.to_components()
    [button], [menu] = first["components"], second["components"]
    assert (button["label"], button["style"], button["custom_id"]) == ("Yes", 1, f"run:q1:approve:1:{NONCE}")
    assert (menu["placeholder"], menu["custom_id"]) == ("Which", f"run:q1:choose:1:{NONCE}")
    assert view_of(()) is None


async def test_form_has_its_fields_with_what_stands_there_to_begin_with() -> None:
    fields = (
        Field(name="code", label="Code", value="print(1)", most=100),
        Field(name="team", label="Team", kind="menu", value="b", options=(("A", "a"), ("B", "b")), required=False),
    )

    [code, team] = modal_of(Form(title="Edit", custom_id="runon:1:2", fields=fields)).to_dict()["components"]

    inner = code["component"]
    assert (code["label"], inner["custom_id"], inner["value"], inner["max_length"]) == ("Code", "code", "print(1)", 100)
    chosen = [option["value"] for option in team["component"]["options"] if option.get("default")]
    assert (chosen, team["component"]["required"]) == (["b"], False)


def test_administrator_lacks_nothing_and_others_what_is_not_granted() -> None:
    assert missing(discord.Permissions(administrator=True)) == []
    assert missing(wanted()) == []
    assert missing(discord.Permissions.none()) == list(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_permission_has_a_cost_in_words(name: str, language: str) -> None:
    assert say(cost_id(name), language)


def test_link_asks_for_the_bot_with_its_commands_and_permissions() -> None:
    link = invite_link(42)

    assert link.startswith("https://discord.com/oauth2/authorize?client_id=42&permissions=")
    assert link.endswith("&scope=bot+applications.commands")
    assert set(SHOWN) > NEEDED


def test_librarys_words_are_not_logged(client: GatewayClient) -> None:
    logger = logging.getLogger("discord.http")

    with capture_logs() as logs:
        logger.debug("POST with a message of somebody")
        logger.warning("We are being rate limited. POST https://discord.com/api/webhooks/1/secret responded with 429.")
        try:
            raise ValueError("a message of somebody")
        except ValueError:
            logger.exception("Ignoring exception in a message of somebody")

    assert [each["error"] for each in logs] == ["", "ValueError"]
    assert "secret" not in repr(logs)
    assert "somebody" not in repr(logs)


@pytest.mark.parametrize(
    ("body", "nothing"),
    [
        (message("lunch?"), True),
        (message(f"<@{BO}> lunch?"), True),
        (message(f"<@{BOT}> hello"), False),
        (message("hello", at=DIRECT), False),
        (message("hello", at=IN_THREAD), False),
        (message("hello", at=IN_THREAD, author={"id": BOT, "name": "Threadfast", "bot": True}), True),
        (message("hello", at=IN_THREAD, webhook="5", application=APP), True),
        (message("hello", at=IN_THREAD, webhook="5", application="77"), False),
    ],
)
def test_only_what_surely_is_nothing_needs_no_record(body: Json, nothing: bool) -> None:
    assert is_nothing(body, ME) is nothing
