from __future__ import annotations

import discord
import pytest

from tests.discord_server.cdn import PICTURE
from tests.unit.discord_server.conftest import Place


async def test_picture_that_the_app_keeps_is_listed_and_served(place: Place) -> None:
    made = await place.client.create_application_emoji(name="planner", image=PICTURE + b"!")

    listed = await place.client.fetch_application_emojis()

    assert [(one.id, one.name) for one in listed] == [(made.id, "planner")]
    assert made.url.startswith(place.server.cdn_url)
    assert await made.read() == PICTURE + b"!"
    assert (await place.client.fetch_application_emoji(made.id)).name == "planner"


async def test_picture_that_is_deleted_is_gone(place: Place) -> None:
    made = await place.client.create_application_emoji(name="planner", image=PICTURE)

    await made.delete()

    with pytest.raises(discord.NotFound):
        await place.client.fetch_application_emoji(made.id)
    with pytest.raises(discord.NotFound):
        await made.read()


@pytest.mark.parametrize(
    ("name", "image"),
    [("a planner", PICTURE), ("taken", PICTURE), ("large", PICTURE + bytes(256 * 1024))],
    ids=["a space", "a name that is taken", "over 256 KiB"],
)
async def test_picture_that_discord_would_not_keep_is_refused(place: Place, name: str, image: bytes) -> None:
    await place.client.create_application_emoji(name="taken", image=PICTURE)

    with pytest.raises(discord.HTTPException) as refusal:
        await place.client.create_application_emoji(name=name, image=image)

    assert refusal.value.code == 50035
