"""What a person is told whose press is handled again. Pure."""

from __future__ import annotations

from bot.domain import Accepted, Event, EventKind, InputRequest, RequestStatus
from bot.inbox.meant import Meaning

_REFUSALS = frozenset({Accepted.TOO_LATE, Accepted.NOT_ALLOWED, Accepted.NOT_UNDERSTOOD})


def said_again(
    event: Event, meaning: Meaning, named: InputRequest | None, language: str
) -> tuple[str, dict[str, object]]:
    """Return the sentence, and its facts, for a person whose press is handled again; empty: none.

    Only they are shown it, so it is lost when the process dies before that. What was recorded then decides what is true
    now; whose press has decided something is not told that they were too late.

    Args:
        event: The press, which was recorded before.
        meaning: What it would mean now.
        named: The request that it names.
        language: In which the facts stand in words.
    """
    if event.kind is not EventKind.DECISION or meaning.outcome not in _REFUSALS:
        return "", {}
    if meaning.text_id == "already_decided" and named is not None:
        decided = sum(decision is not None for decision in named.decided)
        return "decided_some", {"decided": decided, "count": len(named.items)}
    if named is not None and named.status is RequestStatus.ANSWERED and _may_have_decided(event, named):
        return "", {}
    return meaning.text_id, meaning.facts_in(language)


def _may_have_decided(event: Event, answered: InputRequest) -> bool:
    # A press on one of several items; any other closes the request in the name of who pressed.
    some = None in event.decisions
    by = answered.answer.by if answered.answer is not None else None
    return some or (by is not None and by.id == event.person.id)
