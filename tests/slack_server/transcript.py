"""A thread as plain text, for documentation and for failures."""

from __future__ import annotations

from tests.slack_server.channels import Channel
from tests.slack_server.entities import Message
from tests.slack_server.people import Person
from tests.slack_server.shown import Shown


def transcript(channel: Channel, thread: Message | str | None = None, *, person: Person | None = None) -> str:
    """Return a thread (None: the whole channel) as somebody sees it in the end.

    Args:
        channel: Where.
        thread: Its first message, or that message's ts.
        person: Whose ephemeral messages are shown too.
    """
    seen = channel.thread(thread)
    shown = [*seen.messages]
    if person is not None:
        own = [one for one in person.sees if one.message.channel == channel.id]
        shown += [one for one in own if seen.ts in (None, one.message.root, one.message.thread_ts)]
    where = f"direct message with {channel.name}" if channel.kind == "im" else f"#{channel.name}"
    ordered = sorted(shown, key=lambda one: one.ts)
    return "\n\n".join([where, *(_indented(one, seen.ts) for one in ordered)]) + "\n"


def _indented(shown: Shown, thread: str | None) -> str:
    """Return a message, set in where it is a reply among other threads."""
    if thread is not None or shown.message.thread_ts is None:
        return str(shown)
    return "\n".join(f"    {line}" if line else line for line in str(shown).splitlines())
