"""A database of version 0001 is copied, migrated and read on."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain import RunStatus
from bot.store import open_store
from bot.store.upgrade import HEAD
from tests.unit.store.samples import ANN, NOW, run, thread
from tests.unit.store.test_upgrade import run_alembic, version_of

CONVERSATION = str(thread().conversation)
RUN = (
    "INSERT INTO runs (id, conversation, team, pinned, opening, started_by, language, status, stop_reason, summary,"
    " attempts, started_at) VALUES (?, ?, 'solo', '{}', ?, ?, 'en', ?, '\"\"', '\"\"', 0, ?)"
)
REQUEST = "INSERT INTO requests (id, run, conversation, key, status, request) VALUES (?, 'r1', ?, ?, ?, ?)"
# As version 0001 wrote it: without the fields of later versions.
EVENT: dict[str, Any] = {
    "kind": "message",
    "delivery": "d1",
    "thread": {"adapter": "console", "workspace": "home", "channel": "main", "thread": "t1"},
    "person": {"id": "U1", "name": "Ann", "language": "en"},
    "at": NOW.isoformat(timespec="microseconds"),
    "message": None,
    "text": "and hotels",
    "attachments": [],
    "team": None,
    "request": None,
    "decisions": [],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database as version 0001 left it: a run that waits, a message that is kept."""
    found = tmp_path / "x.db"
    run_alembic(found, "0001")
    asked = {
        "id": "q1",
        "run": "r1",
        "conversation": CONVERSATION,
        "key": "k",
        "kind": "text",
        "agent": "planner",
        "prompt": "Feedback?",
        "may_answer": ["U1", "U2", "U1"],
        "opened_at": EVENT["at"],
        "expires_at": EVENT["at"],
    }
    opening = {"text": "\n plan\ta  trip\nto 北京 \ud800", "attachments": [], "history": []}
    with closing(sqlite3.connect(found)) as database, database:
        put = "INSERT INTO conversations (id, team, language, epoch, run) VALUES (?, 'solo', 'en', 3, 'r1')"
        database.execute(put, [CONVERSATION])
        person = json.dumps({"id": "U1", "name": "Ann", "language": "en"})
        database.execute(RUN, ["r1", CONVERSATION, json.dumps(opening), person, "input_required", EVENT["at"]])
        database.execute(REQUEST, ["q1", CONVERSATION, "k", "open", json.dumps(asked)])
        database.execute(REQUEST, ["q0", CONVERSATION, "j", "answered", json.dumps({**asked, "id": "q0"})])
        kept = "INSERT INTO inbox (adapter, delivery, conversation, event, received_at, kept_at) VALUES (?,?,?,?,?,?)"
        database.execute(kept, ["console", "d1", CONVERSATION, json.dumps(EVENT), EVENT["at"], EVENT["at"]])
    return found


async def test_a_database_of_the_first_version_is_copied_and_goes_on_where_it_was(path: Path) -> None:
    store = await asyncio.to_thread(open_store, path)

    conversation = await store.read(lambda records: records.conversations.get(thread().conversation))
    kept = await store.write(lambda records: records.inbox.take_kept(thread().conversation))
    await store.close()
    assert conversation is not None
    assert (conversation.epoch, conversation.run, conversation.muted) == (3, run().id, False)
    assert [(event.text, event.person, event.addressed, event.earlier) for event in kept] == [
        ("and hotels", ANN, True, ())
    ]
    backup = path.with_name(f"x.db.before-{HEAD}.bak")
    assert (version_of(path), version_of(backup)) == (HEAD, "0001")


@pytest.mark.parametrize("person", ["U1", "U2"])
async def test_what_concerns_a_person_is_found_in_a_database_of_the_first_version(path: Path, person: str) -> None:
    store = await asyncio.to_thread(open_store, path)

    found = await store.read(lambda records: records.conversations.theirs(person, adapter="console", workspace="home"))
    await store.close()

    [summary] = found
    assert (summary.title, summary.status, summary.waiting) == ("plan a trip", RunStatus.INPUT_REQUIRED, True)


async def test_nobody_is_awaited_by_a_request_that_was_closed_in_the_first_version(path: Path) -> None:
    store = await asyncio.to_thread(open_store, path)
    await store.close()

    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT person, request FROM awaited ORDER BY person").fetchall()

    assert rows == [("console:home:U1", "q1"), ("console:home:U2", "q1")]
