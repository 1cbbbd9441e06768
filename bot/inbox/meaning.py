"""What an event means: pure decisions over the conversation as it is.

The table of it, first match first. Whatever the run does:

event     | where                                            | means
----------|--------------------------------------------------|----------------------------------------------------
edit      | its message is kept, and was not changed since   | CHANGED; empty: the message is not kept any more
edit      | anywhere else                                    | IGNORED
any       | not addressed, and the thread unknown or muted   | IGNORED
message   | said before the thread's newest stop             | IGNORED
mute      | anywhere                                         | MUTED: only what is addressed counts here

A message that is addressed ends a mute, unless it was said before it; a button or a stop does not, for it does not
name the bot. Then:

event     | run       | open questions       | means
----------|-----------|----------------------|------------------------------------------------
stop      | any       | any, by a card       | of a run that is over: TOO_LATE; it stops no newer run
stop      | not final | any                  | STOPPED
stop      | over      |                      | NOTHING_TO_STOP
decision  | over      |                      | TOO_LATE
message   | over      |                      | STARTED (`exit`: NOTHING_TO_STOP; a verdict alone: NOT_UNDERSTOOD)
any       | not final | the named one        | an answer to it; closed: TOO_LATE
message   | working   | none                 | KEPT (a verdict or a number alone: NOT_UNDERSTOOD)
any       | not final | one they may answer  | an answer to it
any       | not final | several              | ASKED_WHICH
any       | not final | none they may answer | NOT_ALLOWED

A question is for whom it names, else for everybody; choices and approvals are for people alone, never for a bot, by
words as by buttons: no message of a program decides what runs. So to a bot an approval or a choice is one that it may
not answer, whatever it says.

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
choice    | a file alone                     | NOT_UNDERSTOOD, kept
choice    | other                            | NOT_UNDERSTOOD
approval  | its own words, or its buttons    | ANSWERED, or part of it decided
approval  | approved with an empty change    | NOT_UNDERSTOOD
approval  | approved, what was not shown     | NOT_UNDERSTOOD: nobody approves what nobody could see
approval  | approved by words, its card unsent | NOT_UNDERSTOOD: they may be about something else
approval  | `exit`                           | ANSWERED without decisions: nothing is run, that chat ends
approval  | nothing, or a number alone       | NOT_UNDERSTOOD
approval  | a file alone                     | NOT_UNDERSTOOD, kept
approval  | other, of code                   | FEEDBACK: nothing is run
approval  | other, of a tool                 | NOT_UNDERSTOOD, kept
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain import (
    Accepted,
    Answer,
    ApprovalItem,
    Conversation,
    Decision,
    Event,
    EventKind,
    InputRequest,
    Person,
    RequestId,
    RequestKind,
    RequestStatus,
    Run,
    Verdict,
)
from bot.inbox.words import Decided, is_number, is_verdict, option, plain, spoken, verdicts
from bot.outbox.cards import takes_feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What is to be done about an event."""

    outcome: Accepted
    request: InputRequest | None = None
    """The open request that is answered, or partly decided."""
    answer: Answer | None = None
    """What the request is answered with."""
    decided: Decided = ()
    """What is decided of the request from now on, while items are left."""
    keep: bool = False
    """Whether the message waits for the next text request or the next run."""
    text_id: str = ""
    """The sentence that the person is told, where one is needed."""
    facts: dict[str, object] = field(default_factory=dict)
    """What stands in the sentence's braces."""


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
    unsent: Collection[RequestId] = (),
) -> Meaning:
    """Say what an event means that counts in its thread and is no edit.

    Args:
        event: What the platform told us, for the first time.
        run: The conversation's latest run.
        waiting: Its open requests, oldest first.
        named: The request that the event names, in whatever status, if it belongs to this conversation.
        now: The time.
        unsent: Those of the open requests whose cards are not known to be shown.
    """
    if event.kind is EventKind.MUTE:
        return Meaning(outcome=Accepted.MUTED, text_id="muted")
    if event.kind is EventKind.STOP:
        return _stop(event, run, named)
    if run is None or run.status.final:
        return _over(event, named)
    if event.request is not None:
        return _named(event, named, now)
    if not waiting:
        return _working(event)
    return _unnamed(event, waiting, now, unsent)


def _unnamed(event: Event, waiting: Sequence[InputRequest], now: datetime, unsent: Collection[RequestId]) -> Meaning:
    theirs = [request for request in waiting if may_answer(request, event.person)]
    if not theirs:
        return _not_allowed(event)
    if len(theirs) > 1:
        return _which(theirs)
    meaning = _answer(event, theirs[0], now)
    # Whoever names a request, by its button or by a reply, has seen its card; words alone may have been before it.
    if theirs[0].id in unsent and _approves(meaning, theirs[0]):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_unsent")
    return meaning


