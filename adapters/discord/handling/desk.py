"""What handling a delivery has at hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.chat.background import Background
from adapters.chat.handling.accepting import Accepting
from adapters.chat.handling.payload import at, texts_at
from adapters.chat.recent import Recent
from adapters.discord.events.intents import Asked, InThread
from adapters.discord.ids import ADAPTER, DIRECT
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.answers import Answers
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.files import Files
from bot.domain import Person
from bot.errors import RetryLaterError
from bot.ports import Clock, ModelDesk, Overview

FRESH = timedelta(minutes=5)
"""How long it holds what a member is, where Discord had to be asked."""
MOST_SERVERS = 25
"""In so many servers somebody is looked for who writes directly; who is in none of them is external there."""
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
    models: ModelDesk | None = None
    """Tells how the model hosts are, and has models pulled; None: nothing does."""
    background: Background = field(default_factory=Background)
    """Runs what takes long."""
    languages: Recent[str, str] = field(default_factory=Recent)
    """People's languages, by user id: Discord tells them of commands and buttons, and not of messages."""

    standings: Recent[tuple[str, str], Standing] = field(default_factory=Recent)
    """What people are in servers, by server and user id, as far as Discord was asked."""
    servers: Recent[str, str] = field(default_factory=Recent)
    """A server that each person was seen in, by user id."""

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

        Direct messages belong to no server: whoever is in none of the bot's is external there, and nobody has roles.

        Raises:
            RetryLaterError, ConnectionError: Discord does not say now.
        """
        guild, person = _server(of), of.person
        if person.bot:
            return of
        if guild != DIRECT and not person.external:
            self.servers[person.id] = guild
            return of
        found = self.standings.get((guild, person.id))
        if found is None or self.clock.now() >= found.at + FRESH:
            found = await (self._anywhere(person.id) if guild == DIRECT else self._in(guild, person.id))
            self.standings[guild, person.id] = found
        known = replace(person, groups=found.roles, guest=found.guest, external=found.external)
        return replace(of, person=known)

    async def _in(self, guild: str, user: str) -> Standing:
        member = await self.api.member(guild, user)
        if member is None:
            return Standing(external=True, at=self.clock.now())
        flags = at(member, "flags")
        guest = isinstance(flags, int) and bool(flags & GUEST)
        return Standing(roles=texts_at(member, "roles"), guest=guest, at=self.clock.now())

    async def _anywhere(self, user: str) -> Standing:
        guilds = self.api.guilds()
        # Where they were seen last they most probably are.
        guilds.sort(key=lambda guild: guild != self.servers.get(user))
        for guild in guilds[:MOST_SERVERS]:
            found = await self._in(guild, user)
            if not (found.external or found.guest):
                self.servers[user] = guild
                return Standing(at=found.at)
        if not self.api.knows_guilds():
            # What an earlier process left is worked on before there is a connection: nobody is external for that.
            raise RetryLaterError("Discord has not told yet in which servers the bot is")
        return Standing(external=True, at=self.clock.now())


def _server(of: Asked | InThread) -> str:
    """Return the server whose members count where something is wanted: where the bot is none, it answers directly."""
    if isinstance(of, Asked):
        return of.guild if of.guild and of.installed else DIRECT
    return of.thread.workspace
