"""`users.info`, `users.list`, `usergroups.users.list`, `team.info`: who is there."""

from __future__ import annotations

from tests.slack_server.calls import Call, Method
from tests.slack_server.entities import Json, SlackError


async def info(call: Call) -> Json:
    """Describe somebody."""
    user = call.workspace.users.get(call.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user.wire(locale=bool(call.flag("include_locale")))}


async def everybody(call: Call) -> Json:
    """List everybody, on one page."""
    locale = bool(call.flag("include_locale"))
    members = [user.wire(locale=locale) for user in call.workspace.users.values()]
    return {"members": members, "response_metadata": {"next_cursor": ""}}


async def team(call: Call) -> Json:
    """Describe the workspace."""
    workspace = call.workspace
    return {"team": {"id": workspace.id, "name": workspace.name, "domain": workspace.domain, "email_domain": ""}}


async def group_members(call: Call) -> Json:
    """List the ids of a user group's members."""
    members = call.workspace.groups.get(call.text("usergroup"))
    if members is None:
        raise SlackError("no_such_subteam")
    return {"users": sorted(members)}


METHODS = {
    "users.info": Method(info, "users:read"),
    "users.list": Method(everybody, "users:read"),
    "usergroups.users.list": Method(group_members, "usergroups:read"),
    "team.info": Method(team, "team:read"),
}
