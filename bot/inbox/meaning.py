"""What an event means: pure decisions over the conversation as it is, and over what its person may do there.

The table of it, first match first. Whatever the run does:

event     | where                                            | means
----------|--------------------------------------------------|----------------------------------------------------
edit      | its message is kept, and was not changed since   | CHANGED; empty: the message is not kept any more
edit      | anywhere else                                    | IGNORED
any       | not addressed, and the thread unknown or muted   | IGNORED
message   | said before the thread's newest stop             | IGNORED
mute      | by somebody who may not stop here                | NOT_ALLOWED
mute      | anywhere                                         | MUTED: only what is addressed counts here

A message that is addressed ends a mute, unless it was said before it or is refused; a button or a stop does not, for it
does not name the bot. Where a thread is unknown, a start that is refused leaves it as good as unknown: muted. Then:

event     | run       | open questions       | means
----------|-----------|----------------------|------------------------------------------------
stop      | any       | any, by a card       | of a run that is over: TOO_LATE; it stops no newer run
stop      | any       | any                  | by somebody who may not stop here: NOT_ALLOWED
stop      | not final | any                  | STOPPED
stop      | over      |                      | NOTHING_TO_STOP
decision  | over      |                      | TOO_LATE
message   | over      |                      | by somebody who may not start here: NOT_ALLOWED
message   | over      |                      | STARTED (`exit`: NOTHING_TO_STOP; a verdict alone: NOT_UNDERSTOOD)
any       | not final | the named one        | an answer to it; closed: TOO_LATE; not theirs: NOT_ALLOWED
decision  | working   | none                 | TOO_LATE
message   | working   | none                 | by somebody who may not answer here: NOT_ALLOWED
message   | working   | none                 | KEPT (a verdict or a number alone: NOT_UNDERSTOOD)
any       | not final | one they may answer  | an answer to it
any       | not final | several              | ASKED_WHICH
any       | not final | none they may answer | NOT_ALLOWED

Who may start, answer, approve and stop, today's permissions say for the place, the team and the run's starter. A
question is for whom it names, else for everybody who may answer here. An approval is decided by whom its record, the
permissions of today and what it names all let; never by a run's starter where two people decide. Choices and approvals
are for people alone, never for a bot, by words as by buttons: no message of a program decides what runs. So to a bot an
approval or a choice is one that it may not answer, whatever it says. A start that is allowed may still be over a
budget: that is NOT_ALLOWED as well.

Who may not is told, and the refusal is recorded; only people who talk to each other, without naming the bot or a
verdict, are left alone.

An answer, by what the question is, first match first:

question  | words                            | means
----------|----------------------------------|-------------------------------------------------
any       | after its expiry                 | TOO_LATE
text      | nothing, by a bot                | NOT_ALLOWED: an empty answer may run code
text      | nothing, where nothing follows   | NOT_UNDERSTOOD
text      | nothing, as a message            | NOT_UNDERSTOOD: only who decided to say nothing lets code run
text      | any                              | ANSWERED; `exit` ends that chat
choice    | an option or its number          | ANSWERED
choice    | nothing, by its button           | ANSWERED, where something follows
choice    | an option, before it was shown   | NOT_UNDERSTOOD: the words are about something else
choice    | a file alone                     | NOT_UNDERSTOOD, kept
choice    | other                            | NOT_UNDERSTOOD
approval  | approved with an empty change, or with one that is no text | NOT_UNDERSTOOD
approval  | in a message changed afterwards  | NOT_UNDERSTOOD
approval  | nothing new                      | TOO_LATE: that item is decided
approval  | approved, what was not shown     | NOT_UNDERSTOOD: nobody approves what nobody could see
approval  | changed, where two people decide | NOT_UNDERSTOOD: who changes it would approve their own
approval  | approved before it was shown     | NOT_UNDERSTOOD: the words are about something else
approval  | its own words, or its buttons    | ANSWERED, or part of it decided
approval  | `exit`                           | ANSWERED without decisions: nothing is run, that chat ends
approval  | quoted or forwarded words alone  | NOT_UNDERSTOOD, kept
approval  | a verdict or `exit` with a quote | NOT_UNDERSTOOD
approval  | nothing, or a number alone       | NOT_UNDERSTOOD
approval  | a file alone                     | NOT_UNDERSTOOD, kept
approval  | other, of code, before it was shown | KEPT, as while the team works
approval  | other, of code                   | FEEDBACK: nothing is run
approval  | other, of a tool                 | NOT_UNDERSTOOD, kept

A rejection may quote: what follows its word is its reason. Whoever names a question, by its button or by a reply, has
seen it; words alone may be older than its card, even where they come here later: they were said when they were said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain import (
    Accepted,
    Conversation,
    Event,
    EventKind,
    InputRequest,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
)
from bot.inbox import answering
from bot.inbox.access import Access
from bot.inbox.approving import approval, approves
from bot.inbox.meant import Meaning, denied, says_nothing
from bot.inbox.words import is_number, is_verdict, plain, spoken
from bot.permissions import Action


def is_for_bot(event: Event, conversation: Conversation | None) -> bool:
    """Say whether an event counts in its thread; None: the bot has no conversation there."""
    return event.addressed or (conversation is not None and not conversation.muted)


def names_bot(event: Event) -> bool:
    """Say whether a person turned to the bot by name, or where they are alone with it."""
    return event.kind is EventKind.MESSAGE and event.addressed


def changed_by(edit: Event, kept: Sequence[Event]) -> Event | None:
    """Return the kept message that an edit changes; None where it is used already, or was changed later than that."""
    known = (event for event in kept if edit.message is not None and event.message == edit.message)
    return next((event for event in known if event.at <= edit.at), None)


def decide(
    event: Event,
    *,
    run: Run | None,
    waiting: Sequence[InputRequest],
    named: InputRequest | None,
    now: datetime,
    access: Access,
    early: Collection[RequestId] = (),
) -> Meaning:
    """Say what an event means that counts in its thread and is no edit.

    Args:
        event: What the platform told us, for the first time.
        run: The conversation's latest run.
        waiting: Its open requests, oldest first.
        named: The request that the event names, in whatever status, if it belongs to this conversation.
        now: The time.
        access: What the event's person may do there.
        early: Those of the open requests whose cards were not known to be shown when the event was said.
    """
    if event.kind is EventKind.MUTE:
        return _mute(event, access)
    if event.kind is EventKind.STOP:
        return _stop(event, run, named, access)
    if run is None or run.status.final:
        return _over(event, named, access)
    if event.request is not None:
        return _named(event, named, now, access)
    if not waiting:
        return _working(event, access)
    return _unnamed(event, waiting, now, early, access)


def _mute(event: Event, access: Access) -> Meaning:
    refusal = access.refused(Action.STOP, what="mute")
    return denied(event, refusal) if refusal is not None else Meaning(outcome=Accepted.MUTED, text_id="muted")


def _stop(event: Event, run: Run | None, named: InputRequest | None, access: Access) -> Meaning:
    if event.request is not None and not _belongs_to(named, run):
        return Meaning(outcome=Accepted.TOO_LATE, text_id="stop_too_late")
    refusal = access.refused(Action.STOP)
    if refusal is not None:
        return denied(event, refusal)
    if run is None or run.status.final:
        return Meaning(outcome=Accepted.NOTHING_TO_STOP, text_id="nothing_to_stop")
    return Meaning(outcome=Accepted.STOPPED)


def _belongs_to(card: InputRequest | None, run: Run | None) -> bool:
    """Say whether a card was shown by the run that goes on."""
    return card is not None and run is not None and card.run == run.id and not run.status.final


def _over(event: Event, named: InputRequest | None, access: Access) -> Meaning:
    if event.kind is EventKind.DECISION:
        return _too_late(named)
    refusal = access.refused(Action.START)
    if refusal is not None:
        return denied(event, refusal)
    if plain(event.text) and spoken(event.text) == "exit":
        return Meaning(outcome=Accepted.NOTHING_TO_STOP, text_id="exit_without_run")
    if says_nothing(event):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="empty_message")
    if is_verdict(event.text) and not event.attachments:
        return _decides_nothing(event)
    return Meaning(outcome=Accepted.STARTED)


def _named(event: Event, named: InputRequest | None, now: datetime, access: Access) -> Meaning:
    if named is None or named.status is not RequestStatus.OPEN:
        return _too_late(named)
    refusal = access.objection(named)
    return denied(event, refusal) if refusal is not None else _answer(event, named, now, access)


def _too_late(named: InputRequest | None) -> Meaning:
    if named is not None and named.status is RequestStatus.EXPIRED:
        return Meaning(outcome=Accepted.TOO_LATE, text_id="too_late_expired")
    if named is not None and named.answer is not None and named.answer.by is not None:
        return Meaning(outcome=Accepted.TOO_LATE, text_id="too_late_by", facts={"name": named.answer.by.name})
    return Meaning(outcome=Accepted.TOO_LATE, text_id="too_late")


def _working(event: Event, access: Access) -> Meaning:
    if event.kind is EventKind.DECISION:
        return _too_late(None)
    refusal = access.refused(Action.ANSWER)
    if refusal is not None:
        return denied(event, refusal)
    if says_nothing(event):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="empty_message")
    if (is_verdict(event.text) or is_number(event.text)) and not event.attachments:
        return _decides_nothing(event)
    return Meaning(outcome=Accepted.KEPT, keep=True)


def _decides_nothing(event: Event) -> Meaning:
    """Drop words that decide a card, where none is open: kept, they would become a task or an answer."""
    text = event.text.strip()
    return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="decides_nothing", facts={"text": text})


def _unnamed(
    event: Event, waiting: Sequence[InputRequest], now: datetime, early: Collection[RequestId], access: Access
) -> Meaning:
    theirs = [request for request in waiting if access.may_answer(request)]
    if not theirs:
        refusals = [refusal for request in waiting if (refusal := access.objection(request)) is not None]
        return denied(event, refusals[0])
    if len(theirs) > 1:
        return _which(theirs)
    meaning = _answer(event, theirs[0], now, access)
    return _said_early(meaning, theirs[0]) if theirs[0].id in early else meaning


def _said_early(meaning: Meaning, request: InputRequest) -> Meaning:
    """Let words that were said before a card was shown decide nothing of it, unless they say no."""
    if meaning.outcome is Accepted.FEEDBACK:
        return Meaning(outcome=Accepted.KEPT, keep=True)
    if request.kind is RequestKind.CHOICE and meaning.outcome is Accepted.ANSWERED:
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="choose_unsent")
    if approves(meaning, request):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_unsent")
    return meaning


def _which(theirs: Sequence[InputRequest]) -> Meaning:
    questions = ", ".join(f"{number}. {request.agent}" for number, request in enumerate(theirs, 1))
    facts: dict[str, object] = {"count": len(theirs), "questions": questions}
    return Meaning(outcome=Accepted.ASKED_WHICH, text_id="which_question", facts=facts)


def _answer(event: Event, request: InputRequest, now: datetime, access: Access) -> Meaning:
    if now >= request.expires_at:
        return Meaning(outcome=Accepted.TOO_LATE, text_id="too_late_expired")
    if request.kind is RequestKind.TEXT:
        return answering.text(event, request, now)
    if request.kind is RequestKind.CHOICE:
        return answering.choice(event, request, now)
    return approval(event, request, now, access)
