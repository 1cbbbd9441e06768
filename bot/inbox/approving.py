"""What an event decides of an approval. Pure.

Only a press, a form, or a message that is nothing but a verdict in a person's own words decides. What was changed after
it was said, and what is quoted or forwarded, is no verdict, whatever it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import Accepted, Answer, ApprovalItem, Decision, Event, EventKind, InputRequest, Verdict
from bot.inbox.access import Access, Refusal, Why
from bot.inbox.meant import Meaning, answered, only_files, says_nothing
from bot.inbox.words import Decided, begins_verdict, is_number, own_words, spoken, verdicts
from bot.outbox.cards import takes_feedback


def approval(event: Event, request: InputRequest, now: datetime, access: Access) -> Meaning:
    """Decide an approval, or some of it, or say why that decides nothing."""
    before = so_far(request)
    if (unusable := _unusable(event.decisions)) is not None:
        return unusable
    if event.edited and event.text.strip():
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_changed")
    after = _decisions(event, before, request.items)
    if after is None and spoken(event.text) == "exit":
        return answered(event, request, Answer(text="exit", by=event.person, at=now))
    if after is None:
        return _quoted(event) or _other_words(event, request, now)
    if after == before:
        return Meaning(outcome=Accepted.TOO_LATE, text_id="already_decided")
    return _decided(event, request, after, now, access)


def _decided(event: Event, request: InputRequest, after: Decided, now: datetime, access: Access) -> Meaning:
    """Take a decision that is new, unless nobody may decide so."""
    before = so_far(request)
    if _approves_unseen(request, before, after):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_unseen", facts=_numbered(request.unseen))
    if access.two_decide(request) and any(one is not None and one.content is not None for one in new_in(before, after)):
        refusal = Refusal(what="change", why=Why.FOUR_EYES, text_id="change_four_eyes")
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id=refusal.text_id, refusal=refusal)
    decisions = tuple(decision for decision in after if decision is not None)
    if len(decisions) < len(after):
        facts: dict[str, object] = {"decided": len(decisions), "count": len(after)}
        return Meaning(outcome=Accepted.ANSWERED, request=request, decided=after, text_id="decided_some", facts=facts)
    return answered(event, request, Answer(decisions=decisions, by=event.person, at=now))


def so_far(request: InputRequest) -> Decided:
    """Return what is decided of an approval, item by item."""
    return request.decided or (None,) * len(request.items)


def new_in(before: Decided, after: Sequence[Decision | None]) -> Decided:
    """Return, item by item, what is decided now and was not before."""
    return tuple(now if old is None else None for old, now in zip(before, after, strict=True))


def approves(meaning: Meaning, request: InputRequest) -> bool:
    """Say whether an item is approved that was not decided before."""
    after = meaning.answer.decisions if meaning.answer is not None else meaning.decided
    # Feedback and `exit` decide no item.
    new = new_in(so_far(request), after) if after else ()
    return any(decision is not None and decision.verdict is Verdict.APPROVE for decision in new)


def _quoted(event: Event) -> Meaning | None:
    """Return what quoted words mean that stand alone, or beside a verdict; None: the message is the person's own."""
    if event.kind is not EventKind.MESSAGE or not event.text.strip():
        return None
    own = own_words(event.text)
    if not own:
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_quoted_kept", keep=True)
    if own.split() != event.text.split() and (spoken(own) == "exit" or begins_verdict(own)):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_quoted")
    return None


def _approves_unseen(request: InputRequest, before: Decided, after: Decided) -> bool:
    """Say whether that approves what nobody could be shown; what a person wrote instead, they have seen."""
    new = enumerate(new_in(before, after), 1)
    approved = {number for number, now in new if now and now.verdict is Verdict.APPROVE and now.content is None}
    return not approved.isdisjoint(request.unseen)


def _numbered(items: Sequence[int]) -> dict[str, object]:
    return {"items": ", ".join(map(str, items))}


def _unusable(decisions: Sequence[Decision | None]) -> Meaning | None:
    """Refuse a changed text that is empty, or that is no text: no executor could be given its bytes."""
    approved = [one for one in decisions if one is not None and one.verdict is Verdict.APPROVE]
    texts = [one.content for one in approved if one.content is not None]
    if not all(text.strip() for text in texts):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="change_empty")
    if not all(_is_encodable(text) for text in texts):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="change_broken")
    return None


def _is_encodable(text: str) -> bool:
    # Half of a character that takes two.
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


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
    if only_files(event):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_how_file", keep=True)
    if not takes_feedback(request):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="approve_how_kept", keep=True)
    feedback = Answer(text=spoken(event.text), attachments=event.attachments, by=event.person, at=now)
    return Meaning(outcome=Accepted.FEEDBACK, request=request, answer=feedback)
