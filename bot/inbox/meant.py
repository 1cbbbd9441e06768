"""What is to be done about an event, and what an event holds. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain import Accepted, Answer, Event, EventKind, InputRequest
from bot.inbox.access import Refusal
from bot.inbox.words import Decided, begins_verdict, spoken


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
    refusal: Refusal | None = None
    """What the person may not do, where they wanted to: it stands in the audit log."""

    def facts_in(self, language: str) -> dict[str, object]:
        """Return what stands in the sentence's braces, in words of this language."""
        return {**self.facts, **(self.refusal.facts(language) if self.refusal is not None else {})}


def denied(event: Event, refusal: Refusal) -> Meaning:
    """Refuse what an event wants. People who talk to each other beside a question want nothing of the bot."""
    if is_overheard(event):
        return Meaning(outcome=Accepted.NOT_ALLOWED)
    return Meaning(outcome=Accepted.NOT_ALLOWED, text_id=refusal.text_id, refusal=refusal)


def answered(event: Event, request: InputRequest, answer: Answer) -> Meaning:
    """Answer a request, with the files that came along."""
    whole = Answer(
        text=answer.text, decisions=answer.decisions, attachments=event.attachments, by=event.person, at=answer.at
    )
    return Meaning(outcome=Accepted.ANSWERED, request=request, answer=whole)


def says_nothing(event: Event) -> bool:
    """Say whether a message is empty and brings no file."""
    return not event.text.strip() and not event.attachments


def is_wordless(event: Event) -> bool:
    """Say whether a message has nothing that we can read: a sticker, a poll, a file that could not be fetched.

    Whoever sent it has said something, so it is no empty answer: that one is given on purpose, as a decision.
    """
    return event.kind is EventKind.MESSAGE and says_nothing(event)


def only_files(event: Event) -> bool:
    """Say whether a message is nothing but files."""
    return event.kind is EventKind.MESSAGE and bool(event.attachments) and not event.text.strip()


def is_overheard(event: Event) -> bool:
    """Say whether a person said something in the thread that neither names the bot nor could decide anything."""
    if event.kind is not EventKind.MESSAGE or event.addressed or event.request is not None or event.person.bot:
        return False
    return not begins_verdict(event.text) and spoken(event.text) != "exit"
