"""One event in one transaction: the row, what it means, and everything that follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import (
    Accepted,
    AuditAction,
    Conversation,
    Event,
    EventKind,
    InputRequest,
    Receipt,
    RequestStatus,
    Run,
    RunId,
    RunStatus,
)
from bot.inbox.access import Access, Refusal, Why
from bot.inbox.again import said_again
from bot.inbox.approving import new_in, so_far
from bot.inbox.audited import Log
from bot.inbox.editing import edit
from bot.inbox.kept import left_out, sort
from bot.inbox.known import Known, Rules
from bot.inbox.meaning import is_for_bot, names_bot
from bot.inbox.meant import Meaning
from bot.inbox.pins import Pins
from bot.inbox.runs import close_request, decide_items, end_run, start_run, take_words
from bot.outbox import decided_post, notice_post, run_notice_post
from bot.ports import Claim, Records
from bot.texts import say

CLOCKS_DIFFER = timedelta(minutes=1)
"""How far ahead of this machine's clock the time of something said may be."""


class Acceptance:
    """Records one event; may be called again from the start when its transaction is."""

    def __init__(self, event: Event, *, rules: Rules, now: datetime) -> None:
        self._event = event
        self._language = rules.languages.of(event)
        self._rules = rules
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
            return edit(records, event)
        before = records.conversations.get(event.thread.conversation)
        if not is_for_bot(event, before) or self._was_stopped(records):
            return Receipt(outcome=Accepted.IGNORED, conversation=event.thread.conversation)
        known = Known(records=records, event=event, rules=self._rules)
        conversation = before or self._new(known)
        run = records.runs.get(conversation.run) if conversation.run is not None else None
        access = known.access(conversation, run)
        if not records.inbox.add(event):
            text = self._said_again(known, run, access)
            return Receipt(outcome=Accepted.DUPLICATE, conversation=conversation.id, run=_id(run), text=text)
        meaning = known.meaning(run, access, self._now)
        if meaning.outcome is Accepted.STARTED:
            meaning = self._unless_over_budget(records, pins, access) or meaning
        conversation = self._steer(records, conversation, meaning)
        if meaning.outcome is Accepted.STARTED:
            return self._start(records, conversation, pins, access.team)
        if meaning.outcome is Accepted.NOT_ALLOWED and before is None:
            # Whoever may not begin here must not make the bot listen to the thread.
            self._mute(records, conversation, muted=True)
        return self._done(records, conversation, run, meaning, self._fact(access, meaning, pins))

    def _fact(self, access: Access, meaning: Meaning, pins: Pins) -> str:
        """Return the team for the log: anything may have been typed as one, so only what is the name of one."""
        team = access.team
        if meaning.refusal is None or team != self._event.team:
            return team
        return team if pins.get(team) is not None else ""

    def _done(
        self, records: Records, conversation: Conversation, run: Run | None, meaning: Meaning, team: str
    ) -> Receipt:
        if meaning.outcome is Accepted.MUTED:
            self._mute(records, conversation, muted=True)
            self._log(records).add(AuditAction.MUTED, self._event.person, run=_id(run) or "", team=team)
        elif run is not None:
            self._act(records, run, meaning)
        if meaning.refusal is not None:
            request = self._event.request or ""
            person = self._event.person
            self._log(records).refused(meaning.refusal, person, run=_id(run) or "", request=request, team=team)
        text = say(meaning.text_id, self._language, **meaning.facts_in(self._language)) if meaning.text_id else ""
        self._tell(records, text, once=self._once(meaning.refusal, run))
        return Receipt(outcome=meaning.outcome, conversation=conversation.id, run=_id(run), text=text)

    def _log(self, records: Records) -> Log:
        return Log(records=records, thread=self._event.thread, now=self._now)

    def _was_stopped(self, records: Records) -> bool:
        """Whether a stop was meant for this message as well: what was said before it begins and answers nothing."""
        return self._event.kind is EventKind.MESSAGE and self._precedes(records, EventKind.STOP)

    def _precedes(self, records: Records, kind: EventKind) -> bool:
        """Whether the event was said before the newest stop, or mute, which came here first."""
        newest = records.steering.newest(self._event.thread.conversation, kind)
        # A stop that a wrong clock has put into the future must not silence its thread until then.
        return newest is not None and self._event.at < newest <= self._now + CLOCKS_DIFFER

    def _new(self, known: Known) -> Conversation:
        thread = self._event.thread
        created = Conversation(id=thread.conversation, team=known.default_team(), language=self._language)
        # A button or a stop in a thread that the bot does not know must not make it listen there.
        if self._event.kind in (EventKind.MESSAGE, EventKind.MUTE):
            known.records.conversations.put(created)
        return created

    def _steer(self, records: Records, conversation: Conversation, meaning: Meaning) -> Conversation:
        """Note a stop or a mute, and end a mute where the bot was named after it."""
        event = self._event
        # A stop of a run that was over is meant for nothing that was said after it; one that is refused, for nothing.
        steers = meaning.outcome not in (Accepted.TOO_LATE, Accepted.NOT_ALLOWED)
        if event.kind in (EventKind.STOP, EventKind.MUTE) and steers:
            records.steering.note(event)
        named = conversation.muted and names_bot(event) and meaning.outcome is not Accepted.NOT_ALLOWED
        if named and not self._precedes(records, EventKind.MUTE):
            run = conversation.run or ""
            self._log(records).add(AuditAction.UNMUTED, event.person, run=run, team=conversation.team)
            return self._mute(records, conversation, muted=False)
        return conversation

    def _mute(self, records: Records, conversation: Conversation, *, muted: bool) -> Conversation:
        changed = replace(conversation, muted=muted)
        records.conversations.put(changed)
        return changed

    def _said_again(self, known: Known, run: Run | None, access: Access) -> str:
        if self._event.kind is not EventKind.DECISION:
            return ""
        meaning = known.meaning(run, access, self._now)
        text_id, facts = said_again(self._event, meaning, known.named(), self._language)
        return say(text_id, self._language, **facts) if text_id else ""

    def _unless_over_budget(self, records: Records, pins: Pins, access: Access) -> Meaning | None:
        """Refuse a start that is over a budget; a team that cannot be used is complained of first."""
        refused = None
        if pins.get(access.team) is not None:
            refused = self._rules.budgets.refusal(
                records, person=access.person, thread=access.thread, team=access.team, now=self._now
            )
        if refused is None:
            return None
        text_id, facts = refused
        refusal = Refusal(what="start", why=Why.BUDGET, text_id=text_id)
        return Meaning(outcome=Accepted.NOT_ALLOWED, text_id=text_id, facts=facts, refusal=refusal)

    def _start(self, records: Records, conversation: Conversation, pins: Pins, team: str) -> Receipt:
        event = self._event
        pinned = pins.get(team)
        if pinned is None:
            text = pins.complaint(team, self._language)
            self._tell(records, text)
            return Receipt(outcome=Accepted.NOT_UNDERSTOOD, conversation=conversation.id, text=text)
        kept = sort(take_words(records, conversation.id), lambda said: pins.may_start(said, team), self._now)
        current = replace(conversation, team=team, language=self._language)
        self._rules.budgets.count_start(records, person=event.person, thread=event.thread, team=team, now=self._now)
        said = [*kept.used, event]
        run = self._works = start_run(records, current, said, pinned, self._now, by=event.person)
        for text_id, text in left_out(kept, self._language):
            records.outbox.add(run_notice_post(run, text_id, text))
        return Receipt(outcome=Accepted.STARTED, conversation=conversation.id, run=run.id)

    def _act(self, records: Records, run: Run, meaning: Meaning) -> None:
        if meaning.keep:
            records.inbox.keep(self._event)
        if meaning.outcome is Accepted.STOPPED:
            self._stop(records, run)
        elif meaning.request is not None and meaning.answer is not None:
            self._answered = close_request(
                records, run, meaning.request, RequestStatus.ANSWERED, meaning.answer, self._now
            )
            if run.status is not RunStatus.WORKING:
                records.runs.set_status(run.id, RunStatus.WORKING)
            self._works = replace(run, status=RunStatus.WORKING)
        elif meaning.request is not None:
            records.requests.decide(meaning.request.id, meaning.decided)
            new = new_in(so_far(meaning.request), meaning.decided)
            decide_items(self._log(records), run, meaning.request, new, self._event.person)
            records.outbox.add(decided_post(replace(meaning.request, decided=meaning.decided), run.language))

    def _stop(self, records: Records, run: Run) -> None:
        # What was said before a stop is stopped with it: it must not start the next run.
        records.inbox.take_kept(run.conversation)
        records.conversations.raise_epoch(run.conversation)
        reason = say("stopped_by", run.language, name=self._event.person.name)
        end_run(records, run, RunStatus.CANCELLED, reason=reason, now=self._now)
        self._log(records).add(AuditAction.STOPPED, self._event.person, run=run.id, team=run.team)
        self.stopped = run

    def _tell(self, records: Records, text: str, *, once: str = "") -> None:
        """Say it in the thread, unless the person pressed something: then the receipt is shown to them alone."""
        event = self._event
        if text and event.kind is EventKind.MESSAGE:
            records.outbox.add(notice_post(event.thread, once or event.delivery, text, self._language))

    def _once(self, refusal: Refusal | None, run: Run | None) -> str:
        """Return the key by which a person is told once in each run what they may not do; empty: it is no refusal.

        Nobody makes the bot fill a thread that way, and two bots that answer each other come to an end. Budgets are
        used up anew each day.
        """
        if refusal is None:
            return ""
        day = f"/{self._now.date()}" if refusal.why is Why.BUDGET else ""
        return f"{self._event.person.id}/{refusal.text_id}/{_id(run)}{day}"


def _id(run: Run | None) -> RunId | None:
    return run.id if run is not None else None
