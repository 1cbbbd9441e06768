"""What is asked again and again is answered from an index, whatever number of runs wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import Database, discard
from bot.store.records import (
    conversations,
    deliveries,
    inbox,
    journal,
    outbox,
    places,
    requests,
    runs,
    summaries,
    usage,
    workspaces,
)
from bot.store.upgrade import bring_up

EXPECTED = [
    pytest.param(conversations._UNFINISHED, ["runs_working", "outbox_unsent"], id="unfinished"),
    pytest.param(inbox._DUE, ["timers_due"], id="due timers"),
    pytest.param(inbox._TAKE_DUE, ["timers_conversation"], id="due timers of a conversation"),
    pytest.param(inbox._TAKE_KEPT, ["inbox_kept"], id="kept messages"),
    pytest.param(requests._OPEN_OF, ["requests_open"], id="open requests"),
    pytest.param(requests._NEWEST_OF, ["requests_conversation"], id="newest request"),
    pytest.param(requests._ANSWERED, ["sqlite_autoindex_requests_2"], id="answered requests"),
    pytest.param(requests._GET, ["sqlite_autoindex_requests_1"], id="request"),
    pytest.param(journal._OF, ["sqlite_autoindex_effects_1"], id="journal"),
    pytest.param(outbox._UNSENT, ["outbox_unsent"], id="unsent posts"),
    pytest.param(outbox._ADD_SENDING, ["outbox_unsent"], id="whether a post is the first"),
    pytest.param(outbox._OF, ["outbox_run"], id="transcript"),
    pytest.param(outbox._SENT_AS, ["sqlite_autoindex_outbox_1"], id="sent post"),
    pytest.param(outbox._NEWEST, ["outbox_sent"], id="newest sent post"),
    pytest.param(runs._NEWEST_OF, ["runs_conversation"], id="runs of a conversation"),
    pytest.param(runs._GET, ["sqlite_autoindex_runs_1"], id="run"),
    pytest.param(runs._BEGUN, ["sqlite_autoindex_runs_1"], id="runs by the beginning of their id"),
    pytest.param(deliveries._TAKE, ["deliveries_unhandled"], id="unhandled deliveries"),
    pytest.param(deliveries._DONE, ["sqlite_autoindex_deliveries_1"], id="handled delivery"),
    pytest.param(places._OF, ["sqlite_autoindex_places_1"], id="an adapter's places"),
    pytest.param(places._READ, ["sqlite_autoindex_notes_1"], id="an adapter's note"),
    pytest.param(workspaces._DEFAULT, ["sqlite_autoindex_default_teams_1"], id="default team"),
    pytest.param(summaries._NAMED, ["awaited", "sqlite_autoindex_requests_1"], id="requests that name a person"),
    pytest.param(summaries._WAITING, ["runs_waiting"], id="a person's runs that wait"),
    pytest.param(summaries._NEWEST, ["runs_starter"], id="a person's newest conversations"),
    pytest.param(summaries._OF, ["sqlite_autoindex_conversations_1", "sqlite_autoindex_runs_1"], id="summary"),
    pytest.param(summaries._OPEN_OF, ["requests_open"], id="what a summary waits for"),
    pytest.param(requests._AWAIT_NO_MORE, ["awaited_request"], id="whom a request names"),
    pytest.param(usage._WORKING, ["COVERING INDEX runs_working"], id="how many runs work"),
    pytest.param(usage._USED, ["sqlite_autoindex_usage_1"], id="what was used on a day"),
    pytest.param(usage._SPANS, ["sqlite_autoindex_effects_1"], id="how long a run has worked"),
    pytest.param(runs._HOW_MANY, ["sqlite_autoindex_runs_1"], id="number of runs"),
]

LIMITED = ["SCAN newest"]
"""Parts of a statement that were found by an index and have a limit of their own."""


@pytest.fixture(scope="module")
def connection() -> Iterator[sa.Connection]:
    memory = Database(path=None)
    opened = memory.connect()
    bring_up(memory, opened)
    yield opened
    discard(opened)


@pytest.mark.parametrize(("statement", "indexes"), EXPECTED)
def test_a_frequent_question_is_answered_from_its_index(
    connection: sa.Connection, statement: sa.ClauseElement, indexes: list[str]
) -> None:
    plan = plan_of(connection, statement)

    for index in indexes:
        assert index in plan
    assert not [
        line for line in plan.splitlines() if line.startswith("SCAN") and "INDEX" not in line and line not in LIMITED
    ]


def plan_of(connection: sa.Connection, statement: sa.ClauseElement) -> str:
    compiled: Any = statement.compile(connection, compile_kwargs={"render_postcompile": True})
    with connection.begin():
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(compiled.params.values()))
        return "\n".join(str(row[3]) for row in found)
