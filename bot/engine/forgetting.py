"""Deleting conversations: because somebody wants it, or because they are older than conversations are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from bot.domain import AuditAction, AuditEntry, ConversationId, ForgetReason, ForgetWish, RunId, ThreadRef
from bot.ports import Clock, Records, Store

AT_ONCE = 20
"""Conversations that one sweep deletes, each in a transaction of its own."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A conversation that was deleted."""

    conversation: ConversationId
    run: RunId | None
    """Its latest run."""


class Forgetting:
    """Deletes conversations while an engine works, and ends what works there."""

    def __init__(self, store: Store, clock: Clock, *, gone: Callable[[Gone], Awaitable[None]]) -> None:
        """Prepare.

        Args:
            store: Where they are.
            clock: Where time comes from.
            gone: Called after each transaction: ends the step that is under way, and drops what is in memory.
        """
        self._store = store
        self._clock = clock
        self._gone = gone

    async def fulfil(self) -> None:
        """Delete what somebody wants deleted.

        Raises:
            StoreError: The rest is deleted at another time.
        """
        for wish in await self._store.read(lambda records: records.forgetting.wishes(most=AT_ONCE)):
            await self._forget(wish)

    async def forget_old(self, moment: datetime) -> bool:
        """Delete some of what nobody has touched since then; say whether there may be more.

        Raises:
            StoreError: The rest is deleted at another time.
        """
        found = await self._store.read(lambda records: records.retention.before(moment, most=AT_ONCE))
        for conversation in found:
            await self._forget(
                ForgetWish(conversation=conversation, reason=ForgetReason.RETENTION, untouched_since=moment)
            )
        return len(found) == AT_ONCE

    async def _forget(self, wish: ForgetWish) -> None:
        work = partial(forget, wish=wish, now=self._clock.now())
        gone = await self._store.write(work, patient=True)
        if gone is not None:
            await self._gone(gone)
            log.info("conversation.forgotten", conversation=wish.conversation, reason=wish.reason.value)


def forget(records: Records, *, wish: ForgetWish, now: datetime) -> Gone | None:
    """Delete a conversation in this transaction and say so in the audit log; None: there is nothing to delete.

    Where something was said or done since the wish allows, the conversation stays, and the wish is over.
    """
    conversation = wish.conversation
    if wish.untouched_since is not None and not records.retention.idle(conversation, wish.untouched_since):
        records.forgetting.withdraw(conversation)
        return None
    known = records.conversations.get(conversation)
    held = records.retention.holds(conversation)
    if not records.retention.forget(conversation):
        return None
    thread = ThreadRef.parse(conversation)
    entry = AuditEntry(
        at=now,
        action=AuditAction.FORGOT,
        person=wish.person,
        place=f"{thread.adapter}:{thread.workspace}:{thread.channel}",
        conversation=conversation,
        detail={"reason": wish.reason.value, **held},
    )
    records.audit.add(entry)
    return Gone(conversation=conversation, run=known.run if known is not None else None)
