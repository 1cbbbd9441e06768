"""What a changed message changes. Part of a transaction."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import Accepted, Event, Receipt
from bot.inbox.meaning import changed_by
from bot.inbox.meant import says_nothing
from bot.ports import Records


def edit(records: Records, event: Event) -> Receipt:
    """Change a message that nobody has used yet; the edit never starts, answers or decides anything."""
    conversation = event.thread.conversation
    kept = records.inbox.take_kept(conversation)
    old = changed_by(event, kept)
    # Without its message's id: that one is known, by the message that it changes.
    new = old is not None and records.inbox.add(replace(event, message=None))
    for message in kept:
        current = _changed(message, event) if new and message is old else message
        if current is message or not says_nothing(event):
            records.inbox.keep(current)
    outcome = Accepted.IGNORED if old is None else Accepted.CHANGED if new else Accepted.DUPLICATE
    return Receipt(outcome=outcome, conversation=conversation)


def _changed(message: Event, edit: Event) -> Event:
    """Return a message with what it says now, and with what is known of its author since then."""
    now = edit.person if edit.person.id == message.person.id else replace(message.person, groups=())
    person = replace(message.person, guest=now.guest, external=now.external, groups=now.groups)
    return replace(message, text=edit.text, at=edit.at, person=person)
