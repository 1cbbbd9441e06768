"""Slash commands whose answers are for the person alone."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from adapters.slack import ids
from adapters.slack.connecting.installations import is_out
from adapters.slack.events import Me
from adapters.slack.events import intents as wants
from adapters.slack.events.payload import at, text_at
from adapters.slack.handling.asking import place_of
from adapters.slack.handling.desk import Desk
from adapters.slack.ids import ADAPTER
from adapters.slack.rendering import blocks as made
from adapters.slack.rendering.home import home
from adapters.slack.rendering.inert import shown_name
from bot.domain import (
    Accepted,
    ConversationId,
    ConversationSummary,
    Delivery,
    Event,
    EventKind,
    Person,
    RunStatus,
    ThreadRef,
)
from bot.errors import PostRefusedError, TeamFileError, UnknownTeamError
from bot.texts import say

LISTED = 12
"""Conversations that `status` lists."""

log = structlog.get_logger()


class Commands:
    """Does what slash commands ask for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def teams(self, delivery: Delivery, asked: wants.Teams, me: Me) -> None:
        """List the teams."""
        person = await self._person(asked)
        language = self._language(person)
        default = await self._desk.overview.default_team(_anywhere(asked))
        lines = [
            say(
                "slack_teams_default" if team.name == default else "slack_teams_line",
                language,
                team=shown_name(team.name),
                description=team.description,
            )
            for team in await self._desk.overview.teams()
        ]
        await self._tell(asked, "\n".join([say("slack_teams", language), *lines]))

    async def status(self, delivery: Delivery, asked: wants.Status, me: Me) -> None:
        """List this person's conversations and the models' state."""
        person = await self._person(asked)
        found = (await self._conversations(asked, person))[:LISTED]
        view = home(
            found,
            links=await self._desk.links.of(asked.workspace, [each.conversation for each in found]),
            models=await self._desk.overview.models(),
            language=self._language(person),
        )
        title = say("slack_status", self._language(person))
        await self._desk.answers.show(place_of(asked), title, view["blocks"][: made.MOST_BLOCKS])

    async def stop(self, delivery: Delivery, asked: wants.StopHere, me: Me) -> None:
        """Stop what this person started in this channel; what others started there is named and goes on."""
        person = await self._person(asked)
        language = self._language(person)
        here = [each for each in await self._here(asked, person) if each.status and not each.status.final]
        outcomes = await self._steer(delivery, [each for each in here if each.own], person, EventKind.STOP)
        stopped = outcomes.count(Accepted.STOPPED)
        lines = [say("slack_stopped", language, count=stopped) if stopped else say("slack_nothing_to_stop", language)]
        others = [each for each in here if not each.own]
        lines += [say("slack_stop_others", language, count=len(others))] if others else []
        await self._tell(asked, "\n".join(lines))

    async def mute(self, delivery: Delivery, asked: wants.MuteHere, me: Me) -> None:
        """Mute the threads of this channel in which this person started the latest run."""
        person = await self._person(asked)
        here = [each for each in await self._here(asked, person) if each.own]
        outcomes = await self._steer(delivery, here, person, EventKind.MUTE)
        muted = outcomes.count(Accepted.MUTED)
        text_id = "slack_muted_here" if muted else "slack_nothing_to_mute"
        await self._tell(asked, say(text_id, self._language(person), count=muted))

    async def help(self, delivery: Delivery, asked: wants.Help, me: Me) -> None:
        """Say what can be done."""
        person = await self._person(asked)
        await self._tell(asked, say("slack_help", self._language(person), command=asked.command or ids.COMMAND))

    async def unknown(self, delivery: Delivery, asked: wants.Unknown, me: Me) -> None:
        """Say that there is no such command, and which there are."""
        language = self._language(await self._person(asked))
        command = asked.command or ids.COMMAND
        lines = [say("slack_unknown", language, words=asked.words[:100]), say("slack_help", language, command=command)]
        await self._tell(asked, "\n".join(lines))

    async def default(self, delivery: Delivery, asked: wants.Default, me: Me) -> None:
        """Say, or set, the team of this channel's conversations to come."""
        language = self._language(await self._person(asked))
        if not asked.team:
            team = await self._desk.overview.default_team(_anywhere(asked))
            await self._tell(asked, say("slack_default_is", language, team=shown_name(team)))
            return
        if not await self._may_set(asked):
            await self._tell(
                asked, say("slack_default_denied_all" if asked.everywhere else "slack_default_denied", language)
            )
            return
        await self._tell(asked, await self._set(asked, language))

    async def _set(self, asked: wants.Default, language: str) -> str:
        channel = "" if asked.everywhere else asked.channel
        try:
            await self._desk.overview.set_default_team(
                adapter=ADAPTER, workspace=asked.workspace, channel=channel, team=asked.team
            )
        except UnknownTeamError as error:
            return say("unknown_team", language, **error.facts)
        except TeamFileError as error:
            known = ", ".join(sorted(team.name for team in await self._desk.overview.teams()))
            return say("wrong_team", language, team=asked.team, error=error, known=known)
        text_id = "slack_default_set_all" if asked.everywhere else "slack_default_set"
        return say(text_id, language, team=shown_name(asked.team))

    async def _may_set(self, asked: wants.Default) -> bool:
        """Whether this person administers the workspace or, for the channel alone, has made the channel."""
        if await self._desk.people.rules(asked.workspace, asked.user):
            return True
        if asked.everywhere:
            return False
        try:
            answer = await self._desk.api.call(asked.workspace, "conversations.info", channel=asked.channel)
        except PostRefusedError as error:
            if is_out(error):
                raise
            return False
        return text_at(answer, "channel", "creator") == asked.user or at(answer, "channel", "is_im") is True

    async def _steer(
        self, delivery: Delivery, which: Sequence[ConversationSummary], person: Person, kind: EventKind
    ) -> list[Accepted]:
        outcomes = []
        for each in which:
            event = Event(
                kind=kind,
                # One delivery, several events: each has an id of its own, the same when this is done again.
                delivery=f"{delivery.id}/{each.conversation}",
                thread=ThreadRef.parse(each.conversation),
                person=person,
                at=delivery.received_at,
            )
            outcomes.append((await self._desk.inbox.accept(event)).outcome)
        return outcomes

    async def _here(self, asked: wants.Command, person: Person) -> list[ConversationSummary]:
        """Return this person's conversations in the command's thread, or in its channel."""
        found = await self._conversations(asked, person)
        if asked.thread is not None:
            thread = asked.thread.conversation
            known = [each for each in found if each.conversation == thread]
            return known or [_unlisted(thread)]
        return [each for each in found if ThreadRef.parse(each.conversation).channel == asked.channel]

    async def _conversations(self, asked: wants.Command, person: Person) -> list[ConversationSummary]:
        return await self._desk.overview.conversations(person, adapter=ADAPTER, workspace=asked.workspace)

    async def _person(self, asked: wants.Command) -> Person:
        return await self._desk.people.person(asked.workspace, asked.user)

    def _language(self, person: Person) -> str:
        return self._desk.language(person)

    async def _tell(self, asked: wants.Command, text: str) -> None:
        await self._desk.answers.tell(place_of(asked), text)


def _unlisted(thread: ConversationId) -> ConversationSummary:
    """Return a thread that somebody else's run may work in: who is in it may steer it."""
    return ConversationSummary(
        conversation=thread, team="", status=RunStatus.WORKING, waiting=False, title="", started_at=None
    )


def _anywhere(asked: wants.Command) -> ThreadRef:
    return ThreadRef(adapter=ADAPTER, workspace=asked.workspace, channel=asked.channel, thread="0")
