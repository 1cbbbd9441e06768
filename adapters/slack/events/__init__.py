"""What Slack delivers, understood: payloads become intents. Pure; garbage never raises.

`kind` is `event` (the Events API's `event_callback`), `command` (a slash command) or `interactive` (buttons, menus,
the message shortcut, forms), in Socket Mode and over HTTP alike.
"""

from __future__ import annotations

from adapters.slack.events.delivery import delivery_id, files_of, lane_of, workspace_of
from adapters.slack.events.intents import Intent, Me
from adapters.slack.events.understand import understand

__all__ = ["Intent", "Me", "delivery_id", "files_of", "lane_of", "understand", "workspace_of"]
