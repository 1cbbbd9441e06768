"""Telling a run's starter directly how it ended, where its thread is gone."""

from __future__ import annotations

from dataclasses import replace

import discord

from adapters.chat.content.unshown import unshown
from adapters.chat.sending.directly import Directly
from adapters.discord.ids import DIRECT
from adapters.discord.rendering.parts import MOST_CONTENT, Part, size
from adapters.discord.rendering.render import render
from adapters.discord.sending.places import Place, direct_place, place_of
from adapters.discord.web.api import DiscordApi
from bot.domain import Person, Post, PostKind, ThreadRef
from bot.texts import say


class Direct(Directly[Place]):
    """Finds the direct messages of people, and the words that stand there."""

    def __init__(self, api: DiscordApi) -> None:
        self._api = api

    async def _opened(self, post: Post, starter: Person) -> Place | None:
        if post.thread.workspace == DIRECT:
            return None
        return direct_place(await self._api.open_direct(starter.id))

    def rendered(self, post: Post, place: Place, *, bold: bool) -> tuple[Part, ...]:
        """Return a post as the messages that show it in this place.

        Elsewhere than in its thread, a line before it says where it was to stand; and after it stands what is shown
        nowhere: of the turns that never were, the last one's words, which are what the run came to.
        """
        parts = render(post, bold_name=bold).parts
        if place == place_of(post.thread):
            return parts
        where = where_it_was(post.thread, post.language)
        together = f"{where}\n{parts[0].content}"
        if size(together) > MOST_CONTENT:
            return (Part(content=where), *parts, *_unshown(post))
        return (replace(parts[0], content=together), *parts[1:], *_unshown(post))


def _unshown(post: Post) -> tuple[Part, ...]:
    last = unshown(post)
    if last is None:
        return ()
    lead, turn = last
    shown = render(replace(post, kind=PostKind.TURN, turn=turn), bold_name=True)
    return (Part(content=lead), *shown.parts)


def where_it_was(thread: ThreadRef, language: str) -> str:
    """Return the sentence that names a thread which is gone, in Discord's markup."""
    when = int(discord.utils.snowflake_time(int(thread.thread)).timestamp())
    return say("discord_told_directly", language, channel=f"<#{thread.channel}>", when=f"<t:{when}:f>")
