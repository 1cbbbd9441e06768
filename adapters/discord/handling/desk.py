"""What handling a delivery has at hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.chat.handling.accepting import Accepting
from adapters.chat.handling.payload import at, texts_at
from adapters.chat.recent import Recent
from adapters.discord.events.intents import Asked, InThread
from adapters.discord.ids import ADAPTER
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.answers import Answers
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.files import Files
from bot.domain import Person
from bot.ports import Clock, Overview

FRESH = timedelta(minutes=5)
"""How long it holds what a member is, where Discord had to be asked."""
GUEST = 1 << 4
"""The flag of a member who is let into a voice channel alone."""
_Somebodys = TypeVar("_Somebodys", bound=Asked | InThread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What somebody is in a server."""

    roles: tuple[str, ...] = ()
    guest: bool = False
    external: bool = False
    at: datetime


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

    standings: Recent[tuple[str, str], Standing] = field(default_factory=Recent)
    """What people are in servers, by server and user id, as far as Discord was asked."""

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

    async def standing(self, of: _Somebodys) -> _Somebodys:
        """Return what somebody wants with what they are there: Discord is asked where the delivery does not tell.

        Raises:
            RetryLaterError, ConnectionError: Discord does not say now.
        """
        guild = of.guild if isinstance(of, Asked) else "" if of.direct else of.thread.workspace
        person = of.person
        if not person.external or not guild:
            return of
        found = self.standings.get((guild, person.id))
        if found is None or self.clock.now() >= found.at + FRESH:
            found = self.standings[guild, person.id] = await self._ask(guild, person.id)
        known = replace(person, groups=found.roles, guest=found.guest, external=found.external)
        return replace(of, person=known)

    async def _ask(self, guild: str, user: str) -> Standing:
        member = await self.api.member(guild, user)
        if member is None:
            return Standing(external=True, at=self.clock.now())
        flags = at(member, "flags")
        guest = isinstance(flags, int) and bool(flags & GUEST)
        return Standing(roles=texts_at(member, "roles"), guest=guest, at=self.clock.now())
