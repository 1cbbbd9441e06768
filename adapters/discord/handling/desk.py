"""What handling a delivery has at hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from adapters.chat.handling.accepting import Accepting
from adapters.chat.recent import Recent
from adapters.discord.ids import ADAPTER
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.answers import Answers
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.files import Files
from bot.domain import Person
from bot.ports import Clock, Overview


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts that handling shares."""

    settings: DiscordSettings
    user: str
    """The bot's user id."""
    application: str
    """The application's id."""
    api: DiscordApi
    files: Files
    answers: Answers
    overview: Overview
    inbox: Accepting
    clock: Clock
    languages: Recent[str, str] = field(default_factory=Recent)
    """People's languages, by user id: Discord tells them of commands and buttons, and not of messages."""

    def language(self, person: Person) -> str:
        """Return the language in which the adapter itself speaks to a person."""
        return person.language or self.languages.get(person.id) or self.settings.language

    async def open_thread(self, channel: str, message: str, name: str) -> None:
        """Make a thread of a message; it is known before, so that nothing that is said in it is missed.

        Raises:
            StoreError, RetryLaterError, ConnectionError: Not now; it may be made all the same.
            PostRefusedError: None can be made.
        """
        await self.inbox.know(ADAPTER, message, int(message))
        await self.api.open_thread(channel, message, name)

    def known(self, person: Person) -> Person:
        """Return a person with the language that is known, and remember the one that is told."""
        if person.language:
            self.languages[person.id] = person.language
            return person
        return replace(person, language=self.languages.get(person.id))
