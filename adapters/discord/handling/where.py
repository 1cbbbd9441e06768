"""Where something was asked, and what a new thread is called. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.chat.content.names import one_line
from adapters.chat.files.attachments import SharedFile, clean_name
from adapters.chat.handling.overviews import Where
from adapters.discord.events import intents as wants
from adapters.discord.ids import ADAPTER, DIRECT
from bot.domain import Json, ThreadRef
from bot.texts import say

LONGEST_NAME = 100
"""Characters of a thread's name."""


def thread_of(asked: wants.Asked) -> ThreadRef | None:
    """Return the thread in which something was asked: a forum's post, direct messages; None: in a channel."""
    if not asked.guild:
        return direct_thread(asked.channel)
    if not asked.parent:
        return None
    return ThreadRef(adapter=ADAPTER, workspace=asked.guild, channel=asked.parent, thread=asked.channel)


def direct_thread(channel: str) -> ThreadRef:
    """Return the thread that direct messages are."""
    return ThreadRef(adapter=ADAPTER, workspace=DIRECT, channel=channel, thread=channel)


def where_of(asked: wants.Asked) -> Where:
    """Return where a command was given."""
    return Where(workspace=asked.guild or DIRECT, channel=asked.parent or asked.channel, thread=thread_of(asked))


def asked_in(asked: wants.Asked) -> ThreadRef:
    """Return where something that was asked would be worked on; its thread empty: in one that is yet to be made."""
    if asked.guild and not asked.installed:
        return ThreadRef(adapter=ADAPTER, workspace=DIRECT, channel="", thread="")
    return thread_of(asked) or ThreadRef(adapter=ADAPTER, workspace=asked.guild, channel=asked.channel, thread="")


def place_of(thread: ThreadRef) -> Json:
    """Return a thread as deliveries describe it."""
    place = {
        "guild": thread.workspace,
        "channel": thread.thread,
        "parent": thread.channel,
        "kind": "thread",
        "name": "",
    }
    if thread.workspace == DIRECT:
        return {**place, "guild": "", "parent": "", "kind": "direct"}
    return place


def thread_name(text: str, files: Sequence[SharedFile], language: str) -> str:
    """Return what a thread is called: the first line of what is asked, with nothing in it that steers."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    named = one_line(first, LONGEST_NAME) or (clean_name(files[0].name) if files else "")
    return named or say("chat_listed_untitled", language)
