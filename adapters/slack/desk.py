"""What handling a delivery has at hand."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.slack.accepting import Accepting
from adapters.slack.answers import Answers
from adapters.slack.api import SlackApi
from adapters.slack.files import Files
from adapters.slack.installations import Installations
from adapters.slack.links import Links
from adapters.slack.people import People
from adapters.slack.reading import Reading
from adapters.slack.settings import SlackSettings
from adapters.slack.threads import Threads
from bot.domain import Person
from bot.ports import Clock, Overview


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

    def language(self, person: Person) -> str:
        """Return the language in which the adapter itself speaks to a person."""
        return person.language or self.settings.language