def _approves(meaning: Meaning, request: InputRequest) -> bool:
    """Say whether an item is approved that was not decided before."""
    before: Decided = request.decided or (None,) * len(request.items)
    after = meaning.answer.decisions if meaning.answer is not None else meaning.decided
    new = (now for old, now in zip(before, after, strict=False) if old is None and now is not None)
    return any(decision.verdict is Verdict.APPROVE for decision in new)


def may_answer(request: InputRequest, person: Person) -> bool:
    """Say whether the request is for this person: for everybody, where it names nobody, but a bot decides nothing."""
    return request.is_for(person.id) and (request.kind is RequestKind.TEXT or not person.bot)


def says_nothing(event: Event) -> bool:
    """Say whether a message is empty and brings no file."""
    return not event.text.strip() and not event.attachments


def _is_wordless(event: Event) -> bool:
    """Say whether a message has nothing that we can read: a sticker, a poll, a file that could not be fetched.

    Whoever sent it has said something, so it is no empty answer: that one is given on purpose, as a decision.
    """
    return event.kind is EventKind.MESSAGE and says_nothing(event)


def _only_files(event: Event) -> bool:
    return event.kind is EventKind.MESSAGE and bool(event.attachments) and not event.text.strip()


def _stop(event: Event, run: Run | None, named: InputRequest | None) -> Meaning:
    if event.request is not None and not _belongs_to(named, run):
        return Meaning(outcome=Accepted.TOO_LATE, text_id="stop_too_late")
    if run is None or run.status.final:
        return Meaning(outcome=Accepted.NOTHING_TO_STOP, text_id="nothing_to_stop")
    return Meaning(outcome=Accepted.STOPPED)


def _belongs_to(card: InputRequest | None, run: Run | None) -> bool:
    """Say whether a card was shown by the run that goes on."""
    return card is not None and run is not None and card.run == run.id and not run.status.final


def _over(event: Event, named: InputRequest | None) -> Meaning:
    if event.kind is EventKind.DECISION:
        return _too_late(named)
    if plain(event.text) and spoken(event.text) == "exit":
        return Meaning(outcome=Accepted.NOTHING_TO_STOP, text_id="exit_without_run")
    if says_nothing(event):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="empty_message")
    if is_verdict(event.text) and not event.attachments:
        return _decides_nothing(event)
    return Meaning(outcome=Accepted.STARTED)


def _named(event: Event, named: InputRequest | None, now: datetime) -> Meaning:
    if named is None or named.status is not RequestStatus.OPEN:
        return _too_late(named)
    if not may_answer(named, event.person):
        return _not_allowed(event)
    return _answer(event, named, now)


def _not_allowed(event: Event) -> Meaning:
    text_id = "not_allowed_bot" if event.person.bot else "not_allowed"
    return Meaning(outcome=Accepted.NOT_ALLOWED, text_id=text_id)


def _too_late(named: InputRequest | None) -> Meaning:
    if named is not None and named.status is RequestStatus.EXPIRED:
        return Meaning(outcome=Accepted.TOO_LATE, text_id="too_late_expired")
    if named is not None and named.answer is not None and named.answer.by is not None:
        return Meaning(outcome=Accepted.TOO_LATE, text_id="too_late_by", facts={"name": named.answer.by.name})
    return Meaning(outcome=Accepted.TOO_LATE, text_id="too_late")


def _working(event: Event) -> Meaning:
    if event.kind is EventKind.DECISION:
        return _too_late(None)
    if says_nothing(event):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="empty_message")
    if (is_verdict(event.text) or is_number(event.text)) and not event.attachments:
        return _decides_nothing(event)
    return Meaning(outcome=Accepted.KEPT, keep=True)


def _decides_nothing(event: Event) -> Meaning:
    """Drop words that decide a card, where none is open: kept, they would become a task or an answer."""
    text = event.text.strip()
    return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="decides_nothing", facts={"text": text})


def _which(theirs: Sequence[InputRequest]) -> Meaning:
    questions = ", ".join(f"{number}. {request.agent}" for number, request in enumerate(theirs, 1))
    facts: dict[str, object] = {"count": len(theirs), "questions": questions}
    return Meaning(outcome=Accepted.ASKED_WHICH, text_id="which_question", facts=facts)


