"""A Discord of our own for tests: HTTP and WebSockets on loopback, with people, limits, faults and a transcript.

In process:

    async with DiscordServer() as server:
        guild = server.world.guild("Acme")
        anna, general = server.person("Anna"), server.world.channel(guild, "general")
        ...  # point discord.py at server.api_url, server.gateway_url and server.cdn_url; start it with server.token
        root = await anna.mentions(general, "write a haiku")
        thread = await anna.thread_of(root)
        print(anna.transcript(general))

What goes wrong is told with `server.fault("accept_then_drop", route="create_message")`, the limits with
`server.limits.scale = 0.1`, time with `server.advance(3600)`. What the bot asked for is in `server.requests`,
`server.calls("edit_message")` and `server.sent()`. The connection's bad days are `server.gateway`'s: `drop()`,
`invalidate()`, `half_open()`, `resend(last=2)`, `malform()`.

As a process of its own: `python -m tests.discord_server`, which prints its address and is driven by `POST /_ctl`.
"""

from __future__ import annotations

from tests.discord_server.commands import NotOfferedError
from tests.discord_server.entities import App, Attachment, Channel, Guild, User, Webhook
from tests.discord_server.faults import Fault
from tests.discord_server.messages import Interaction, Message
from tests.discord_server.outcomes import Outcome
from tests.discord_server.permissions import Permission
from tests.discord_server.persons import Person
from tests.discord_server.rest.calls import Request
from tests.discord_server.server import DiscordServer
from tests.discord_server.shown import Seen, Shown
from tests.discord_server.transcript import transcript
from tests.discord_server.world import World
from tests.wire.remote import Control

__all__ = [
    "App",
    "Attachment",
    "Channel",
    "Control",
    "DiscordServer",
    "Fault",
    "Guild",
    "Interaction",
    "Message",
    "NotOfferedError",
    "Outcome",
    "Permission",
    "Person",
    "Request",
    "Seen",
    "Shown",
    "User",
    "Webhook",
    "World",
    "transcript",
]
