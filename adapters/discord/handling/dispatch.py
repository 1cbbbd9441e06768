"""Handling: what follows from a delivery. Everything here may happen again: the inbox knows what it has had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog

from adapters.chat.handling.intents import Ignored
from adapters.chat.handling.payload import text_at
from adapters.chat.handling.teams import KnownTeams
from adapters.discord.events import Me, files_of, lane_of, moment_of, understand
from adapters.discord.events import intents as wants
from adapters.discord.handling.asking import Asking
from adapters.discord.handling.commands import Commands
from adapters.discord.handling.desk import Desk
from adapters.discord.handling.interactions import Interactions
from adapters.discord.handling.listening import Listening
from adapters.discord.handling.operating import Operating
from adapters.discord.handling.replies import Replies
from bot.domain import Delivery
from bot.texts import say

log = structlog.get_logger()


class Handling:
    """Turns deliveries into events of the core, and answers them: the worker's `Work`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._teams = KnownTeams(desk.overview.teams, desk.clock)
        self._replies = Replies(desk.api)
        listening = Listening(desk, self._replies)
        self._asking = Asking(desk, listening, self._replies)
        commands, interactions = Commands(desk), Interactions(desk, self._asking)
        operating = Operating(desk)
        self._handlers: dict[type, Callable[[Delivery, Any, Me], Awaitable[None]]] = {
            wants.Said: listening.said,
            wants.Changed: listening.changed,
            wants.Mute: listening.mute,
            wants.Stop: listening.stop,
            wants.HelpHere: listening.help,
            wants.Ask: self._asking.ask,
            wants.Teams: commands.teams,
            wants.Status: commands.status,
            wants.StopHere: commands.stop,
            wants.MuteHere: commands.mute,
            wants.ForgetHere: commands.forget,
            wants.ForgetConfirmed: commands.forget_confirmed,
            wants.Help: commands.help,
            wants.Default: commands.default,
            wants.Models: operating.models,
            wants.Pull: operating.pull,
            wants.PullPressed: operating.pull,
            wants.Pressed: interactions.pressed,
            wants.Submitted: interactions.submitted,
            wants.RunOnThis: interactions.run_on,
        }

    async def work(self, delivery: Delivery) -> None:
        """Do everything that follows from a delivery."""
        await self._teams.refresh()
        me = self._me()
        intent = understand(text_at(delivery.body, "kind"), delivery.body, me)
        if isinstance(intent, Ignored):
            log.debug("delivery.ignored", delivery=delivery.id, reason=intent.reason)
            return
        if isinstance(intent, wants.Asked):
            intent = await self._desk.standing(intent)
        # When it was said decides what a stop was meant for, not when it was heard after a downtime.
        await self._handlers[type(intent)](replace(delivery, received_at=moment_of(delivery)), intent, me)

    async def give_up(self, delivery: Delivery) -> None:
        """Tell the person, where that is possible, that nothing came of it. Never raises."""
        try:
            intent = understand(text_at(delivery.body, "kind"), delivery.body, self._me())
            if isinstance(intent, wants.Asked):
                text = say("chat_given_up", self._desk.language(self._desk.known(intent.person)))
                await self._asking.tell(intent, text, delivery.id)
            elif isinstance(intent, wants.InThread) and await self._was_for_us(intent):
                text = say("chat_given_up", self._desk.language(intent.person))
                await self._replies.tell(intent, text, f"{delivery.id}/given up")
        # The last resort of work that failed: whatever is wrong here was wrong there, and is logged there.
        except Exception as error:
            log.warning("delivery.person_not_told", delivery=delivery.id, error=type(error).__name__)

    def is_urgent(self, delivery: Delivery) -> bool:
        """Whether a delivery must not wait for those of its thread that came before it: a stop, a mute."""
        intent = understand(text_at(delivery.body, "kind"), delivery.body, self._me())
        # In a channel it stands before no other: its thread would be its own.
        return isinstance(intent, wants.Stop | wants.Mute) and (intent.in_thread or intent.direct)

    def lane(self, delivery: Delivery) -> str | None:
        """Return what a delivery is in order with: the thread of a message; None: it stands by itself."""
        return lane_of(delivery)

    def brings_files(self, delivery: Delivery) -> str | None:
        """Return the server of a message's files; None: it brings none."""
        return files_of(delivery)

    async def _was_for_us(self, intent: wants.InThread) -> bool:
        """Whether somebody waits for what became of a message."""
        if isinstance(intent, wants.Said) and not intent.addressed:
            return await self._desk.inbox.listens(intent.thread)
        return not isinstance(intent, wants.Changed)

    def _me(self) -> Me:
        return Me(
            user=self._desk.user,
            application=self._desk.application,
            allowed_bots=self._desk.settings.allowed_bots,
            teams=self._teams.names,
        )
