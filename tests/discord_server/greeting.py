"""What a new session is told first, and whether it may begin at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.discord_server import intents
from tests.discord_server.entities import Guild, Json, Member
from tests.discord_server.sessions import Session
from tests.discord_server.world import World

INVALID_SHARD, INVALID_INTENTS, DISALLOWED_INTENTS = 4010, 4013, 4014
CHUNK = 1000
"""Members in one GUILD_MEMBERS_CHUNK."""


def refusal(identify: Json, flags: int) -> int | None:
    """Return the code that an IDENTIFY is refused with, if it is."""
    asked = identify.get("intents")
    number, count = identify.get("shard") or (0, 1)
    if not isinstance(asked, int) or asked & ~intents.KNOWN:
        return INVALID_INTENTS
    if not 0 <= number < count:
        return INVALID_SHARD
    return DISALLOWED_INTENTS if intents.disallowed(asked, flags) else None


def ready(session: Session, guilds: Sequence[Guild], address: str) -> Json:
    """Return READY: who the bot is, and the guilds that it will be told of."""
    app = session.app
    return {
        "v": 10,
        "user": app.user.as_json() | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0},
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        "session_id": session.id,
        "session_type": "normal",
        "resume_gateway_url": address,
        "shard": list(session.shard),
        "application": {"id": str(app.id), "flags": app.intents},
        "private_channels": [],
        "relationships": [],
        "presences": [],
        "user_settings": {},
        "_trace": [],
    }


def members_chunk(world: World, request: Json) -> Iterator[Json]:
    """Yield the answer to a request for a guild's members: by ids, or by the beginning of a name."""
    guild = world.guilds[int(request["guild_id"])]
    found = [one.as_json() for one in guild.members.values() if _asked(one, request)]
    limit = int(request.get("limit") or 0)
    found = found[:limit] if limit else found
    parts = [found[at : at + CHUNK] for at in range(0, max(1, len(found)), CHUNK)]
    for at, part in enumerate(parts):
        more = {"nonce": request["nonce"]} if "nonce" in request else {}
        yield more | {"guild_id": str(guild.id), "members": part, "chunk_index": at, "chunk_count": len(parts)}


def _asked(member: Member, request: Json) -> bool:
    if request.get("user_ids"):
        return str(member.user.id) in {str(one) for one in request["user_ids"]}
    query = str(request.get("query") or "").lower()
    return any(name.lower().startswith(query) for name in (member.user.name, member.user.shown, member.nick or ""))