def _answer(event: Event, request: InputRequest, now: datetime) -> Meaning:
    if now >= request.expires_at:
        return Meaning(outcome=Accepted.TOO_LATE, text_id="too_late_expired")
    if request.kind is RequestKind.TEXT:
        return _text(event, request, now)
    if request.kind is RequestKind.CHOICE:
        return _choice(event, request, now)
    return _approval(event, request, now)


def _text(event: Event, request: InputRequest, now: datetime) -> Meaning:
    if says_nothing(event) and event.person.bot:
        return _not_allowed(event)
    if says_nothing(event) and not request.empty_runs:
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="empty_says_nothing")
    if _is_wordless(event):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="empty_decides_nothing")
    return _answered(event, request, Answer(text=spoken(event.text), by=event.person, at=now))


def _choice(event: Event, request: InputRequest, now: datetime) -> Meaning:
    if says_nothing(event) and request.empty_runs and not _is_wordless(event):
        return _answered(event, request, Answer(text="", by=event.person, at=now))
    chosen = option(event.text, request.choices)
    if chosen is None:
        facts: dict[str, object] = {"count": len(request.choices)}
        file = _only_files(event)
        text_id = "choose_how_file" if file else "choose_how"
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id=text_id, facts=facts, keep=file)
    return _answered(event, request, Answer(text=chosen, by=event.person, at=now))


def _approval(event: Event, request: InputRequest, now: datetime) -> Meaning:
    before: Decided = request.decided or (None,) * len(request.items)
    if any(decision is not None and _changes_to_nothing(decision) for decision in event.decisions):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="change_empty")
    after = _decisions(event, before, request.items)
    if after is None and spoken(event.text) == "exit":
        return _answered(event, request, Answer(text="exit", by=event.person, at=now))
    if after is None:
        return _other_words(event, request, now)
    if after == before:
        return Meaning(outcome=Accepted.TOO_LATE, text_id="already_decided")
    if _approves_unseen(request, before, after):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_unseen", facts=_numbered(request.unseen))
    decisions = tuple(decision for decision in after if decision is not None)
    if len(decisions) < len(after):
        facts: dict[str, object] = {"decided": len(decisions), "count": len(after)}
        return Meaning(outcome=Accepted.ANSWERED, request=request, decided=after, text_id="decided_some", facts=facts)
    return _answered(event, request, Answer(decisions=decisions, by=event.person, at=now))


def _approves_unseen(request: InputRequest, before: Decided, after: Decided) -> bool:
    """Say whether that approves what nobody could be shown; what a person wrote instead, they have seen."""
    new = [(number, now) for number, (old, now) in enumerate(zip(before, after, strict=True), 1) if old is None]
    approved = {number for number, now in new if now and now.verdict is Verdict.APPROVE and now.content is None}
    return not approved.isdisjoint(request.unseen)


def _numbered(items: Sequence[int]) -> dict[str, object]:
    return {"items": ", ".join(map(str, items))}


def _changes_to_nothing(decision: Decision) -> bool:
    changes = decision.verdict is Verdict.APPROVE and decision.content is not None
    return changes and not (decision.content or "").strip()


def _decisions(event: Event, before: Decided, items: Sequence[ApprovalItem]) -> Decided | None:
    if not event.decisions:
        return verdicts(event.text, before)
    if len(event.decisions) != len(before) or not any(event.decisions):
        return None
    pressed = zip(before, event.decisions, items, strict=True)
    return tuple(old or (new and _as_meant(new, item)) for old, new, item in pressed)


def _as_meant(decision: Decision, item: ApprovalItem) -> Decision:
    """Return a decision without a change that changes nothing: of what is rejected, or to the same text."""
    same = decision.verdict is Verdict.REJECT or decision.content == item.content
    return replace(decision, content=None) if same else decision


def _other_words(event: Event, request: InputRequest, now: datetime) -> Meaning:
    """Never a yes: feedback instead of running for code, kept for tools."""
    several = "_items" if len(request.items) > 1 else ""
    if event.kind is EventKind.DECISION or says_nothing(event) or is_number(event.text):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id=f"approve_how{several}")
    if _only_files(event):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_how_file", keep=True)
    if not takes_feedback(request):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_how_kept", keep=True)
    feedback = Answer(text=spoken(event.text), attachments=event.attachments, by=event.person, at=now)
    return Meaning(outcome=Accepted.FEEDBACK, request=request, answer=feedback)


def _answered(event: Event, request: InputRequest, answer: Answer) -> Meaning:
    whole = Answer(
        text=answer.text, decisions=answer.decisions, attachments=event.attachments, by=event.person, at=answer.at
    )
    return Meaning(outcome=Accepted.ANSWERED, request=request, answer=whole)
