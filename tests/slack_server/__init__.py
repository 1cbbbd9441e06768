"""A Slack of our own for tests: real HTTP and WebSockets on loopback, with people, faults and a transcript.

In process:

    async with SlackServer() as slack:
        workspace = slack.workspace("Acme")
        anna, general = workspace.person("Anna"), workspace.channel("general")
        ...  # start the bot with slack.api_url, workspace.bot.token, slack.app.app_token
        root = await anna.says(general, "@Threadfast write a haiku")
        thread = await general.until(lambda thread: "haiku" in thread.last.text, thread=root)

As a process of its own: `python -m tests.slack_server`, which prints its address and is driven by `POST /_ctl`.
"""

from __future__ import annotations

from tests.slack_server.channels import Channel
from tests.slack_server.deliveries import Delivery, Knobs
from tests.slack_server.entities import File, Message, View
from tests.slack_server.faults import Fault, Limit
from tests.slack_server.forms import NotThereError
from tests.slack_server.http_mode import HttpMode
from tests.slack_server.hub import Request
from tests.slack_server.installation import ALL_SCOPES
from tests.slack_server.people import Person
from tests.slack_server.server import SlackServer
from tests.slack_server.shown import Shown, Thread
from tests.slack_server.transcript import transcript
from tests.slack_server.workspace import Workspace
from tests.wire.remote import Control

__all__ = [
    "ALL_SCOPES",
    "Channel",
    "Control",
    "Delivery",
    "Fault",
    "File",
    "HttpMode",
    "Knobs",
    "Limit",
    "Message",
    "NotThereError",
    "Person",
    "Request",
    "Shown",
    "SlackServer",
    "Thread",
    "View",
    "Workspace",
    "transcript",
]
