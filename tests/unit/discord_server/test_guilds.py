from __future__ import annotations

import aiohttp
import discord
import pytest

from tests.discord_server.server import DiscordServer
from tests.unit.discord_server.conftest import Place


async def test_wrong_token_is_refused_at_login(server: DiscordServer) -> None:
    client = discord.Client(intents=discord.Intents.none())

    with pytest.raises(discord.LoginFailure):
        await client.login("wrong")
    await client.close()


async def test_application_and_account_are_the_same_app(place: Place) -> None:
    app = await place.client.application_info()

    assert place.client.user is not None
    assert (app.id, app.name, place.client.user.id) == (place.server.app.id, "Threadfast", place.server.app.id)
    assert app.owner.name == "owner"


async def test_gateway_address_is_told(place: Place) -> None:
    shards, url, limit = await place.client.http.get_bot_gateway()

    assert (shards, limit["remaining"]) == (1, 1000)
    assert url.startswith(place.server.gateway_url)


async def test_guild_members_roles_and_channels_are_given(place: Place) -> None:
    guild = await place.client.fetch_guild(place.guild.id)

    member = await guild.fetch_member(place.anna.id)
    own = await place.client.http.get_member(place.guild.id, place.server.app.id)
    channels = await guild.fetch_channels()
    roles = await guild.fetch_roles()

    assert (guild.name, member.display_name, own["user"]["id"]) == ("Acme", "Anna", str(place.server.app.id))
    assert [one.name for one in channels] == ["general"]
    assert {one.name for one in roles} == {"@everyone", "Threadfast"}


async def test_strangers_and_unknown_ids_are_told_apart(place: Place) -> None:
    stranger = place.world.user("Stranger", join=False)
    guild = await place.client.fetch_guild(place.guild.id)

    with pytest.raises(discord.NotFound) as no_member:
        await guild.fetch_member(stranger.id)
    with pytest.raises(discord.NotFound) as nobody:
        await place.client.fetch_user(1)
    with pytest.raises(discord.NotFound) as no_guild:
        await place.client.fetch_guild(1)

    assert [one.value.code for one in (no_member, nobody, no_guild)] == [10007, 10013, 10004]


async def test_guild_that_the_bot_left_is_closed_to_it(place: Place) -> None:
    guilds = [one.id async for one in place.client.fetch_guilds()]
    place.world.remove(place.guild)

    with pytest.raises(discord.Forbidden) as refusal:
        await place.client.fetch_channel(place.general.id)

    assert guilds == [place.guild.id]
    assert refusal.value.code == 50001


async def test_members_are_listed(place: Place) -> None:
    guild = await place.client.fetch_guild(place.guild.id)

    names = [one.display_name async for one in guild.fetch_members(limit=None)]

    assert sorted(names) == ["Anna", "Owner", "Threadfast"]


async def test_invalid_json_and_unknown_paths_are_answered_in_discords_form(place: Place) -> None:
    headers = {"Authorization": f"Bot {place.server.token}", "Content-Type": "application/json"}
    url = f"{place.server.api_url}/channels/{place.general.id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(url, data="{oops") as broken:
            assert (broken.status, (await broken.json())["code"]) == (400, 50109)
        async with session.get(f"{place.server.api_url}/nowhere") as unknown:
            assert (unknown.status, (await unknown.json())["code"]) == (404, 0)
        async with session.get(url, headers={"Authorization": "Bot wrong"}) as stranger:
            assert (stranger.status, await stranger.json()) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_commands_are_written_listed_and_counted(place: Place) -> None:
    tree = discord.app_commands.CommandTree(place.client)

    @tree.command(name="ask", description="Ask the team")
    async def ask(interaction: discord.Interaction, question: str) -> None:
        await interaction.response.send_message(question)

    first = await tree.sync()
    second = await tree.sync()

    assert [one.id for one in first] == [one.id for one in second], "a command of the same name keeps its id"
    assert [one["name"] for one in place.server.app.commands[None]] == ["ask"]
    assert place.server.app.writes == 2
    assert [one.name for one in await tree.fetch_commands()] == ["ask"]


async def test_commands_of_a_guild_are_apart_and_can_be_changed(place: Place) -> None:
    tree = discord.app_commands.CommandTree(place.client)
    http, app, guild = place.client.http, place.server.app.id, place.guild.id

    made = await http.upsert_guild_command(app, guild, {"name": "ask", "description": "Ask", "type": 1})
    await http.edit_guild_command(app, guild, int(made["id"]), {"name": "ask", "description": "Ask now", "type": 1})
    [listed] = await tree.fetch_commands(guild=discord.Object(guild))
    await listed.delete()

    assert listed.description == "Ask now"
    assert await tree.fetch_commands() == []
    assert place.server.app.commands[guild] == []


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Ask", "description": "capital letters"},
        {"name": "ask me", "description": "a space"},
        {"name": "ask", "description": ""},
        {"name": "ask", "description": "x" * 101},
        {"name": "x" * 33, "description": "long"},
    ],
    ids=["capital", "space", "no description", "long description", "long name"],
)
async def test_command_that_discord_would_not_take_is_refused(place: Place, command: dict[str, str]) -> None:
    with pytest.raises(discord.HTTPException) as refusal:
        await place.client.http.bulk_upsert_global_commands(place.server.app.id, [command])

    assert refusal.value.code == 50035
