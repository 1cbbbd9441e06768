"""What people see of the bot beside threads: the App Home, the prompts of a new chat, what a session is at.

All of it is decoration, drawn anew whenever somebody looks or something changes; none of it is recorded.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import datetime, timedelta

import structlog

from adapters.chat.background import Background
from adapters.slack.events.intents import ChatOpened
from adapters.slack.ids import ADAPTER
from adapters.slack.rendering.home import home
from adapters.slack.sending.sessions import Sessions, SessionStatus
from adapters.slack.web.api import SlackApi
from adapters.slack.web.links import Links
from adapters.slack.web.people import People
from bot.domain import Json, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError, StoreError
from bot.ports import Clock, Overview
from bot.texts import say

SETTLE_SECONDS = 2.0
"""Changes within this time are one new drawing."""
OPEN_FOR = timedelta(hours=1)
"""How long a home is kept up to date after it was opened: Slack does not tell when it is closed."""
MOST_OPEN = 200
MOST_LISTED = 60
PROMPTS = 3

log = structlog.get_logger()

Viewer = tuple[str, str]
"""A workspace and a user."""


class Pages:
    """Draws homes and prompts, and says what sessions are at."""

    def __init__(
        self,
        api: SlackApi,
        *,
        people: People,
        links: Links,
        overview: Overview,
        sessions: Sessions,
        clock: Clock,
        background: Background,
        language: str,
    ) -> None:
        self._api = api
        self._language = language
        self._people = people
        self._links = links
        self._overview = overview
        self._sessions = sessions
        self._clock = clock
        self._background = background
        self._open: OrderedDict[Viewer, datetime] = OrderedDict()
        self._drawn: dict[Viewer, str] = {}
        self._stale: set[Viewer] = set()
        self._settling = False

    async def open_home(self, workspace: str, user: str) -> None:
        """Draw somebody's home, and keep it up to date for a while.

        Raises:
            RetryLaterError, ConnectionError: Slack does not take it now.
        """
        viewer = (workspace, user)
        self._open[viewer] = self._clock.now() + OPEN_FOR
        self._open.move_to_end(viewer)
        while len(self._open) > MOST_OPEN:
            self._close(next(iter(self._open)))
        self._drawn.pop(viewer, None)
        await self._draw(viewer)

    def changed(self, workspace: str) -> None:
        """Have the open homes of a workspace drawn again soon, where they show something else by then."""
        self._stale |= {viewer for viewer in self._open if viewer[0] == workspace}
        if self._stale and not self._settling:
            self._settling = self._background.start(self._redraw)

    def working(self, thread: ThreadRef) -> None:
        """Show that a team begins, or goes on, to work in a thread."""
        self._sessions.set(thread, SessionStatus.PROCESSING)
        self.changed(thread.workspace)

    async def open_chat(self, opened: ChatOpened) -> None:
        """Suggest what can be asked in a new chat; a workspace without the feature shows none."""
        person = await self._people.person(opened.workspace, opened.user)
        language = person.language or self._language
        prompts = [
            {
                "title": say(f"slack_manifest_prompt_{n}", language),
                "message": say(f"slack_manifest_prompt_{n}_says", language),
            }
            for n in range(1, PROMPTS + 1)
        ]
        try:
            await self._api.call(
                opened.workspace,
                "assistant.threads.setSuggestedPrompts",
                channel_id=opened.channel,
                thread_ts=opened.thread.thread if opened.thread is not None else None,
                prompts=prompts,
            )
        except (PostRefusedError, RetryLaterError, OSError) as error:
            log.info("slack.prompts_not_set", error=type(error).__name__, reason=str(error))

    async def _redraw(self) -> None:
        await self._clock.sleep(SETTLE_SECONDS)
        self._settling = False
        stale, self._stale = self._stale, set()
        for viewer in stale:
            await self._refresh(viewer)

    async def _refresh(self, viewer: Viewer) -> None:
        until = self._open.get(viewer)
        if until is None or self._clock.now() >= until:
            self._close(viewer)
            return
        try:
            await self._draw(viewer)
        except (PostRefusedError, RetryLaterError, StoreError, OSError) as error:
            log.info("slack.home_not_drawn", error=type(error).__name__)

    async def _draw(self, viewer: Viewer) -> None:
        view = await self._view(*viewer)
        drawn = json.dumps(view)
        if self._drawn.get(viewer) == drawn:
            return
        try:
            await self._api.call(viewer[0], "views.publish", user_id=viewer[1], view=view)
        except PostRefusedError as error:
            # Somebody who left, or a home that is switched off: there is nobody to tell.
            log.info("slack.home_not_drawn", error=type(error).__name__, reason=str(error))
            self._close(viewer)
            return
        self._drawn[viewer] = drawn

    async def _view(self, workspace: str, user: str) -> Json:
        person = await self._people.person(workspace, user)
        found = await self._overview.conversations(person, adapter=ADAPTER, workspace=workspace)
        listed = found[:MOST_LISTED]
        language = person.language or self._language
        return home(
            found,
            links=await self._links.of(workspace, [each.conversation for each in listed]),
            models=await self._overview.models(language),
            language=language,
        )

    def _close(self, viewer: Viewer) -> None:
        self._open.pop(viewer, None)
        self._drawn.pop(viewer, None)
