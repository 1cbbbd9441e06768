"""The adapter's parts, put together: those that speak to Slack, for as long as their connections are open."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from adapters.chat.background import Background
from adapters.chat.files.public import hosts_of
from adapters.chat.handling.payload import text_at
from adapters.slack.connecting.installations import Installations, Installed
from adapters.slack.handling.answers import Answers
from adapters.slack.handling.pages import Pages
from adapters.slack.sending.direct import Direct
from adapters.slack.sending.live import Shown
from adapters.slack.sending.posting import Posting
from adapters.slack.sending.previews import Previews
from adapters.slack.sending.sender import Sender
from adapters.slack.sending.sessions import Reactions, Sessions
from adapters.slack.sending.uploads import Uploads
from adapters.slack.settings import SlackSettings
from adapters.slack.web.api import SlackApi, open_session
from adapters.slack.web.files import Files
from adapters.slack.web.limits import Limits
from adapters.slack.web.links import Links
from adapters.slack.web.people import People
from adapters.slack.web.reading import Reading
from adapters.slack.web.threads import Threads
from bot.ports import Clock, Overview, Redact


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """What speaks to Slack."""

    session: aiohttp.ClientSession
    api: SlackApi
    background: Background
    posting: Posting
    previews: Previews
    sessions: Sessions
    reactions: Reactions
    people: People
    links: Links
    threads: Threads
    reading: Reading
    files: Files
    answers: Answers
    pages: Pages


def wired(
    settings: SlackSettings,
    *,
    installations: Installations,
    overview: Overview,
    clock: Clock,
    redact: Redact | None = None,
) -> Wired:
    """Open connections to Slack and put together what uses them. Needs a running event loop.

    Whoever calls it closes the session.
    """
    session = open_session(hosts_of(settings.api_url, settings.proxy))
    proxy = settings.proxy or None
    api = SlackApi(
        session, installations.token, limits=Limits(clock), base_url=settings.api_url, proxy=proxy, redact=redact
    )
    installations.introduce = Introduction(api).introduce
    background = Background()
    sender, reading = Sender(api, clock), Reading(api)
    previews = Previews(
        Shown(api, sender=sender, clock=clock), sender=sender, reading=reading, clock=clock, background=background
    )
    people = People(api, clock, language=settings.language, user_groups=settings.user_groups)
    links = Links(api)
    sessions = Sessions(api, clock=clock, background=background)
    return Wired(
        session=session,
        api=api,
        background=background,
        posting=Posting(
            sender=sender,
            uploads=Uploads(api),
            reading=reading,
            previews=previews,
            direct=Direct(api),
        ),
        previews=previews,
        sessions=sessions,
        reactions=Reactions(api),
        people=people,
        links=links,
        threads=Threads(reading, people),
        reading=reading,
        files=Files(api, session, api_url=settings.api_url, proxy=settings.proxy),
        answers=Answers(api, session, api_url=settings.api_url, proxy=settings.proxy),
        pages=Pages(
            api,
            people=people,
            links=links,
            overview=overview,
            sessions=sessions,
            clock=clock,
            background=background,
            language=settings.language,
        ),
    )


class Introduction:
    """Asks Slack whose a token is."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def introduce(self, token: str) -> Installed:
        """Return the bot whose token this is.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            PostRefusedError: Slack refuses the token.
        """
        answer = await self._api.call_with(token, "auth.test", {})
        return Installed(
            workspace=text_at(answer, "team_id"),
            token=token,
            user=text_at(answer, "user_id"),
            bot=text_at(answer, "bot_id"),
            name=text_at(answer, "team"),
        )
