"""`auth.*`, `apps.*`, `oauth.*`, and what an agent says of its sessions."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from tests.slack_server.calls import Call, Method
from tests.slack_server.entities import Json, SlackError
from tests.slack_server.hub import Hub, Request

STATUSES = frozenset({"active", "processing", "suspended", "closed"})


async def auth_test(call: Call) -> Json:
    """Say whose token it is."""
    workspace, bot = call.workspace, call.workspace.bot
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": bot.user.handle,
        "team_id": workspace.id,
        "user_id": bot.user.id,
        "bot_id": bot.bot_id,
        "is_enterprise_install": False,
    }


async def auth_revoke(call: Call) -> Json:
    """Revoke the token that was used."""
    if not call.flag("test"):
        call.workspace.revoke_token()
    return {"revoked": not call.flag("test")}


async def uninstall(call: Call) -> Json:
    """Remove the app from the workspace."""
    if (call.text("client_id"), call.text("client_secret")) != (call.hub.app.client_id, call.hub.app.client_secret):
        raise SlackError("bad_client_secret")
    call.workspace.uninstall()
    return {}


async def bot_info(call: Call) -> Json:
    """Describe the bot."""
    bot = call.workspace.bot
    return {"bot": {"id": bot.bot_id, "name": call.hub.app.name, "app_id": call.hub.app.id, "user_id": bot.user.id}}


async def session_status(call: Call) -> Json:
    """Set the status of a thread's agent session."""
    channel = call.workspace.writable(call.text("channel_id"))
    status = call.text("status")
    if not call.workspace.agent_sessions:
        raise SlackError("not_authorized")
    if status not in STATUSES:
        raise SlackError("invalid_arguments")
    thread = call.text("thread_ts")
    if thread not in channel.messages:
        raise SlackError("thread_not_found")
    session = call.workspace.sessions.setdefault((channel.id, thread), {"title": call.optional("title") or ""})
    session["status"] = status
    return {"status": status, "agent_status": status, "title": session.get("title", "")}


async def thread_status(call: Call) -> Json:
    """Set the line under an assistant thread, such as "is thinking"."""
    channel = call.workspace.writable(call.text("channel_id"))
    key = (channel.id, call.text("thread_ts"))
    call.workspace.sessions.setdefault(key, {})["line"] = str(call.args.get("status", ""))
    return {}


async def suggested_prompts(call: Call) -> Json:
    """Offer prompts in an assistant thread."""
    channel = call.workspace.writable(call.text("channel_id"))
    prompts = call.args.get("prompts") or []
    if not 1 <= len(prompts) <= 4 or any(not {"title", "message"} <= prompt.keys() for prompt in prompts):
        raise SlackError("invalid_arguments")
    key = (channel.id, call.optional("thread_ts") or "")
    call.workspace.sessions.setdefault(key, {})["prompts"] = prompts
    return {}


async def without_bot(hub: Hub, logged: Request, basic: tuple[str, str] | None) -> Json:
    """Answer the calls that come without a bot token."""
    if logged.method == "apps.connections.open":
        return connections_open(hub, logged.token)
    return oauth_access(hub, logged.args, basic)


def connections_open(hub: Hub, token: str | None) -> Json:
    """Hand out an address for a WebSocket."""
    if token != hub.app.app_token:
        known = any(workspace.bot.token == token for workspace in hub.teams.values())
        raise SlackError("not_allowed_token_type" if known else ("invalid_auth" if token else "not_authed"))
    if len(hub.sockets.open) >= 10:
        raise SlackError("too_many_websockets")
    return {"url": f"{hub.url.replace('http', 'ws', 1)}/link/?ticket={hub.sockets.ticket()}&app_id={hub.app.id}"}


def oauth_access(hub: Hub, args: Json, basic: tuple[str, str] | None) -> Json:
    """Exchange a code for a bot token; a code is good for one exchange."""
    client = basic or (args.get("client_id"), args.get("client_secret"))
    if client[0] != hub.app.client_id:
        raise SlackError("invalid_client_id")
    if client[1] != hub.app.client_secret:
        raise SlackError("bad_client_secret")
    granted = hub.oauth_codes.pop(str(args.get("code")), None)
    if granted is None:
        raise SlackError("invalid_code")
    workspace = hub.teams[granted[0]]
    return {
        "access_token": workspace.bot.token,
        "token_type": "bot",
        "scope": ",".join(sorted(workspace.bot.scopes)),
        "bot_user_id": workspace.bot.user.id,
        "app_id": hub.app.id,
        "team": {"id": workspace.id, "name": workspace.name},
        "enterprise": None,
        "authed_user": {"id": granted[1]},
        "is_enterprise_install": False,
    }


class Authorize:
    """The page on which somebody allows the app into a workspace: allows at once and redirects."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def answer(self, request: web.Request) -> web.Response:
        """Redirect with a code; `team` and `user` in the query choose who allows, else the first ones do."""
        query = request.query
        if query.get("client_id") != self.hub.app.client_id:
            return web.Response(status=400, text="invalid client_id")
        team = self.hub.teams[query.get("team") or next(iter(self.hub.teams))]
        user = query.get("user") or next(iter(team.people), "")
        code = self.hub.ids.next("code.")
        self.hub.oauth_codes[code] = (team.id, user)
        team.install()
        given = {"code": code, "state": query.get("state", "")}
        return web.Response(status=302, headers={"Location": f"{query.get('redirect_uri', '')}?{urlencode(given)}"})


async def _elsewhere(call: Call) -> Json:
    raise SlackError("not_allowed_token_type")


METHODS = {
    "auth.test": Method(auth_test),
    "auth.revoke": Method(auth_revoke),
    "apps.uninstall": Method(uninstall),
    "bots.info": Method(bot_info, "users:read"),
    "agents.sessions.setStatus": Method(session_status, "chat:write"),
    "assistant.threads.setStatus": Method(thread_status, "assistant:write"),
    "assistant.threads.setSuggestedPrompts": Method(suggested_prompts, "assistant:write"),
    "apps.connections.open": Method(_elsewhere),
    "oauth.v2.access": Method(_elsewhere),
}
