"""What an event says to a question for text or to a choice. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.domain import Accepted, Answer, Event, InputRequest
from bot.inbox.access import Refusal, Why
from bot.inbox.meant import Meaning, answered, denied, is_wordless, only_files, says_nothing
from bot.inbox.words import option, spoken


def text(event: Event, request: InputRequest, now: datetime) -> Meaning:
    """Answer a question for text."""
    if says_nothing(event) and event.person.bot:
        return denied(event, Refusal(what="answer", why=Why.BOT, text_id="not_allowed_bot"))
    if says_nothing(event) and not request.empty_runs:
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="empty_says_nothing")
    if is_wordless(event):
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id="empty_decides_nothing")
    return answered(event, request, Answer(text=spoken(event.text), by=event.person, at=now))


def choice(event: Event, request: InputRequest, now: datetime) -> Meaning:
    """Choose an option, by its words or its number."""
    if says_nothing(event) and request.empty_runs and not is_wordless(event):
        return answered(event, request, Answer(text="", by=event.person, at=now))
    chosen = option(event.text, request.choices)
    if chosen is None:
        facts: dict[str, object] = {"count": len(request.choices)}
        file = only_files(event)
        text_id = "choose_how_file" if file else "choose_how"
        return Meaning(outcome=Accepted.NOT_UNDERSTOOD, text_id=text_id, facts=facts, keep=file)
    return answered(event, request, Answer(text=chosen, by=event.person, at=now))
