"""Where everything is found."""

from __future__ import annotations

from tests.discord_server.rest import channels, commands, emojis, guilds, messages, webhooks
from tests.discord_server.rest.calls import Handler, route

CHANNEL = r"/channels/{channel:\d+}"
MESSAGE = CHANNEL + r"/messages/{message:\d+}"
REACTION = MESSAGE + "/reactions/{emoji}"
GUILD = r"/guilds/{guild:\d+}"
HOOK = r"/webhooks/{webhook:\d+}"
TOKEN = HOOK + "/{token}"
APPLICATION = r"/applications/{application:\d+}"

TABLE: list[tuple[str, str, Handler]] = [
    ("GET", "/gateway", guilds.get_gateway),
    ("GET", "/gateway/bot", guilds.get_gateway_bot),
    ("POST", "/auth/logout", guilds.log_out),
    ("GET", "/users/@me", guilds.get_current_user),
    ("GET", "/users/@me/guilds", guilds.get_guilds),
    ("DELETE", r"/users/@me/guilds/{guild:\d+}", guilds.leave_guild),
    ("POST", "/users/@me/channels", messages.create_dm),
    ("GET", r"/users/{user:\d+}", guilds.get_user),
    ("GET", "/applications/@me", guilds.get_application),
    ("GET", "/oauth2/applications/@me", guilds.get_application),
    ("GET", GUILD, guilds.get_guild),
    ("GET", f"{GUILD}/channels", guilds.get_guild_channels),
    ("POST", f"{GUILD}/channels", channels.create_channel),
    ("GET", f"{GUILD}/members", guilds.get_members),
    ("PATCH", f"{GUILD}/members/@me", guilds.modify_own_member),
    ("GET", f"{GUILD}/members/{{user}}", guilds.get_member),
    ("GET", f"{GUILD}/roles", guilds.get_roles),
    ("GET", f"{GUILD}/webhooks", webhooks.get_guild_webhooks),
    ("GET", f"{GUILD}/threads/active", channels.get_active_threads),
    ("GET", CHANNEL, channels.get_channel),
    ("PATCH", CHANNEL, channels.modify_channel),
    ("DELETE", CHANNEL, channels.delete_channel),
    ("GET", f"{CHANNEL}/messages", messages.get_messages),
    ("POST", f"{CHANNEL}/messages", messages.create_message),
    ("POST", f"{CHANNEL}/typing", messages.trigger_typing),
    ("POST", f"{CHANNEL}/threads", channels.create_thread),
    ("GET", f"{CHANNEL}/threads/archived/public", channels.get_archived_threads),
    ("GET", f"{CHANNEL}/thread-members", channels.get_thread_members),
    ("PUT", f"{CHANNEL}/thread-members/@me", channels.join_thread),
    ("DELETE", f"{CHANNEL}/thread-members/@me", channels.leave_thread),
    ("GET", f"{CHANNEL}/thread-members/{{user}}", channels.get_thread_member),
    ("PUT", f"{CHANNEL}/thread-members/{{user:\\d+}}", channels.add_thread_member),
    ("GET", f"{CHANNEL}/webhooks", webhooks.get_channel_webhooks),
    ("POST", f"{CHANNEL}/webhooks", webhooks.create_webhook),
    ("GET", MESSAGE, messages.get_message),
    ("PATCH", MESSAGE, messages.edit_message),
    ("DELETE", MESSAGE, messages.delete_message),
    ("POST", f"{MESSAGE}/threads", channels.create_thread_from_message),
    ("GET", REACTION, messages.get_reactions),
    ("PUT", f"{REACTION}/@me", messages.add_reaction),
    ("DELETE", f"{REACTION}/@me", messages.remove_own_reaction),
    ("DELETE", f"{REACTION}/{{user:\\d+}}", messages.remove_reaction),
    ("GET", HOOK, webhooks.get_webhook),
    ("PATCH", HOOK, webhooks.modify_webhook),
    ("DELETE", HOOK, webhooks.delete_webhook),
    ("GET", TOKEN, webhooks.get_webhook),
    ("PATCH", TOKEN, webhooks.modify_webhook),
    ("DELETE", TOKEN, webhooks.delete_webhook),
    ("POST", TOKEN, webhooks.execute_webhook),
    ("GET", f"{TOKEN}/messages/{{message:\\d+}}", webhooks.get_webhook_message),
    ("PATCH", f"{TOKEN}/messages/{{message:\\d+}}", webhooks.edit_webhook_message),
    ("DELETE", f"{TOKEN}/messages/{{message:\\d+}}", webhooks.delete_webhook_message),
    ("GET", f"{APPLICATION}/emojis", emojis.get_emojis),
    ("POST", f"{APPLICATION}/emojis", emojis.create_emoji),
    ("GET", f"{APPLICATION}/emojis/{{emoji:\\d+}}", emojis.get_emoji),
    ("DELETE", f"{APPLICATION}/emojis/{{emoji:\\d+}}", emojis.delete_emoji),
    *(
        (method, scope + path, handler)
        for scope in (APPLICATION, APPLICATION + GUILD)
        for method, path, handler in (
            ("GET", "/commands", commands.get_commands),
            ("PUT", "/commands", commands.overwrite_commands),
            ("POST", "/commands", commands.create_command),
            ("GET", r"/commands/{command:\d+}", commands.get_command),
            ("PATCH", r"/commands/{command:\d+}", commands.edit_command),
            ("DELETE", r"/commands/{command:\d+}", commands.delete_command),
        )
    ),
]
ROUTES = [route(method, path, handler) for method, path, handler in TABLE]
