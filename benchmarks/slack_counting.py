"""What the bot shows on the Slack of our own, for counting. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.slack.ids import POST_METADATA
from benchmarks.counting import Seen
from tests.slack_server import Channel, Message


def seen_in(channels: Iterable[Channel]) -> dict[str, list[Seen]]:
    """Return what the bot shows in each thread of these channels."""
    shown: dict[str, list[Seen]] = {}
    for channel in channels:
        bot = channel.workspace.bot.user.id
        for message in channel.messages.values():
            if message.user == bot:
                conversation = f"slack:{channel.workspace.id}:{channel.id}:{message.root}"
                shown.setdefault(conversation, []).append(_seen(message))
    return shown


def _seen(message: Message) -> Seen:
    mark = message.metadata or {}
    payload = mark.get("event_payload") or {}
    carried = mark.get("event_type") == POST_METADATA
    return Seen(text=f"{message.text}\n{message.blocks}", post=f"{payload['key']}#{payload['part']}" if carried else "")
