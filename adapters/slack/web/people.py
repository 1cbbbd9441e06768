"""People as the core knows them: Slack's ids with names and languages, asked for once in a while."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.chat.handling.payload import at, text_at
from adapters.chat.recent import Recent
from adapters.slack.connecting.installations import is_out
from adapters.slack.web.api import SlackApi
from bot.domain import Json, Person
from bot.errors import PostRefusedError
from bot.ports import Clock
from bot.texts import language_of

REMEMBERED = 5000
"""How many people are remembered."""
FRESH = timedelta(hours=1)
"""How long what is remembered holds."""

_MENTION = re.compile(r"@([A-Z0-9]{2,64})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What Slack says about a user."""

    person: Person
    rules: bool
    """Whether they administer the workspace."""
    until: datetime


class People:
    """Names and languages of users, remembered for an hour."""

    def __init__(self, api: SlackApi, clock: Clock, *, language: str = "en") -> None:
        self._api = api
        self._clock = clock
        self._language = language
        self._known: Recent[tuple[str, str], Known] = Recent(REMEMBERED)

    async def person(self, workspace: str, user: str) -> Person:
        """Return a user as the core knows them; one whom Slack won't tell about is called by their id.

        Raises:
            RetryLaterError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        return (await self._look_up(workspace, user)).person

    async def rules(self, workspace: str, user: str) -> bool:
        """Return whether a user administers the workspace.

        Raises:
            RetryLaterError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        return (await self._look_up(workspace, user)).rules

    def language(self, workspace: str, user: str) -> str:
        """Return a user's language as far as it is remembered, else the setting's. Asks nobody."""
        known = self._known.get((workspace, user))
        return (known.person.language if known is not None else None) or self._language

    async def named(self, workspace: str, text: str, mentions: Collection[str]) -> str:
        """Return a text in which these people's marks `@U0123` are their names.

        Raises:
            RetryLaterError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        names = {user: (await self.person(workspace, user)).name for user in mentions}
        return _MENTION.sub(lambda mark: f"@{names.get(mark[1], mark[1])}", text)

    async def _look_up(self, workspace: str, user: str) -> Known:
        known = self._known.get((workspace, user))
        if known is None or self._clock.now() >= known.until:
            known = self._known[workspace, user] = await self._ask(workspace, user)
        return known

    async def _ask(self, workspace: str, user: str) -> Known:
        until = self._clock.now() + FRESH
        try:
            if user.startswith("B"):
                answer = await self._api.call(workspace, "bots.info", bot=user)
                return Known(
                    person=Person(id=user, name=text_at(answer, "bot", "name") or user), rules=False, until=until
                )
            answer = await self._api.call(workspace, "users.info", user=user, include_locale=True)
        except PostRefusedError as error:
            if is_out(error):
                raise
            # A name is worth a message: without the scope, or of a stranger, the id stands for it.
            return Known(person=Person(id=user, name=user), rules=False, until=until)
        found = answer.get("user") or {}
        return Known(person=read_person(user, found), rules=_rules(found), until=until)


def read_person(user: str, found: Json) -> Person:
    """Return a person from what Slack says of a user: the name that their workspace shows, and their language."""
    names = (
        text_at(found, "profile", "display_name"),
        text_at(found, "real_name"),
        text_at(found, "profile", "real_name"),
        text_at(found, "name"),
    )
    locale = text_at(found, "locale")
    name = next((name.strip() for name in names if name.strip()), user)
    return Person(id=user, name=name, language=language_of(locale, "") or None)


def _rules(found: Json) -> bool:
    return any(at(found, key) is True for key in ("is_admin", "is_owner", "is_primary_owner"))
