"""One event in one transaction: the row, what it means, and everything that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import (
    Accepted,
    Conversation,
    Event,
    EventKind,
    InputRequest,
    Receipt,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
)
from bot.inbox.again import said_again
from bot.inbox.meaning import Meaning, changed_by, decide, is_for_bot, names_bot, says_nothing
from bot.inbox.pins import Pins
from bot.inbox.runs import close_request, end_run, start_run, take_words
from bot.outbox import card_key, decided_post, notice_post
from bot.ports import Claim, Records
from bot.texts import language_of, say

CLOCKS_DIFFER = timedelta(minutes=1)
"""How far ahead of this machine's clock the time of something said may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """Which language is spoken with whom: the person's own, then their workspace's, then the setting's."""

    setting: str = "en"
    workspaces: Mapping[str, str]
    """By the workspace's id."""

    def of(self, event: Event) -> str:
        """Return the catalogue's language for the person of an event."""
        workspace = language_of(self.workspaces.get(event.thread.workspace), self.setting)
        return language_of(event.person.language, workspace)


class Acceptance:
    """Records one event; may be called again from the start when its transaction is."""

    def __init__(self, event: Event, *, languages: Languages, default_team: str, now: datetime) -> None:
        self._event = event
        self._language = languages.of(event)
        self._default_team = default_team
        self._now = now
        self.stopped: Run | None = None
        """The run that a stop has ended, as it was before."""
        self.begun = False
        """Whether the transaction has begun a step."""
        self._works: Run | None = None
        """The run that has something to do now."""
        self._answered: InputRequest | None = None

    def work(self, records: Records, pins: Pins, *, claim: Claim | None = None) -> Receipt:
        """Record the event and everything it means, or nothing when it is known already or not for the bot.

        With a claim, the step of a run that it starts, or answers, begins in this transaction.
        """
        receipt = self._record(records, pins)
        if self._works is not None and claim is not None:
            claim.begin(records, pins, self._works, self._answered)
            self.begun = True
        return receipt

    def _record(self, records: Records, pins: Pins) -> Receipt:
        self.stopped = self._works = self._answered = None
        self.begun = False
        event = self._event
        if event.kind is EventKind.EDIT:
            return self._edit(records)
        known = records.conversations.get(event.thread.conversation)
        if not is_for_bot(event, known) or self._was_stopped(records):
            return Receipt(outcome=Accepted.IGNORED, conversation=event.thread.conversation)
        conversation = known or self._new(records)
        run = records.runs.get(conversation.run) if conversation.run is not None else None
        if not records.inbox.add(event):
            text = self._said_again(records, run)
            return Receipt(outcome=Accepted.DUPLICATE, conversation=conversation.id, run=_id(run), text=text)
        meaning = self._meaning(records, run)
        conversation = self._steer(records, conversation, meaning)
        if meaning.outcome is Accepted.STARTED:
            return self._start(records, conversation, pins)
        if meaning.outcome is Accepted.MUTED:
            self._mute(records, conversation, muted=True)
        elif run is not None:
            self._act(records, run, meaning)
        text = say(meaning.text_id, self._language, **meaning.facts) if meaning.text_id else ""
        self._tell(records, text)
        return Receipt(outcome=meaning.outcome, conversation=conversation.id, run=_id(run), text=text)

    def _was_stopped(self, records: Records) -> bool:
        """Whether a stop was meant for this message as well: what was said before it begins and answers nothing."""
        return self._event.kind is EventKind.MESSAGE and self._precedes(records, EventKind.STOP)

    def _precedes(self, records: Records, kind: EventKind) -> bool:
        """Whether the event was said before the newest stop, or mute, which came here first."""
        newest = records.steering.newest(self._event.thread.conversation, kind)
        # A stop that a wrong clock has put into the future must not silence its thread until then.
        return newest is not None and self._event.at < newest <= self._now + CLOCKS_DIFFER

    def _new(self, records: Records) -> Conversation:
        thread = self._event.thread
        created = Conversation(id=thread.conversation, team=self._default(records), language=self._language)
        # A button or a stop in a thread that the bot does not know must not make it listen there.
        if self._event.kind in (EventKind.MESSAGE, EventKind.MUTE):
            records.conversations.put(created)
        return created

    def _default(self, records: Records) -> str:
        """Return the team where none is named: the channel's, else the workspace's, else the setting's."""
        thread = self._event.thread
        return records.workspaces.default_team(thread.adapter, thread.workspace, thread.channel) or self._default_team

    def _steer(self, records: Records, conversation: Conversation, meaning: Meaning) -> Conversation:
        """Note a stop or a mute, and end a mute where the bot was named after it."""
        event = self._event
        # A stop of a run that was over is meant for nothing that was said after it.
        if event.kind in (EventKind.STOP, EventKind.MUTE) and meaning.outcome is not Accepted.TOO_LATE:
            records.steering.note(event)
        if conversation.muted and names_bot(event) and not self._precedes(records, EventKind.MUTE):
            return self._mute(records, conversation, muted=False)
        return conversation

    def _mute(self, records: Records, conversation: Conversation, *, muted: bool) -> Conversation:
        changed = replace(conversation, muted=muted)
        records.conversations.put(changed)
        return changed

    def _edit(self, records: Records) -> Receipt:
        """Change a message that nobody has used yet; the edit never starts, answers or decides anything."""
        event = self._event
        conversation = event.thread.conversation
        kept = records.inbox.take_kept(conversation)
        old = changed_by(event, kept)
        # Without its message's id: that one is known, by the message that it changes.
        new = old is not None and records.inbox.add(replace(event, message=None))
        for message in kept:
            current = replace(message, text=event.text, at=event.at) if new and message is old else message
            if current is message or not says_nothing(event):
                records.inbox.keep(current)
        outcome = Accepted.IGNORED if old is None else Accepted.CHANGED if new else Accepted.DUPLICATE
        return Receipt(outcome=outcome, conversation=conversation)

    def _meaning(self, records: Records, run: Run | None) -> Meaning:
        event = self._event
        waiting: list[InputRequest] = []
        if run is not None:
            waiting = records.requests.of(run.conversation, status=RequestStatus.OPEN)
        unsent = self._unsent(records, waiting)
        return decide(event, run=run, waiting=waiting, named=self._named(records), now=self._now, unsent=unsent)

    def _unsent(self, records: Records, waiting: Sequence[InputRequest]) -> set[RequestId]:
        """Return the approvals whose cards are not known to be shown, where the event names none."""
        if self._event.request is not None:
            return set()
        conversation = self._event.thread.conversation
        approvals = [request for request in waiting if request.kind is RequestKind.APPROVAL]
        return {each.id for each in approvals if records.outbox.sent_as(conversation, card_key(each)) is None}

    def _named(self, records: Records) -> InputRequest | None:
        """Return the request that the event names, if it belongs to this conversation."""
        event = self._event
        named = records.requests.get(event.request) if event.request is not None else None
        return named if named is not None and named.conversation == event.thread.conversation else None

    def _said_again(self, records: Records, run: Run | None) -> str:
        if self._event.kind is not EventKind.DECISION:
            return ""
        text_id, facts = said_again(self._event, self._meaning(records, run), self._named(records))
        return say(text_id, self._language, **facts) if text_id else ""

    def _start(self, records: Records, conversation: Conversation, pins: Pins) -> Receipt:
        event = self._event
        # A conversation stays with the team of its runs, whatever becomes of the defaults. Before its first run no
        # team has worked in it, so the default of now counts.
        team = event.team or (conversation.team if conversation.run is not None else self._default(records))
        pinned = pins.get(team)
        if pinned is None:
            text = pins.complaint(team, self._language)
            self._tell(records, text)
            return Receipt(outcome=Accepted.NOT_UNDERSTOOD, conversation=conversation.id, text=text)
        kept = take_words(records, conversation.id)
        current = replace(conversation, team=team, language=self._language)
        run = self._works = start_run(records, current, [*kept, event], pinned, self._now)
        return Receipt(outcome=Accepted.STARTED, conversation=conversation.id, run=run.id)

    def _act(self, records: Records, run: Run, meaning: Meaning) -> None:
        if meaning.keep:
            records.inbox.keep(self._event)
        if meaning.outcome is Accepted.STOPPED:
            self._stop(records, run)
        elif meaning.request is not None and meaning.answer is not None:
            close_request(records, meaning.request, RequestStatus.ANSWERED, meaning.answer, run.language)
            if run.status is not RunStatus.WORKING:
                records.runs.set_status(run.id, RunStatus.WORKING)
            self._works = replace(run, status=RunStatus.WORKING)
            self._answered = replace(meaning.request, answer=meaning.answer)
        elif meaning.request is not None:
            records.requests.decide(meaning.request.id, meaning.decided)
            records.outbox.add(decided_post(replace(meaning.request, decided=meaning.decided), run.language))

    def _stop(self, records: Records, run: Run) -> None:
        # What was said before a stop is stopped with it: it must not start the next run.
        records.inbox.take_kept(run.conversation)
        records.conversations.raise_epoch(run.conversation)
        reason = say("stopped_by", run.language, name=self._event.person.name)
        end_run(records, run, RunStatus.CANCELLED, reason=reason, now=self._now)
        self.stopped = run

    def _tell(self, records: Records, text: str) -> None:
        """Say it in the thread, unless the person pressed something: then the receipt is shown to them alone."""
        event = self._event
        if text and event.kind is EventKind.MESSAGE:
            records.outbox.add(notice_post(event.thread, event.delivery, text, self._language))


def _id(run: Run | None) -> RunId | None:
    return run.id if run is not None else None
