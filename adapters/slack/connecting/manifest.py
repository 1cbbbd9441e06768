"""The app's manifest: what Slack is told of the app, so that it fits the settings. Pure.

Docs of Slack's: "App manifest reference". Its limits are kept here: 140 characters of description, 300 of the
agent's, 24 of the shortcut's name, at most four suggested prompts.
"""

from __future__ import annotations

import yaml

from adapters.slack.connecting.scopes import EVENTS, SCOPES
from adapters.slack.ids import COMMAND, RUN_HERE
from adapters.slack.settings import EVENTS_PATH, REDIRECT_PATH
from bot.domain import Json
from bot.texts import say

NAME = "Threadfast"
PROMPTS = 3
USAGE = "ask [--team TEAM] TEXT | teams | status | models | stop | mute | forget | default TEAM | pull MODEL | help"


def manifest(language: str, *, address: str = "", installs: bool = False) -> Json:
    """Return the manifest.

    Args:
        language: Of what people read in it.
        address: Where Slack reaches this process, without a slash at the end; empty: Socket Mode.
        installs: Whether further workspaces can install the app.
    """
    described = _features(language)
    settings: Json = {
        "event_subscriptions": {"bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not address,
        "token_rotation_enabled": False,
    }
    oauth: Json = {"scopes": {"bot": list(SCOPES)}}
    if address:
        request_url = f"{address}{EVENTS_PATH}"
        settings["event_subscriptions"] = {"request_url": request_url, **settings["event_subscriptions"]}
        settings["interactivity"]["request_url"] = request_url
        described["slash_commands"][0]["url"] = request_url
    if address and installs:
        oauth = {"redirect_urls": [f"{address}{REDIRECT_PATH}"], **oauth}
    return {
        "display_information": {"name": NAME, "description": say("slack_manifest_description", language)},
        "features": described,
        "oauth_config": oauth,
        "settings": settings,
    }


def written(manifest: Json) -> str:
    """Return a manifest as the YAML that Slack's page takes."""
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=120)


def _features(language: str) -> Json:
    prompts = [
        {
            "title": say(f"slack_manifest_prompt_{number}", language),
            "message": say(f"slack_manifest_prompt_{number}_says", language),
        }
        for number in range(1, PROMPTS + 1)
    ]
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "agent_view": {"agent_description": say("slack_manifest_agent", language), "suggested_prompts": prompts},
        "bot_user": {"display_name": NAME, "always_online": True},
        "shortcuts": [
            {
                "name": say("slack_manifest_shortcut", language),
                "type": "message",
                "callback_id": RUN_HERE,
                "description": say("slack_manifest_shortcut_does", language),
            }
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                "description": say("slack_manifest_command", language),
                "usage_hint": USAGE,
                "should_escape": True,
            }
        ],
    }
