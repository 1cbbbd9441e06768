"""What a person is told when a talk begins, beside the thread itself. Pure, over the store's records."""

from __future__ import annotations

from bot.commands.threads import name_of
from bot.domain import ConversationId, RunStatus, ThreadRef
from bot.ports import Records
from bot.texts import say


def sentences(records: Records, thread: ThreadRef, *, team: str | None, language: str) -> list[str]:
    """Return what else this process takes up, and that a team was asked for which the open run does not have."""
    told = []
    others = [name_of(ThreadRef.parse(of)) for of in _at_work(records) if of != thread.conversation]
    if others:
        told.append(say("console_others", language, threads=", ".join(others)))
    has = _open_team(records, thread.conversation)
    if team is not None and has is not None and has != team:
        told.append(say("console_other_team", language, open=has, team=team))
    return told


def _at_work(records: Records) -> list[ConversationId]:
    return [of for of in records.conversations.unfinished() if _status(records, of) is RunStatus.WORKING]


def _status(records: Records, conversation: ConversationId) -> RunStatus | None:
    known = records.conversations.get(conversation)
    run = records.runs.get(known.run) if known is not None and known.run is not None else None
    return run.status if run is not None else None


def _open_team(records: Records, conversation: ConversationId) -> str | None:
    """Return the team of the run that is not over, if there is one."""
    known = records.conversations.get(conversation)
    run = records.runs.get(known.run) if known is not None and known.run is not None else None
    return run.team if run is not None and not run.status.final else None
