"""One seam: whatever goes to Discord goes without secrets, also what the library answers by itself."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import discord
import pytest

from adapters.chat.handling.about import Action
from adapters.discord.connecting.client import make_client
from adapters.discord.ids import custom_id
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.cleaning import clean_requests
from bot.redaction import Redactor
from tests.canaries import plant
from tests.discord_server import Channel, DiscordServer, Person
from tests.integration.discord.rig import Bot, running, thread_of
from tests.scripted import Script

SECRET = "t0p_secret+key1234567890"
SCRIPTS: dict[str, Script] = {
    "greet": [["approve", "runner", "code", ["print(1)", f"send('{SECRET}')"]]],
    f"team {SECRET}": [],
}


@pytest.fixture
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # The record of what this team wants to run holds the secret: it is kept where nobody looks for secrets.
    return tmp_path_factory.mktemp("told")


@pytest.fixture(autouse=True)
def secret() -> None:
    plant("another secret", SECRET)


async def card_id(bot: Bot, thread: Channel, item: int) -> str:
    [request] = await bot.questions_of(thread_of(thread))
    return custom_id(request, Action.EDIT, item)


async def test_form_of_an_item_with_a_secret_shows_none(
    server: DiscordServer, anna: Person, general: Channel, told: Path
) -> None:
    async with running(told, server, scripts=SCRIPTS) as bot:
        thread = await anna.thread_of(await anna.mentions(general, "go"))
        seen = await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
        card = next(one for one in seen.messages if one.buttons)
        opened = await (await anna.presses(card, await card_id(bot, thread, 2), stale=True)).answered()

        assert not {"Approve 2", "Edit 2"} & {*card.buttons}
        assert "send('[redacted]')" in str(seen)
        assert [field["value"] for field in opened.modal.inputs.values()] == ["send('[redacted]')"]


async def test_completion_and_private_answers_show_no_secret(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with running(tmp_path, server, scripts=SCRIPTS):
        outcome = await (await anna.autocompletes(general, "ask", "team", "team", prompt="x")).answered()
        answer = await anna.slash(general, "teams")
        await answer.until(lambda one: "redacted" in one.text)

        assert outcome.values == ["team [redacted]"]
        assert SECRET not in answer.text


async def test_request_with_files_is_cleaned_in_all_its_parts(server: DiscordServer, general: Channel) -> None:
    client = make_client(DiscordSettings(token=server.token, api_url=server.api_url))
    clean_requests(client, Redactor([SECRET]))
    try:
        await client.login(server.token)
        place = client.get_partial_messageable(general.id)
        file = discord.File(BytesIO(f"it is {SECRET}".encode()), filename=f"{SECRET}.txt")
        await place.send(f"look: {SECRET}", file=file)
    finally:
        await client.close()

    [shown] = server.world.messages[general.id].values()
    [kept] = shown.attachments
    assert (shown.content, kept.content) == ("look: [redacted]", b"it is [redacted]")
    assert SECRET not in kept.filename


def test_settings_show_no_secret() -> None:
    settings = replace(DiscordSettings(token=SECRET), proxy=f"http://me:{SECRET}@proxy")

    assert SECRET not in repr(settings)
