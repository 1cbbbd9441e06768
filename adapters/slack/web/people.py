"""People as the core knows them: Slack's ids with names, languages and what they are there, asked for now and then."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.chat.handling.payload import at, text_at, texts_at
from adapters.chat.recent import Recent
from adapters.slack.connecting.installations import is_out
from adapters.slack.web.api import SlackApi
from adapters.slack.web.groups import UserGroups
from bot.domain import Json, Person
from bot.errors import PostRefusedError
from bot.ports import Clock
from bot.texts import language_of

REMEMBERED = 5000
"""How many people are remembered."""
FRESH = timedelta(hours=1)
"""How long a name that is remembered holds."""
FACTS_FRESH = timedelta(minutes=5)
"""How long it holds who somebody is: a guest, of another organisation, an admin."""

_MENTION = re.compile(r"@([A-Z0-9]{2,64})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What Slack says about a user."""

    person: Person
    rules: bool
    """Whether they administer the workspace."""
    at: datetime
    """When Slack said so."""


class People:
    """Who users are: their names are remembered for an hour, what they may depend on for minutes."""

    def __init__(self, api: SlackApi, clock: Clock, *, language: str = "en", user_groups: Collection[str] = ()) -> None:
        self._api = api
        self._groups = UserGroups(api, clock, wanted=user_groups)
        self._clock = clock
        self._language = language
        self._known: Recent[tuple[str, str], Known] = Recent(REMEMBERED)

    async def person(self, workspace: str, user: str) -> Person:
        """Return a user as the core knows them, with what decides what they may as it was minutes ago at most.

        One whom Slack won't tell about is called by their id, and belongs to nobody that we know.

        Raises:
            RetryLaterError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        person = (await self._look_up(workspace, user, FACTS_FRESH)).person
        if person.bot or person.guest or person.external:
            return person
        groups = await self._groups.of(workspace, user)
        return replace(person, groups=groups) if groups else person

    async def name(self, workspace: str, user: str) -> str:
        """Return what a user is called.

        Raises:
            RetryLaterError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        return (await self._look_up(workspace, user, FRESH)).person.name

    async def rules(self, workspace: str, user: str) -> bool:
        """Return whether a user administers the workspace.

        Raises:
            RetryLaterError: Slack does not say now.
            ThreadGoneError: The bot is not in this workspace any more.
        """
        return (await self._look_up(workspace, user, FACTS_FRESH)).rules

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
        names = {user: await self.name(workspace, user) for user in mentions}
        return _MENTION.sub(lambda mark: f"@{names.get(mark[1], mark[1])}", text)

    async def _look_up(self, workspace: str, user: str, fresh: timedelta) -> Known:
        known = self._known.get((workspace, user))
        if known is None or self._clock.now() >= known.at + fresh:
            known = self._known[workspace, user] = await self._ask(workspace, user)
        return known

    async def _ask(self, workspace: str, user: str) -> Known:
        now = self._clock.now()
        try:
            if user.startswith("B"):
                answer = await self._api.call(workspace, "bots.info", bot=user)
                name = text_at(answer, "bot", "name") or user
                return Known(person=Person(id=user, name=name, bot=True), rules=False, at=now)
            answer = await self._api.call(workspace, "users.info", user=user, include_locale=True)
        except PostRefusedError as error:
            if is_out(error):
                raise
            # A name is worth a message: without the scope, or of a stranger, the id stands for it. But whoever might
            # be a guest is not let in as a member.
            return Known(person=_unknown(user), rules=False, at=now)
        found = answer.get("user") or {}
        return Known(person=read_person(user, found, workspace), rules=_rules(found), at=now)


def _unknown(user: str) -> Person:
    return Person(id=user, name=user, bot=user.startswith("B"), external=not user.startswith("B"))


def read_person(user: str, found: Json, workspace: str) -> Person:
    """Return a person from what Slack says of a user: the name that their workspace shows, and what they are there."""
    names = (
        text_at(found, "profile", "display_name"),
        text_at(found, "real_name"),
        text_at(found, "profile", "real_name"),
        text_at(found, "name"),
    )
    locale = text_at(found, "locale")
    name = next((name.strip() for name in names if name.strip()), user)
    return Person(
        id=user,
        name=name,
        language=language_of(locale, "") or None,
        bot=at(found, "is_bot") is True,
        guest=any(at(found, key) is True for key in ("is_restricted", "is_ultra_restricted")),
        external=_external(found, workspace),
    )


def _external(found: Json, workspace: str) -> bool:
    """Say whether a user comes from elsewhere: in an organisation of several workspaces, from none that we know of."""
    if at(found, "is_stranger") is True:
        return True
    theirs = {text_at(found, "team_id"), text_at(found, "enterprise_user", "enterprise_id")}
    return workspace not in theirs | set(texts_at(found, "enterprise_user", "teams"))


def _rules(found: Json) -> bool:
    return any(at(found, key) is True for key in ("is_admin", "is_owner", "is_primary_owner"))
