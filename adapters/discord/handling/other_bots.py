"""Other bots that are listened to: two that answer each other come to an end, and their thread is told so."""

from __future__ import annotations

import structlog

from adapters.chat.handling.guard import Admission, Guard
from adapters.discord.events import intents as wants
from adapters.discord.handling.desk import Desk
from adapters.discord.ids import post_nonce
from adapters.discord.rendering.markdown import spoken
from adapters.discord.rendering.parts import Part
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
        if not said.person.bot:
            return True
        now = self._desk.clock.now()
        admission = self._guard.admit(said.thread.workspace, said.person.id, delivery.id, now)
        if admission is Admission.FIRST_NO:
            log.warning("discord.bot_loop", bot=said.person.id, conversation=said.thread.conversation)
            await self._tell_loop(delivery, said)
        return admission is Admission.YES

    async def _tell_loop(self, delivery: Delivery, said: wants.Said) -> None:
        """Say once that this bot is not listened to for a while; not said is no harm."""
        place = said.thread.thread if said.in_thread or said.direct else said.thread.channel
        text = say("chat_bot_loop", self._desk.settings.language, name=said.person.name)
        try:
            nonce = post_nonce(f"{delivery.id}/loop", 0)
            await self._desk.api.send(place, Part(content=spoken(text)), nonce=nonce, in_thread=said.in_thread)
        except (RetryLaterError, PostRefusedError, OSError) as error:
            log.warning("discord.answer_lost", error=type(error).__name__)
