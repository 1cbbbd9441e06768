"""What handling a delivery has at hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.chat.background import Background
from adapters.chat.handling.accepting import Accepting
from adapters.slack.connecting.installations import Installations
from adapters.slack.handling.answers import Answers
from adapters.slack.settings import SlackSettings
from adapters.slack.web.api import SlackApi
from adapters.slack.web.files import Files
from adapters.slack.web.links import Links
from adapters.slack.web.people import People
from adapters.slack.web.reading import Reading
from adapters.slack.web.threads import Threads
from bot.domain import Person
from bot.ports import Clock, ModelDesk, Overview


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts that handling shares."""

    settings: SlackSettings
    api: SlackApi
    installations: Installations
    people: People
    files: Files
    threads: Threads
    reading: Reading
    links: Links
    answers: Answers
    overview: Overview
    inbox: Accepting
    clock: Clock
    models: ModelDesk | None = None
    """Tells how the model hosts are, and has models pulled; None: nothing does."""
    background: Background = field(default_factory=Background)
    """Runs what takes long."""

    def language(self, person: Person) -> str:
        """Return the language in which the adapter itself speaks to a person."""
        return person.language or self.settings.language
