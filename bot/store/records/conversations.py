"""Our records of threads."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import Conversation, ConversationId, ConversationSummary, RunId
from bot.errors import FencedError
from bot.store.database import insert
from bot.store.records.summaries import theirs
from bot.store.records.transaction import Transaction
from bot.store.schema import EPOCHS, UNSENT, WORKING, conversations, notes, outbox, runs

_GET = sa.select(conversations).where(conversations.c.id == bindparam("an_id"))
# A deleted conversation that is begun anew goes on from its epoch, or a step of before could take it for its own.
_floor = sa.select(sa.cast(notes.c.text, sa.Integer)).where(
    notes.c.adapter == EPOCHS, notes.c.name == bindparam("an_id", type_=sa.Text)
)
_put = insert(conversations).values(
    id=bindparam("an_id"),
    team=bindparam("a_team"),
    language=bindparam("a_language"),
    epoch=bindparam("an_epoch", type_=sa.Integer) + sa.func.coalesce(_floor.scalar_subquery(), 0),
    run=bindparam("a_run"),
    muted=bindparam("is_muted"),
)
_PUT = _put.on_conflict_do_update(
    index_elements=[conversations.c.id],
    set_={
        "team": _put.excluded.team,
        "language": _put.excluded.language,
        "run": _put.excluded.run,
        "muted": _put.excluded.muted,
    },
)
_RAISE = (
    sa.update(conversations)
    .where(conversations.c.id == bindparam("an_id"))
    .values(epoch=conversations.c.epoch + 1)
    .returning(conversations.c.epoch)
)
_EPOCH = sa.select(conversations.c.epoch).where(conversations.c.id == bindparam("an_id"))
_UNFINISHED = sa.union(
    sa.select(runs.c.conversation, sa.literal(1).label("works")).where(WORKING),
    sa.select(outbox.c.conversation, sa.literal(0).label("works")).where(UNSENT),
)


class SqlConversations:
    """`bot.ports.Conversations` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, conversation: ConversationId) -> Conversation | None:
        """Return it as it is now."""
        row = self._transaction.execute(_GET, {"an_id": conversation}).one_or_none()
        if row is None:
            return None
        return Conversation(
            id=ConversationId(row.id),
            team=row.team,
            language=row.language,
            epoch=row.epoch,
            run=None if row.run is None else RunId(row.run),
            muted=bool(row.muted),
        )

    def put(self, conversation: Conversation) -> None:
        """Create it, or replace all but its epoch."""
        row = {
            "an_id": conversation.id,
            "a_team": conversation.team,
            "a_language": conversation.language,
            "an_epoch": conversation.epoch,
            "a_run": conversation.run,
            "is_muted": int(conversation.muted),
        }
        self._transaction.execute(_PUT, row)

    def raise_epoch(self, conversation: ConversationId) -> int:
        """Raise the epoch by one and return it.

        Raises:
            FencedError: There is no such conversation.
        """
        epoch = self._transaction.execute(_RAISE, {"an_id": conversation}).scalar_one_or_none()
        if epoch is None:
            raise FencedError(f"There is no conversation {conversation}.")
        return int(epoch)

    def check_epoch(self, conversation: ConversationId, epoch: int) -> None:
        """Return if the epoch still is this one, within the running transaction.

        Raises:
            FencedError: A newer step, or a stop, owns the conversation; or there is none.
        """
        current = self._transaction.execute(_EPOCH, {"an_id": conversation}).scalar_one_or_none()
        if current is None:
            raise FencedError(f"There is no conversation {conversation}.")
        if current != epoch:
            raise FencedError(f"Conversation {conversation} is at epoch {current}; this step began at {epoch}.")

    def unfinished(self, adapters: Collection[str] | None = None) -> list[ConversationId]:
        """Return those with a working run, or a post that is not sent: what recovery wakes.

        With adapters, posts that none of these can send don't count.
        """
        found = self._transaction.execute(_UNFINISHED).all()
        ours = (row.conversation for row in found if row.works or _sendable(row.conversation, adapters))
        return [ConversationId(conversation) for conversation in dict.fromkeys(ours)]

    def theirs(self, person: str, *, adapter: str, workspace: str, limit: int = 20) -> list[ConversationSummary]:
        """Return the conversations that concern a person: those that wait for them first, then the newest."""
        return theirs(self._transaction, f"{adapter}:{workspace}:{person}", person, limit)


def _sendable(conversation: str, adapters: Collection[str] | None) -> bool:
    return adapters is None or conversation.partition(":")[0] in adapters
