"""A channel, thread or direct messages as plain text, for documentation and for failures."""

from __future__ import annotations

from tests.discord_server.entities import Channel, User
from tests.discord_server.messages import Message
from tests.discord_server.shown import place_of, seen, threads
from tests.discord_server.world import World


def transcript(world: World, channel: Channel, *, person: User | None = None, with_threads: bool = True) -> str:
    """Return a channel as somebody sees it in the end, each thread set in under the message that it began with.

    Args:
        world: Where it happened.
        channel: The channel, thread or direct messages.
        person: Whose ephemeral messages are shown too.
        with_threads: False: the channel's own messages only.
    """
    paragraphs = [place_of(world, channel)]
    known = {thread.id: thread for thread in threads(world, channel)} if with_threads else {}
    for shown in seen(world, channel, person):
        paragraphs.append(str(shown))
        thread = _begun_by(shown.message, known)
        if thread is not None:
            paragraphs.append(_indented(transcript(world, thread, person=person)))
    paragraphs += [_indented(transcript(world, thread, person=person)) for thread in known.values()]
    return "\n\n".join(paragraphs) + "\n"


def _begun_by(message: Message, known: dict[int, Channel]) -> Channel | None:
    """Take the thread that a message began, or announces, out of those known."""
    announced = int((message.reference or {}).get("channel_id", 0)) if message.type == 18 else 0
    return known.pop(message.id, None) or known.pop(announced, None)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else line for line in text.rstrip("\n").splitlines())
