"""Small answers to people who wrote a message: Discord has nothing that only they would see, but for commands.

They are decoration: whatever happened is recorded and shows in the thread. So nothing here raises.
"""

from __future__ import annotations

import structlog

from adapters.discord.events.intents import InThread
from adapters.discord.ids import DIRECT, post_nonce
from adapters.discord.rendering.markdown import spoken
from adapters.discord.rendering.parts import MOST_CONTENT, Part, size
from adapters.discord.web.api import DiscordApi
from adapters.text import split
from bot.domain import Person
from bot.errors import PostRefusedError, RetryLaterError

_ROOM = 60
"""Characters for whom it is said to."""

log = structlog.get_logger()


class Replies:
    """Tells people what became of their messages."""

    def __init__(self, api: DiscordApi) -> None:
        self._api = api

    async def tell(self, said: InThread, text: str, key: str) -> bool:
        """Say a sentence of the catalogue where somebody said something, else to them directly.

        Args:
            said: What they said; in a channel they are answered there.
            text: The sentence, or several lines; without words, nothing is said.
            key: Makes the answer the same when it is given again.

        Returns:
            Whether it is known to be shown.
        """
        # To a program nothing is said: it might answer.
        if not text or said.person.bot:
            return False
        thread = said.thread
        place = thread.thread if said.in_thread or thread.workspace == DIRECT else thread.channel
        shown = await self._send(place, said.person, text, key, in_thread=said.in_thread)
        return shown or (not said.direct and await self.write(said.person, text, key))

    async def write(self, person: Person, text: str, key: str) -> bool:
        """Write to somebody directly; say whether it is known to be shown."""
        try:
            channel = await self._api.open_direct(person.id)
        except (RetryLaterError, PostRefusedError, OSError) as error:
            log.info("discord.answer_lost", error=type(error).__name__)
            return False
        return await self._send(channel, person, text, f"{key}/direct")

    async def _send(self, place: str, person: Person, text: str, key: str, *, in_thread: bool = False) -> bool:
        try:
            for number, content in enumerate(contents(person, text)):
                await self._api.send(place, Part(content=content), nonce=post_nonce(key, number), in_thread=in_thread)
        except (RetryLaterError, PostRefusedError, OSError) as error:
            log.info("discord.answer_lost", place=place, error=type(error).__name__, reason=str(error))
            return False
        return True


def worded(text: str) -> str:
    """Return sentences of the catalogue, one a line, as Discord shows them. Pure."""
    return "\n".join(spoken(line) for line in text.splitlines())


def contents(person: Person, text: str) -> list[str]:
    """Return an answer as it is shown: a line is small, and who it is for is named and not pinged. Pure."""
    shown = worded(text)
    if "\n" not in shown and size(shown) + _ROOM <= MOST_CONTENT:
        return [f"-# <@{person.id}> {shown}"]
    # Discord counts UTF-16 units: at most two per character.
    whole = f"<@{person.id}>\n{shown}"
    return split(whole, MOST_CONTENT if size(whole) == len(whole) else MOST_CONTENT // 2)
