"""Other bots that are listened to: two that answer each other come to an end, and their thread is told so."""

from __future__ import annotations

import structlog

from adapters.chat.handling.guard import Admission, Guard
from adapters.slack.events import intents as wants
from adapters.slack.handling.desk import Desk
from adapters.slack.rendering.inert import inert
from bot.domain import Delivery
from bot.errors import PostRefusedError, RetryLaterError
from bot.texts import say

log = structlog.get_logger()


class OtherBots:
    """Lets in what other bots say in threads, as long as the loop guard does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._guard = Guard()

    async def admitted(self, delivery: Delivery, said: wants.Said) -> bool:
        """Whether a message is taken in: a person's always, another bot's while it says not too much."""
        if not said.by_bot:
            return True
        now = self._desk.clock.now()
        admission = self._guard.admit(said.thread.workspace, said.user, delivery.id, now)
        if admission is Admission.FIRST_NO:
            log.warning("slack.bot_loop", bot=said.user, conversation=said.thread.conversation)
            await self._tell_loop(said)
        return admission is Admission.YES

    async def _tell_loop(self, said: wants.Said) -> None:
        """Say once in the thread that this bot is not listened to for a while; not said is no harm."""
        bot = await self._desk.people.person(said.thread.workspace, said.user)
        try:
            await self._desk.api.call(
                said.thread.workspace,
                "chat.postMessage",
                channel=said.thread.channel,
                thread_ts=said.thread.thread,
                text=inert(say("chat_bot_loop", self._desk.settings.language, name=bot.name)),
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
            )
        except (RetryLaterError, PostRefusedError, OSError) as error:
            log.warning("slack.answer_lost", error=type(error).__name__)
