"""What people ask beside their threads: teams, their conversations, stop, mute, the default team.

Here is what is done and said; the platform tells it to the person alone and draws lists its own way. A sentence that
speaks of the platform's own things stands in its part of the catalogue: `slack_default_set_all`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.chat.content.names import shown_name
from adapters.chat.handling.accepting import Accepting
from bot.domain import (
    Accepted,
    ConversationId,
    ConversationSummary,
    Delivery,
    Event,
    EventKind,
    Person,
    Receipt,
    ThreadRef,
)
from bot.errors import NotAllowedError, TeamFileError, UnknownTeamError
from bot.ports import Overview
from bot.texts import say

LISTED = 12
"""Conversations that a list shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a command was given."""

    workspace: str
    channel: str
    thread: ThreadRef | None = None
    """The thread it was given in; None: in the channel itself."""


class Overviews:
    """Answers commands in sentences."""

    def __init__(self, overview: Overview, inbox: Accepting, *, adapter: str) -> None:
        """Answer.

        Args:
            overview: What is known of teams and conversations.
            inbox: Where stops and mutes go.
            adapter: The platform's name: the first part of its threads' addresses and of its own sentences' ids.
        """
        self._overview = overview
        self._inbox = inbox
        self._adapter = adapter

    async def teams(self, where: Where, language: str) -> str:
        """List the teams, one a line, the default one marked.

        The names stand in code spans, the descriptions as their files have them.
        """
        default = await self._overview.default_team(self._anywhere(where))
        lines = [
            say(
                "chat_teams_default" if team.name == default else "chat_teams_line",
                language,
                team=shown_name(team.name),
                description=team.description,
            )
            for team in await self._overview.teams()
        ]
        return "\n".join([say("chat_teams", language), *lines])

    async def conversations(self, person: Person, workspace: str) -> list[ConversationSummary]:
        """Return a person's conversations, those that wait for them first."""
        return await self._overview.conversations(person, adapter=self._adapter, workspace=workspace)

    async def stop(self, delivery: Delivery, where: Where, person: Person, language: str) -> str:
        """Stop the thread's run, or what this person started in the channel; what others started goes on, named."""
        if where.thread is not None:
            [receipt] = await self._steer(delivery, [where.thread.conversation], person, EventKind.STOP)
            return receipt.text or say("chat_stopped", language, count=1)
        here = [each for each in await self._here(where, person) if each.status and not each.status.final]
        receipts = await self._steer(delivery, _own(here), person, EventKind.STOP)
        stopped = _count(receipts, Accepted.STOPPED)
        lines = _refusals(receipts)
        if stopped or not lines:
            done = say("chat_stopped", language, count=stopped) if stopped else say("chat_nothing_to_stop", language)
            lines = [done, *lines]
        others = [each for each in here if not each.own]
        lines += [say("chat_stop_others", language, count=len(others))] if others else []
        return "\n".join(lines)

    async def mute(self, delivery: Delivery, where: Where, person: Person, language: str) -> str:
        """Mute the thread, or the threads of the channel in which this person started the latest run."""
        if where.thread is not None:
            [receipt] = await self._steer(delivery, [where.thread.conversation], person, EventKind.MUTE)
            return receipt.text or say("muted", language)
        receipts = await self._steer(delivery, _own(await self._here(where, person)), person, EventKind.MUTE)
        muted = _count(receipts, Accepted.MUTED)
        lines = _refusals(receipts)
        if muted or not lines:
            lines = [say("chat_muted_here" if muted else "chat_nothing_to_mute", language, count=muted), *lines]
        return "\n".join(lines)

    async def own(self, where: Where, person: Person, before: datetime, language: str) -> str:
        """Ask whether to delete what this person began there before then; empty: they began nothing there."""
        count = await self._overview.began(person, self._at(where), before=before)
        return say("chat_forget_asks", language, count=count) if count else ""

    async def forget(self, where: Where, person: Person, before: datetime, language: str) -> str:
        """Have it deleted: the person has said so, after they were told what that means."""
        count = await self._overview.forget(person, self._at(where), before=before)
        return say("chat_forget_begun" if count else "chat_forget_nothing", language, count=count)

    def _at(self, where: Where) -> ThreadRef:
        channel = ThreadRef(adapter=self._adapter, workspace=where.workspace, channel=where.channel, thread="")
        return where.thread or channel

    async def default(self, where: Where, language: str) -> str:
        """Say which team conversations there get."""
        team = await self._overview.default_team(self._anywhere(where))
        return say("chat_default_is", language, team=shown_name(team))

    async def set_default(self, where: Where, team: str, person: Person, language: str, *, everywhere: bool) -> str:
        """Set the team of conversations to come, of the channel or of the workspace. Who may is asked before."""
        channel = "" if everywhere else where.channel
        try:
            await self._overview.set_default_team(
                adapter=self._adapter, workspace=where.workspace, channel=channel, team=team, person=person
            )
        except (UnknownTeamError, NotAllowedError) as error:
            return say(error.text_id or "unknown_team", language, **error.facts)
        except TeamFileError as error:
            known = ", ".join(sorted(one.name for one in await self._overview.teams()))
            return say("wrong_team", language, team=team, error=error, known=known)
        text_id = f"{self._adapter}_default_set_all" if everywhere else "chat_default_set"
        return say(text_id, language, team=shown_name(team))

    async def unknown_team(self, team: str | None, language: str) -> str:
        """Say that there is no such team and which there are; nothing where there is, or none is named."""
        known = sorted(one.name for one in await self._overview.teams())
        if team is None or team in known:
            return ""
        return say("unknown_team", language, team=team, known=", ".join(known))

    async def _here(self, where: Where, person: Person) -> list[ConversationSummary]:
        """Return this person's conversations in the command's channel."""
        found = await self.conversations(person, where.workspace)
        return [each for each in found if ThreadRef.parse(each.conversation).channel == where.channel]

    async def _steer(
        self, delivery: Delivery, which: Sequence[ConversationId], person: Person, kind: EventKind
    ) -> list[Receipt]:
        receipts = []
        for each in which:
            event = Event(
                kind=kind,
                # One delivery, several events: each has an id of its own, the same when this is done again.
                delivery=f"{delivery.id}/{each}",
                thread=ThreadRef.parse(each),
                person=person,
                at=delivery.received_at,
            )
            receipts.append(await self._inbox.accept(event))
        return receipts

    def _anywhere(self, where: Where) -> ThreadRef:
        return ThreadRef(adapter=self._adapter, workspace=where.workspace, channel=where.channel, thread="0")


def _own(conversations: Sequence[ConversationSummary]) -> list[ConversationId]:
    return [each.conversation for each in conversations if each.own]


def _count(receipts: Sequence[Receipt], outcome: Accepted) -> int:
    return sum(receipt.outcome is outcome for receipt in receipts)


def _refusals(receipts: Sequence[Receipt]) -> list[str]:
    """Return why some of it was refused, each reason once."""
    refused = (receipt.text for receipt in receipts if receipt.outcome is Accepted.NOT_ALLOWED)
    return list(dict.fromkeys(refused))
