"""Questions to people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from bot.domain import Answer, ConversationId, Decision, InputRequest, RequestId, RequestKind, RequestStatus, RunId
from bot.store.codec import pack, pack_optional, unpack, unpack_optional
from bot.store.database import insert
from bot.store.records.persons import person_of
from bot.store.records.transaction import Transaction
from bot.store.schema import OPEN, REPLAYED, awaited, requests

_OPEN = insert(requests).on_conflict_do_nothing()
_COLUMNS = sa.select(requests.c.request, requests.c.status, requests.c.answer).order_by(requests.c.number)
_GET = _COLUMNS.where(requests.c.id == bindparam("an_id"))
_OF = _COLUMNS.where(requests.c.conversation == bindparam("a_conversation"))
_OPEN_OF = _OF.where(OPEN)
_STATUS_OF = _OF.where(requests.c.status == bindparam("a_status"))
_NEWEST_OF = (
    sa.select(requests.c.request, requests.c.status, requests.c.answer)
    .where(requests.c.conversation == bindparam("a_conversation"))
    .order_by(requests.c.number.desc())
    .limit(bindparam("most"))
)
_ANSWERED = _COLUMNS.where(REPLAYED, requests.c.run == bindparam("a_run"))
_REPLACE = sa.update(requests).where(requests.c.id == bindparam("an_id"), OPEN).values(request=bindparam("new_request"))
_CLOSE = (
    sa.update(requests)
    .where(requests.c.id == bindparam("an_id"), OPEN)
    .values(status=bindparam("new_status"), answer=bindparam("new_answer"))
)
_AWAIT = insert(awaited).on_conflict_do_nothing()
_AWAIT_NO_MORE = sa.delete(awaited).where(awaited.c.request == bindparam("a_request"))

# As many as may wait in memory, where they are short: approvals carry code.
_REMEMBERED = 64
_SHORT = 20_000


class SqlRequests:
    """`bot.ports.Requests` of one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def open(self, request: InputRequest) -> None:
        """Record an open request; a second one with the same run and key, or the same id, changes nothing."""
        row = {
            "id": request.id,
            "run": request.run,
            "conversation": request.conversation,
            "key": request.key,
            "status": request.status.value,
            "request": pack(replace(request, answer=None)),
            "answer": pack_optional(request.answer),
        }
        added = self._transaction.execute(_OPEN, row).rowcount > 0
        if added and request.may_answer:
            named = [person_of(request.conversation, person) for person in request.may_answer]
            self._transaction.execute(_AWAIT, [{"person": person, "request": request.id} for person in named])

    def get(self, request: RequestId) -> InputRequest | None:
        """Return it as it is now."""
        return next(iter(_requests(self._transaction.execute(_GET, {"an_id": request}))), None)

    def of(
        self, conversation: ConversationId, *, status: RequestStatus | None = None, newest: int | None = None
    ) -> list[InputRequest]:
        """Return the conversation's requests, oldest first; with `newest`, so many of the last ones at most."""
        assert status is None or newest is None
        values = {"a_conversation": conversation}
        if newest is not None:
            return _requests(self._transaction.execute(_NEWEST_OF, {**values, "most": newest}))[::-1]
        if status is None:
            found = self._transaction.execute(_OF, values)
        elif status is RequestStatus.OPEN:
            # The one that every message asks; it has an index of its own.
            found = self._transaction.execute(_OPEN_OF, values)
        else:
            found = self._transaction.execute(_STATUS_OF, {**values, "a_status": status.value})
        return _requests(found)

    def answered(self, run: RunId) -> list[InputRequest]:
        """Return the run's answered and expired requests, oldest first: what a replay answers with."""
        return _requests(self._transaction.execute(_ANSWERED, {"a_run": run}))

    def decide(
        self, request: RequestId, decided: tuple[Decision | None, ...] | None = None, *, unseen: Collection[int] = ()
    ) -> None:
        """Replace what is decided so far of an open approval (None: nothing new); any other request is left as it is.

        `unseen`: items that nobody can be shown, besides those that are noted already.
        """
        found = self.get(request)
        if found is not None and found.kind is RequestKind.APPROVAL and found.status is RequestStatus.OPEN:
            hidden = tuple(sorted({*found.unseen, *unseen}))
            now = found.decided if decided is None else decided
            moved = replace(found, decided=now, unseen=hidden, answer=None)
            self._transaction.execute(_REPLACE, {"an_id": request, "new_request": pack(moved)})

    def close(self, request: RequestId, status: RequestStatus, answer: Answer | None = None) -> bool:
        """Move an open request to this status; False when it was not open any more: the first one wins.

        Raises:
            ValueError: The status is open.
        """
        if status is RequestStatus.OPEN:
            raise ValueError("a request is closed as answered, expired or cancelled")
        moved = {"an_id": request, "new_status": status.value, "new_answer": pack_optional(answer)}
        closed = self._transaction.execute(_CLOSE, moved).rowcount > 0
        if closed:
            self._transaction.execute(_AWAIT_NO_MORE, {"a_request": request})
        return closed


@lru_cache(maxsize=_REMEMBERED)
def _remembered(text: str) -> InputRequest:
    return unpack(InputRequest, text)


def forget_questions() -> None:
    """Forget what was asked: some of it is deleted."""
    _remembered.cache_clear()


def _request_of(text: str) -> InputRequest:
    """Return what was asked. The step that asked has read it already, and the answer to it reads it again."""
    return _remembered(text) if len(text) <= _SHORT else unpack(InputRequest, text)


def _requests(found: Iterable[Any]) -> list[InputRequest]:
    return [_request(row) for row in found]


def _request(row: Any) -> InputRequest:
    asked, answer = _request_of(row.request), unpack_optional(Answer, row.answer)
    if asked.status == row.status and asked.answer is answer is None:
        return asked
    return replace(asked, status=RequestStatus(row.status), answer=answer)
