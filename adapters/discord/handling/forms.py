"""What is opened or completed at once, while somebody waits: it decides nothing, so nothing of it is recorded."""

from __future__ import annotations

from adapters.chat.handling.about import Action
from adapters.chat.handling.payload import text_at
from adapters.discord.events import Me, understand
from adapters.discord.events import intents as wants
from adapters.discord.events.interactions import asked_of
from adapters.discord.events.payload import id_at
from adapters.discord.handling.desk import Desk
from adapters.discord.handling.interactions import about_now
from adapters.discord.handling.where import asked_in, where_of
from adapters.discord.ids import ADAPTER
from adapters.discord.rendering.forms import Form, edit_form, reject_form, run_form
from bot.domain import Json, TeamSummary, ThreadRef
from bot.texts import say


class Forms:
    """Makes forms and completions. Discord opens a form only within three seconds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def form(self, body: Json) -> Form | str:
        """Return the form that a press (`reject`, `edit`) or a message command opens, or why it cannot be opened.

        Raises:
            StoreError: What it is about cannot be read now.
        """
        me = Me(user=self._desk.user, application=self._desk.application)
        pressed = understand(text_at(body, "kind"), body, me)
        if isinstance(pressed, wants.Pressed):
            return await self._about_request(pressed)
        asked = asked_of(body)
        if asked is not None and text_at(body, "kind") == "message_command" and id_at(body, "message"):
            return await self._run_on(asked, id_at(body, "message"))
        return say("chat_card_stale", self._desk.settings.language)

    async def teams(self, typed: str) -> list[TeamSummary]:
        """Return the teams whose names begin with what is typed, then those that hold it."""
        found = await self._desk.overview.teams()
        wanted = typed.strip().casefold()
        begin = [team for team in found if team.name.casefold().startswith(wanted)]
        return begin + [team for team in found if team not in begin and wanted in team.name.casefold()]

    async def _about_request(self, pressed: wants.Pressed) -> Form | str:
        person = self._desk.known(pressed.person)
        language = self._desk.language(person)
        request = await about_now(self._desk.overview, pressed)
        if request is None:
            await self._desk.overview.card_refused(person, asked_in(pressed), pressed.about.request)
            return say("chat_card_stale", language)
        changing = pressed.action is Action.EDIT
        why_not = await self._desk.overview.objection(request, person, language, changing=changing)
        if why_not:
            return why_not
        if pressed.action is Action.REJECT:
            return reject_form(request, pressed.about.item, language)
        try:
            return edit_form(request, pressed.about.item or 1, language)
        except ValueError:
            return say("chat_edit_too_long", language)

    async def _run_on(self, asked: wants.Asked, message: str) -> Form:
        person = self._desk.known(asked.person)
        where = where_of(asked)
        thread = where.thread or ThreadRef(
            adapter=ADAPTER, workspace=where.workspace, channel=where.channel, thread=message
        )
        return run_form(
            await self._desk.overview.teams(),
            channel=asked.channel,
            message=message,
            team=await self._desk.overview.default_team(thread),
            language=self._desk.language(person),
        )
