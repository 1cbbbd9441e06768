"""Interactions: each is recorded, then deferred within Discord's three seconds; only then is it worked on.

Forms and completions are answered at once and decide nothing, so they need no record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Protocol

import aiohttp
import discord
import structlog

from adapters.chat.handling.about import Action
from adapters.discord.connecting import described
from adapters.discord.connecting.door import Door
from adapters.discord.connecting.forms import modal_of
from adapters.discord.ids import read_custom_id
from adapters.discord.rendering.forms import RUN_ON, Form
from bot.domain import Delivery, Json, TeamSummary
from bot.errors import StoreError, ThreadfastError
from bot.texts import language_of, say

RECORD_SECONDS = 2.0
"""How long a record may take until its interaction is deferred without it; Discord waits three seconds."""
DEFER_SECONDS = 3.0
"""How long deferring may take; after that Discord takes no answer, and the work goes on without one."""
FORM_SECONDS = 2.0
MOST_CHOICES = 25
"""Completions that Discord shows."""
LONGEST_CHOICE = 100
ASK = "ask"
"""The command whose answer everybody sees."""

log = structlog.get_logger()


class Forms(Protocol):
    """What is opened or completed at once."""

    async def form(self, body: Json) -> Form | str:
        """Return the form that a press or a message command opens, or why it cannot be opened."""
        ...

    async def teams(self, typed: str) -> list[TeamSummary]:
        """Return the teams that begin with what is typed, those that fit best first."""
        ...


class Receiving:
    """Takes in interactions. Nothing of it raises: what Discord does not take is logged, the work is recorded."""

    def __init__(self, door: Door, forms: Forms, *, language: str) -> None:
        self._door = door
        self._forms = forms
        self._language = language

    async def command(self, interaction: discord.Interaction[Any]) -> None:
        """Take in a slash command, or a message command."""
        if described.is_message_command(interaction):
            await self._open(interaction, described.message_command(interaction))
            return
        body = described.command(interaction)
        public = body["name"] == ASK and described.is_installed(interaction)
        await self._take_in(interaction, body, thinking=True, ephemeral=not public)

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Take in the press of a button, or a choice of a menu."""
        body = described.pressed(interaction)
        known = read_custom_id(body["custom_id"])
        if known is not None and known[0] in (Action.REJECT, Action.EDIT):
            await self._open(interaction, body)
        else:
            await self._take_in(interaction, body)

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Take in a form that was sent."""
        body = described.submitted(interaction)
        alone = body["custom_id"].startswith(f"{RUN_ON}:")
        if not alone and read_custom_id(body["custom_id"]) is None:
            return
        await self._take_in(interaction, body, thinking=alone, ephemeral=alone)

    async def completing(self, interaction: discord.Interaction[Any]) -> None:
        """Complete the name of a team."""
        try:
            async with asyncio.timeout(FORM_SECONDS):
                teams = await self._forms.teams(described.focused(interaction))
        except (ThreadfastError, TimeoutError) as error:
            log.warning("discord.not_completed", error=type(error).__name__)
            teams = []
        choices = [
            discord.app_commands.Choice(name=_shown(team), value=team.name[:LONGEST_CHOICE])
            for team in teams[:MOST_CHOICES]
        ]
        await _answered(interaction.response.autocomplete(choices), interaction)

    async def _take_in(
        self, interaction: discord.Interaction[Any], body: Json, *, thinking: bool = False, ephemeral: bool = False
    ) -> None:
        """Record an interaction, then defer it, then have it worked on: an answer before would find nothing to fill.

        A record that takes too long is waited for once it is deferred. It may stand any moment, and is worked on then,
        so nobody is told to try again before it has failed.
        """
        late = False
        async with asyncio.TaskGroup() as group:

            def defer() -> None:
                nonlocal late
                late = True
                group.create_task(_deferred(interaction, thinking=thinking, ephemeral=ephemeral))

            # The record is made in this task: each turn through the loop, others' work may take its time first.
            timer = asyncio.get_running_loop().call_later(RECORD_SECONDS, defer)
            try:
                delivery = await self._recorded(interaction, body)
            finally:
                timer.cancel()
        if isinstance(delivery, StoreError):
            await self._tell_not_recorded(interaction, thinking=late and thinking)
        elif delivery is not None:
            try:
                if not late:
                    await _deferred(interaction, thinking=thinking, ephemeral=ephemeral)
            finally:
                self._door.offer(delivery)

    async def _recorded(self, interaction: discord.Interaction[Any], body: Json) -> Delivery | StoreError | None:
        """Record an interaction, and return why that failed, if it did; None: it is known already."""
        try:
            return await self._door.record(f"interaction:{interaction.id}", body)
        except StoreError as error:
            log.error("discord.not_recorded", delivery=f"interaction:{interaction.id}", error=type(error).__name__)
            return error

    async def _tell_not_recorded(self, interaction: discord.Interaction[Any], *, thinking: bool) -> None:
        words = say("discord_not_recorded", self._spoken(interaction))
        if thinking:
            nobody = discord.AllowedMentions.none()
            await _answered(interaction.edit_original_response(content=words, allowed_mentions=nobody), interaction)
        elif interaction.response.is_done():
            await _answered(interaction.followup.send(words, ephemeral=True, **_SILENT), interaction)
        else:
            await _answered(interaction.response.send_message(words, ephemeral=True, **_SILENT), interaction)

    async def _open(self, interaction: discord.Interaction[Any], body: Json) -> None:
        form = await self._form(body, self._spoken(interaction))
        if isinstance(form, str):
            await _answered(interaction.response.send_message(form, ephemeral=True, **_SILENT), interaction)
            return
        modal = modal_of(form)
        # The library need not remember it: what is sent is known by its custom id.
        modal.stop()
        await _answered(interaction.response.send_modal(modal), interaction)

    async def _form(self, body: Json, language: str) -> Form | str:
        try:
            async with asyncio.timeout(FORM_SECONDS):
                return await self._forms.form(body)
        except (ThreadfastError, TimeoutError, OSError) as error:
            log.warning("discord.form_not_opened", error=type(error).__name__)
            return say("chat_form_late", language)

    def _spoken(self, interaction: discord.Interaction[Any]) -> str:
        return language_of(interaction.locale.value, self._language)


_SILENT: Any = {"allowed_mentions": discord.AllowedMentions.none(), "suppress_embeds": True}


async def _deferred(interaction: discord.Interaction[Any], *, thinking: bool, ephemeral: bool) -> None:
    try:
        async with asyncio.timeout(DEFER_SECONDS):
            await _answered(interaction.response.defer(thinking=thinking, ephemeral=ephemeral), interaction)
    except TimeoutError:
        log.warning("discord.not_deferred_in_time", interaction=interaction.id)


async def _answered(answer: Awaitable[object], interaction: discord.Interaction[Any]) -> None:
    """Send an answer; whatever becomes of it, what was recorded goes on."""
    try:
        await answer
    except discord.HTTPException as error:
        # 10062: it came too late; 40060: it was answered already.
        log.warning("discord.not_answered", interaction=interaction.id, status=error.status, code=error.code)
    except (discord.ClientException, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("discord.not_answered", interaction=interaction.id, error=type(error).__name__)


def _shown(team: TeamSummary) -> str:
    words = f"{team.name}: {team.description}"
    return words if len(words) <= LONGEST_CHOICE else f"{words[: LONGEST_CHOICE - 1]}…"
