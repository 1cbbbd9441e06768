"""Handling: what follows from a delivery. Everything here may happen again: the inbox knows what it has had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from adapters.chat.handling.intents import Ignored
from adapters.chat.handling.payload import text_at
from adapters.chat.handling.teams import KnownTeams
from adapters.slack.connecting.installations import is_out
from adapters.slack.events import Me, files_of, lane_of, understand, workspace_of
from adapters.slack.events import intents as wants
from adapters.slack.events.payload import id_at
from adapters.slack.handling.answers import Addressee
from adapters.slack.handling.asking import Asking
from adapters.slack.handling.commands import Commands
from adapters.slack.handling.desk import Desk
from adapters.slack.handling.interactions import Interactions
from adapters.slack.handling.listening import Listening, in_thread
from adapters.slack.handling.operating import Operating
from adapters.slack.handling.pages import Pages
from bot.domain import Delivery, Json
from bot.errors import ThreadGoneError
from bot.texts import say

log = structlog.get_logger()


class Handling:
    """Turns deliveries into events of the core, and answers them."""

    def __init__(self, desk: Desk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages
        self._teams = KnownTeams(desk.overview.teams, desk.clock)
        listening, commands, interactions = Listening(desk), Commands(desk), Interactions(desk)
        operating = Operating(desk)
        self._interactions = interactions
        self._handlers: dict[type, Callable[[Delivery, Any, Me], Awaitable[None]]] = {
            wants.Said: listening.said,
            wants.Changed: listening.changed,
            wants.Mute: listening.mute,
            wants.Stop: listening.stop,
            wants.HelpHere: listening.help,
            wants.SessionStopped: listening.session_stopped,
            wants.HomeOpened: self._home,
            wants.ChatOpened: self._chat,
            wants.Uninstalled: self._uninstalled,
            wants.TokensRevoked: self._revoked,
            wants.Ask: Asking(desk, listening.catch_up).ask,
            wants.Teams: commands.teams,
            wants.Status: commands.status,
            wants.StopHere: commands.stop,
            wants.MuteHere: commands.mute,
            wants.ForgetHere: commands.forget,
            wants.ForgetConfirmed: commands.forget_confirmed,
            wants.Help: commands.help,
            wants.Unknown: commands.unknown,
            wants.Default: commands.default,
            wants.Models: operating.models,
            wants.Pull: operating.pull,
            wants.PullPressed: operating.pull,
            wants.Pressed: interactions.pressed,
            wants.RunHere: interactions.run_here,
            wants.Submitted: interactions.submitted,
        }

    async def work(self, delivery: Delivery) -> None:
        """Do everything that follows from a delivery."""
        try:
            await self._work(delivery)
        except ThreadGoneError as error:
            if not is_out(error):
                raise
            # There is nobody to tell either: nothing can be said in a workspace that has removed the bot.
            log.warning("slack.not_installed_there", delivery=delivery.id, reason=error.text_id)

    async def _work(self, delivery: Delivery) -> None:
        kind, payload = _read(delivery)
        await self._teams.refresh()
        me = await self._me(workspace_of(payload), payload)
        intent = understand(kind, payload, me)
        if isinstance(intent, Ignored):
            log.debug("delivery.ignored", delivery=delivery.id, reason=intent.reason)
            return
        await self._handlers[type(intent)](delivery, intent, me)

    async def give_up(self, delivery: Delivery) -> None:
        """Tell the person, where that is possible, that nothing came of it."""
        try:
            kind, payload = _read(delivery)
            me = await self._me(workspace_of(payload), payload)
            intent = understand(kind, payload, me)
            place = _place(intent)
            if place is None:
                return
            person = await self._desk.people.person(place.workspace, place.user)
            await self._desk.answers.tell(place, say("chat_given_up", self._desk.language(person)))
        # The last resort of work that failed: whatever is wrong here was wrong there, and is logged there.
        except Exception as error:
            log.warning("delivery.person_not_told", delivery=delivery.id, error=type(error).__name__)

    def is_nothing(self, kind: str, payload: Json) -> bool:
        """Whether a delivery is surely not for the bot; where that would have to be asked, it is not sure.

        What names the bot is looked at after its acknowledgement: nearly always it is for the bot.
        """
        installed = self._desk.installations.known(workspace_of(payload))
        if installed is None or f"<@{installed.user}" in text_at(payload, "event", "text"):
            return False
        me = self._described(installed.workspace, installed.user, installed.bot, payload)
        return isinstance(understand(kind, payload, me), Ignored)

    def is_urgent(self, delivery: Delivery) -> bool:
        """Whether a delivery must not wait for those of its thread that came before it: a stop, a mute."""
        kind, payload = _read(delivery)
        installed = self._desk.installations.known(workspace_of(payload))
        if installed is None:
            return False
        me = self._described(installed.workspace, installed.user, installed.bot, payload)
        return isinstance(understand(kind, payload, me), wants.Stop | wants.Mute)

    def lane(self, delivery: Delivery) -> str | None:
        """Return what a delivery is in order with: the thread of a message; None: it stands by itself."""
        return lane_of(delivery)

    def brings_files(self, delivery: Delivery) -> str | None:
        """Return the workspace of a message's files; None: it brings none."""
        return files_of(delivery)

    def complaints(self, kind: str, payload: Json) -> dict[str, str]:
        """Return what is wrong with a form that was sent, by its block."""
        return self._interactions.complaints(payload) if kind == "interactive" else {}

    async def _home(self, delivery: Delivery, opened: wants.HomeOpened, me: Me) -> None:
        await self._pages.open_home(opened.workspace, opened.user)

    async def _chat(self, delivery: Delivery, opened: wants.ChatOpened, me: Me) -> None:
        await self._pages.open_chat(opened)

    async def _uninstalled(self, delivery: Delivery, gone: wants.Uninstalled, me: Me) -> None:
        log.warning("slack.uninstalled", workspace=gone.workspace)
        await self._desk.installations.forget(gone.workspace)

    async def _revoked(self, delivery: Delivery, revoked: wants.TokensRevoked, me: Me) -> None:
        if me.user in revoked.bots:
            log.warning("slack.token_revoked", workspace=revoked.workspace)
            await self._desk.installations.forget(revoked.workspace)

    async def _me(self, workspace: str, payload: Json) -> Me:
        installed = await self._desk.installations.of(workspace)
        return self._described(workspace, installed.user, installed.bot, payload)

    def _described(self, workspace: str, user: str, bot: str, payload: Json) -> Me:
        return Me(
            workspace=workspace,
            user=user,
            bot=bot,
            app=id_at(payload, "api_app_id"),
            allowed_bots=self._desk.settings.allowed_bots,
            teams=self._teams.names,
        )


def _read(delivery: Delivery) -> tuple[str, Json]:
    return str(delivery.body["kind"]), dict(delivery.body["payload"])


def _place(intent: wants.Intent) -> Addressee | None:
    """Return where whoever wanted something is told about it."""
    if isinstance(intent, wants.InThread):
        return in_thread(intent)
    if isinstance(intent, wants.Command | wants.Interaction) and intent.channel:
        return Addressee(
            workspace=intent.workspace,
            channel=intent.channel,
            user=intent.user,
            thread=intent.thread,
            response_url=intent.response_url,
        )
    return None
