"""The run that follows one that has ended: the messages that were kept meanwhile start it, if they may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain import Conversation, ConversationId, Event, Json, Run
from bot.inbox.access import Refusal, Why
from bot.inbox.audited import Log
from bot.inbox.kept import left_out, sort
from bot.inbox.runs import start_run, take_words
from bot.outbox import run_notice_post
from bot.ports import PinnedTeams, Records
from bot.texts import say


def next_run(records: Records, pins: PinnedTeams, conversation: ConversationId, now: datetime) -> Run | None:
    """Start the run that kept messages ask for, if there are any. They are used up, so no failure starts a chain."""
    words = take_words(records, conversation)
    current = records.conversations.get(conversation)
    if not words or current is None:
        return None
    own = sort(words, lambda event: event.team is None or pins.may_start(event, event.team), now)
    team = next((event.team for event in reversed(own.used) if event.team is not None), current.team)
    kept = sort(words, lambda event: all(pins.may_start(event, each) for each in {team, event.team or team}), now)
    pinned = pins.get(team)
    last = records.runs.get(current.run) if current.run is not None else None
    if pinned is None:
        _tell(records, last, [("team", pins.complaint(team, current.language))])
        return None
    _tell(records, last, left_out(kept, current.language))
    return _run_from(records, pins, current, kept.used, team, pinned, now) if kept.used else None


def _tell(records: Records, last: Run | None, notices: Iterable[tuple[str, str]]) -> None:
    if last is not None:
        for key, text in notices:
            records.outbox.add(run_notice_post(last, key, text))


def _run_from(
    records: Records,
    pins: PinnedTeams,
    current: Conversation,
    words: Sequence[Event],
    team: str,
    pinned: Json,
    now: datetime,
) -> Run | None:
    """Start a run in the name of who said the first of the words: what others add makes it nobody else's."""
    first = words[0]
    over = pins.admit(records, first, team, now)
    if over is not None:
        _refuse_kept(records, current, first, team, over, now)
        return None
    run = start_run(records, replace(current, team=team), words, pinned, now, by=first.person)
    said = say("run_from_kept", run.language, text=" / ".join(event.text.strip() for event in words))
    records.outbox.add(run_notice_post(run, "kept", said))
    return run


def _refuse_kept(
    records: Records,
    current: Conversation,
    event: Event,
    team: str,
    over: tuple[str, dict[str, object]],
    now: datetime,
) -> None:
    """Say which budget lets kept messages start no run."""
    text_id, facts = over
    last = records.runs.get(current.run) if current.run is not None else None
    if last is not None:
        records.outbox.add(run_notice_post(last, "budget", say(text_id, current.language, **facts)))
    refusal = Refusal(what="start", why=Why.BUDGET, text_id=text_id)
    log = Log(records=records, thread=event.thread, now=now)
    log.refused(refusal, event.person, run="", request="", team=team)
