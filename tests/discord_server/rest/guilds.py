"""Accounts, the application, guilds, members, roles, and where the gateway is."""

from __future__ import annotations

from tests.discord_server.entities import User
from tests.discord_server.rest.calls import Answer, Call, snowflake
from tests.discord_server.rest.errors import ApiError
from tests.discord_server.rest.messages import limit


async def get_current_user(call: Call) -> Answer:
    """Give the bot's account."""
    return call.user.as_json() | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0, "locale": "en-US"}


async def get_user(call: Call) -> Answer:
    """Give an account."""
    return _user(call).as_json()


def _user(call: Call) -> User:
    user = call.world.users.get(call.id("user"))
    if user is None:
        raise ApiError(10013)
    return user


async def get_application(call: Call) -> Answer:
    """Give the bot's application."""
    return call.app.as_json() | {"approximate_guild_count": len(_guilds(call))}


def _guilds(call: Call) -> list[int]:
    return [guild.id for guild in call.world.guilds.values() if call.user.id in guild.members]


async def get_guilds(call: Call) -> Answer:
    """Give the guilds that the bot is in."""
    first = snowflake(call.query.get("after", "0"), "after")
    found = sorted(one for one in _guilds(call) if one > first)[: limit(call, 200, 200)]
    guilds = [call.world.guilds[one] for one in found]
    rights = {guild.id: int(call.world.guild_permissions(call.user.id, guild)) for guild in guilds}
    return [
        {"id": str(guild.id), "name": guild.name, "icon": None, "owner": False}
        | {"permissions": str(rights[guild.id]), "features": []}
        for guild in guilds
    ]


async def leave_guild(call: Call) -> Answer:
    """Let the bot leave a guild."""
    call.world.remove(call.guild(), call.app)


async def get_guild(call: Call) -> Answer:
    """Give a guild."""
    guild = call.guild()
    counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return guild.as_json() | (counts if call.query.get("with_counts") in ("1", "true") else {})


async def get_guild_channels(call: Call) -> Answer:
    """Give a guild's channels, threads not included."""
    return [one.as_json() for one in call.guild().channels.values() if not one.is_thread]


async def get_member(call: Call) -> Answer:
    """Give a member; `@me` is the bot itself."""
    guild = call.guild()
    key = call.user.id if call.params["user"] == "@me" else call.id("user")
    if key not in guild.members:
        raise ApiError(10007 if key in call.world.users else 10013)
    return guild.members[key].as_json()


async def get_members(call: Call) -> Answer:
    """Give a guild's members, in the order of their ids."""
    guild, first = call.guild(), snowflake(call.query.get("after", "0"), "after")
    found = sorted(one for one in guild.members if one > first)[: limit(call, 1, 1000)]
    return [guild.members[one].as_json() for one in found]


async def get_roles(call: Call) -> Answer:
    """Give a guild's roles."""
    return [role.as_json() for role in call.guild().roles.values()]


async def modify_own_member(call: Call) -> Answer:
    """Change the bot's nickname."""
    guild = call.guild()
    member = guild.members[call.user.id]
    member.nick = call.json.get("nick", member.nick)
    told = member.as_json()
    call.world.hub.dispatch("GUILD_MEMBER_UPDATE", told | {"guild_id": str(guild.id)}, guild.id)
    return told


async def get_gateway(call: Call) -> Answer:
    """Tell where the gateway is."""
    return {"url": _gateway(call)}


async def get_gateway_bot(call: Call) -> Answer:
    """Tell where the gateway is, and how many sessions may begin."""
    if call.bot is None:
        raise ApiError(0, status=401, message="401: Unauthorized")
    starts = {"total": 1000, "remaining": 1000, "reset_after": 14_400_000, "max_concurrency": 1}
    return {"url": _gateway(call), "shards": 1, "session_start_limit": starts}


def _gateway(call: Call) -> str:
    return call.world.other_gateway or call.world.url.replace("http://", "ws://", 1) + "/gateway/"


async def log_out(call: Call) -> Answer:
    """Do nothing: a bot's token stays good."""
