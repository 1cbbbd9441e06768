"""What a press on a card, or a form that was sent, means for the request that it is about. Pure.

Whether it is about what waits now is compared first: another thread, other bytes or an item that does not exist, and
nothing is decided. Who may decide, and whether it is too late, is the core's to say.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.chat.content.edits import from_form
from adapters.chat.handling.about import About, Action
from bot.domain import (
    Decision,
    Delivery,
    Event,
    EventKind,
    InputRequest,
    Person,
    RequestKind,
    ThreadRef,
    Verdict,
)


def thread_of(request: InputRequest) -> ThreadRef:
    """Return the thread in which a request waits."""
    return ThreadRef.parse(request.conversation)


def pressed_event(delivery: Delivery, action: Action, about: About, request: InputRequest, person: Person) -> Event:
    """Return what a button or a menu means as an event; `reject` and `edit` open forms and decide nothing yet."""
    text = ""
    decisions: tuple[Decision | None, ...] = ()
    if action is Action.CHOOSE:
        text = request.choices[about.item - 1] if about.item else ""
    elif action is Action.EXIT:
        text = "exit"
    elif action is Action.APPROVE:
        decisions = decided(request, about.item, Decision(verdict=Verdict.APPROVE))
    return _event(delivery, request, person, text=text, decisions=decisions, stops=action is Action.STOP)


def submitted_event(
    delivery: Delivery, action: Action, about: About, text: str, request: InputRequest, person: Person
) -> Event:
    """Return what a form means as an event: the reason of a rejection, or exactly the code that is to run."""
    if action is Action.REJECT:
        decisions = decided(request, about.item, Decision(verdict=Verdict.REJECT, reason=text))
        return _event(delivery, request, person, decisions=decisions)
    item = about.item or 1
    proposed = request.items[item - 1].content if item <= len(request.items) else ""
    code = from_form(text, proposed)
    # Unchanged code is the item's own: its card then says plainly that it was approved.
    change = Decision(verdict=Verdict.APPROVE, content=None if code == proposed else code)
    return _event(delivery, request, person, decisions=decided(request, item, change))


def decided(request: InputRequest, item: int | None, decision: Decision) -> tuple[Decision | None, ...]:
    """Return a decision on one item (from 1), or on all that are left."""
    if request.kind is not RequestKind.APPROVAL:
        return ()
    numbers: Sequence[int] = range(1, len(request.items) + 1)
    return tuple(decision if item in (None, number) else None for number in numbers)


def _event(
    delivery: Delivery,
    request: InputRequest,
    person: Person,
    *,
    text: str = "",
    decisions: tuple[Decision | None, ...] = (),
    stops: bool = False,
) -> Event:
    return Event(
        kind=EventKind.STOP if stops else EventKind.DECISION,
        delivery=delivery.id,
        thread=thread_of(request),
        person=person,
        at=delivery.received_at,
        text=text,
        request=request.id,
        decisions=decisions,
    )
