"""What `threadfast forget` finds, shows and deletes, over the store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot.commands.threads import name_of, thread_of
from bot.domain import ConversationId, ForgetReason, ForgetWish, ThreadRef
from bot.engine.forgetting import forget
from bot.errors import ThreadfastError
from bot.ports import Records, Store

MOST = 1_000_000
"""Conversations at once."""
SHOWN = 20
"""Conversations that are shown one by one."""
SHORTEST = 4
"""Letters that the beginning of an id has."""
PATIENCE = 30.0
"""Seconds in which the engine deletes nothing, after which nobody waits for it any more."""
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which conversations; one of these is given."""

    person: str | None = None
    conversation: str | None = None
    untouched_since: datetime | None = None


def found(records: Records, wanted: Wanted) -> list[ConversationId]:
    """Return the conversations that are meant.

    Raises:
        ThreadfastError: There is no such conversation, or there are several.
    """
    if wanted.person is not None:
        return records.forgetting.of_person(wanted.person, most=MOST)
    if wanted.untouched_since is not None:
        return records.retention.before(wanted.untouched_since, most=MOST)
    assert wanted.conversation is not None
    return [_named(records, wanted.conversation)]


def _named(records: Records, name: str) -> ConversationId:
    own = thread_of(name).conversation
    if records.conversations.get(own) is not None:
        return own
    begun = records.forgetting.begun(name, most=SHOWN) if len(name) >= SHORTEST else []
    if not begun:
        raise ThreadfastError(f"There is no conversation {name!r}. `threadfast runs ID` shows a run's.")
    if len(begun) > 1:
        raise ThreadfastError(f"{name!r} begins several ids: {', '.join(begun)}. Give one of them.")
    return begun[0]


def of_each(records: Records, conversations: Sequence[ConversationId]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return a row for each of the first conversations, and sentences that count what all of them hold."""
    rows = [_row(records, each) for each in conversations[:SHOWN]]
    total: dict[str, int] = {}
    for each in conversations:
        for name, count in records.retention.holds(each).items():
            total[name] = total.get(name, 0) + count
    lines = [f"and {len(conversations) - SHOWN} more"] if len(conversations) > SHOWN else []
    lines.append(
        f"In all {len(conversations)} conversations with {total['runs']} runs, {total['messages']} messages, "
        f"{total['requests']} questions and {total['posts']} posts."
    )
    if total["open_runs"]:
        lines.append(f"Runs that are open, and will be ended: {total['open_runs']}.")
    return rows, lines


def _row(records: Records, conversation: ConversationId) -> tuple[str, ...]:
    held = records.retention.holds(conversation)
    known = records.conversations.get(conversation)
    run = records.runs.get(known.run) if known is not None and known.run is not None else None
    begun = run.started_at.astimezone().strftime("%Y-%m-%d %H:%M") if run is not None else ""
    return (
        name_of(ThreadRef.parse(conversation)),
        known.team if known is not None else "",
        run.status.value if run is not None else "",
        begun,
        *(str(held[name]) for name in ("runs", "messages", "posts")),
    )


async def delete(store: Store, wanted: Wanted, conversations: Sequence[str]) -> int:
    """Delete them, each in a transaction of its own; return how many there still were."""
    deleted = 0
    for each in conversations:
        work = partial(forget, wish=_wish(each, wanted), now=datetime.now(UTC))
        deleted += await store.write(work) is not None
    return deleted


async def have_deleted(store: Store, wanted: Wanted, conversations: Sequence[str]) -> tuple[int, int]:
    """Ask the engine that works on this store to delete them, and wait.

    Return how many it has not come to, and how many stay because something was said or done there meanwhile.
    """
    await store.write(partial(_ask, conversations=conversations, wanted=wanted))
    left, waited = len(conversations), 0.0
    while left and waited < PATIENCE:
        await asyncio.sleep(LOOK_SECONDS)
        now_left = await store.read(partial(_left, conversations=frozenset(conversations)))
        waited = 0.0 if now_left < left else waited + LOOK_SECONDS
        left = now_left
    return left, await store.read(partial(_touched, conversations=conversations, wanted=wanted))


def _ask(records: Records, *, conversations: Sequence[str], wanted: Wanted) -> None:
    for each in conversations:
        records.forgetting.wish(_wish(each, wanted))


def _touched(records: Records, *, conversations: Sequence[str], wanted: Wanted) -> int:
    since = wanted.untouched_since
    return sum(since is not None and not records.retention.idle(ConversationId(each), since) for each in conversations)


def _left(records: Records, *, conversations: frozenset[str]) -> int:
    return sum(wish.conversation in conversations for wish in records.forgetting.wishes(most=MOST))


def _wish(conversation: str, wanted: Wanted) -> ForgetWish:
    return ForgetWish(
        conversation=ConversationId(conversation),
        reason=ForgetReason.OPERATOR,
        untouched_since=wanted.untouched_since,
    )
