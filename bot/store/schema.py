"""The tables, portable between SQLite and PostgreSQL: integers, text, and JSON as text (see `bot.store.codec`).

Times are text of fixed width in UTC, so they sort as text. What is looked for again and again among many rows (a
working run, an unsent post, a due timer) has a partial index, so rows that wait for people cost nothing there.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint

metadata = MetaData()
# SQLite numbers rows by itself only where the primary key is exactly INTEGER.
_Number = BigInteger().with_variant(Integer(), "sqlite")


def _number(name: str) -> Column[int]:
    return Column(name, _Number, primary_key=True, autoincrement=True)


def _partial(name: str, *columns: Column[str], where: sa.ColumnElement[bool]) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def _word(status: str) -> sa.ColumnElement[str]:
    # A literal, not a parameter: only so can the database see that a partial index applies.
    return sa.literal_column(f"'{status}'", Text)


inbox = Table(
    "inbox",
    metadata,
    _number("number"),
    Column("adapter", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("message", Text),
    Column("event", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("kept_at", Text),
    Column("used_at", Text),
    UniqueConstraint("adapter", "delivery", name="inbox_delivery"),
    UniqueConstraint("conversation", "message", name="inbox_message"),
)
KEPT = sa.and_(inbox.c.kept_at.is_not(None), inbox.c.used_at.is_(None))
"""A message that waits for the next text request or the next run."""
_partial("inbox_kept", inbox.c.conversation, where=KEPT)

timers = Table(
    "timers",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("conversation", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("used_at", Text),
)
RUNNING = timers.c.used_at.is_(None)
"""A timer that has not been taken yet."""
_partial("timers_due", timers.c.due_at, where=RUNNING)
_partial("timers_conversation", timers.c.conversation, timers.c.due_at, where=RUNNING)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("team", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("run", Text),
    Column("muted", Integer, nullable=False, server_default="0"),
)

runs = Table(
    "runs",
    metadata,
    _number("number"),
    Column("id", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("pinned", Text, nullable=False),
    Column("opening", Text, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("stop_reason", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("starter", Text, nullable=False, server_default=""),
    Column("title", Text, nullable=False, server_default='""'),
    UniqueConstraint("id", name="runs_id"),
)
WORKING = runs.c.status == _word("working")
"""A run that has something to do."""
FINAL = runs.c.status.in_([_word("completed"), _word("failed"), _word("cancelled")])
"""A run that is never moved again."""
WAITING = runs.c.status == _word("input_required")
"""A run that waits for people."""
Index("runs_conversation", runs.c.conversation, runs.c.number)
Index("runs_starter", runs.c.starter, runs.c.number)
# With all that counting them asks for, so that it looks at no row: those hold what runs were started with.
_partial("runs_working", runs.c.conversation, runs.c.starter, runs.c.team, runs.c.status, where=WORKING)
# With the status, or the planner would prefer the index above, which holds all that a person ever started.
_partial("runs_waiting", runs.c.starter, runs.c.status, runs.c.number, where=WAITING)

requests = Table(
    "requests",
    metadata,
    _number("number"),
    Column("id", Text, nullable=False),
    Column("run", Text, ForeignKey("runs.id"), nullable=False),
    Column("conversation", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("answer", Text),
    UniqueConstraint("id", name="requests_id"),
    UniqueConstraint("run", "key", name="requests_key"),
)
OPEN = requests.c.status == _word("open")
"""A request that nobody has answered yet."""
REPLAYED = requests.c.status.in_([_word("answered"), _word("expired")])
"""A request that a replay gets an answer to."""
Index("requests_conversation", requests.c.conversation, requests.c.number)
_partial("requests_open", requests.c.conversation, where=OPEN)

awaited = Table(
    "awaited",
    metadata,
    Column("person", Text, primary_key=True),
    Column("request", Text, primary_key=True),
)
"""Whom open requests name as those who may answer; `person` as in `runs.starter`: `adapter:workspace:id`."""
Index("awaited_request", awaited.c.request)

effects = Table(
    "effects",
    metadata,
    _number("number"),
    Column("run", Text, ForeignKey("runs.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("completed", Integer, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    UniqueConstraint("run", "key", name="effects_key"),
)
STARTED = effects.c.state == _word("started")
"""An effect whose outcome is not known."""

outbox = Table(
    "outbox",
    metadata,
    _number("number"),
    Column("key", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("run", Text),
    Column("post", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("platform_id", Text),
    Column("reason", Text, nullable=False),
    Column("sent_at", Text),
    UniqueConstraint("key", name="outbox_key"),
)
UNSENT = outbox.c.status.in_([_word("pending"), _word("sending")])
"""A post that the platform may not have yet."""
SENT = outbox.c.status == _word("sent")
"""A post that the platform has."""
_partial("outbox_unsent", outbox.c.conversation, outbox.c.number, where=UNSENT)
_partial("outbox_run", outbox.c.run, where=outbox.c.run.is_not(None))
_partial("outbox_sent", outbox.c.conversation, outbox.c.platform_id, outbox.c.number, where=SENT)

deliveries = Table(
    "deliveries",
    metadata,
    _number("number"),
    Column("adapter", Text, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("handled_at", Text),
    UniqueConstraint("adapter", "delivery", name="deliveries_delivery"),
)
UNHANDLED = deliveries.c.handled_at.is_(None)
"""A delivery that its adapter has still to work on."""
_partial("deliveries_unhandled", deliveries.c.adapter, deliveries.c.number, where=UNHANDLED)

default_teams = Table(
    "default_teams",
    metadata,
    Column("adapter", Text, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("team", Text, nullable=False),
)

installations = Table(
    "installations",
    metadata,
    Column("adapter", Text, primary_key=True),
    Column("workspace", Text, primary_key=True),
    Column("sealed", Text, nullable=False),
)

steered = Table(
    "steered",
    metadata,
    Column("conversation", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("said_at", Text, nullable=False),
)
"""When a conversation was last stopped, and last muted."""

places = Table(
    "places",
    metadata,
    Column("adapter", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""Where adapters listen, and up to where everything that was said there is recorded."""

notes = Table(
    "notes",
    metadata,
    Column("adapter", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("text", Text, nullable=False),
)
"""Short texts that adapters keep for themselves; two names of adapters that there are not are the store's own."""
EPOCHS = "-epochs"
"""The store's notes on deleted conversations: how far their epochs had come."""
WISHES = "-wishes"
"""The store's notes on conversations that are to be deleted."""

approvals = Table(
    "approvals",
    metadata,
    _number("number"),
    Column("request", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("run", Text, ForeignKey("runs.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("seal", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Text),
    Column("claims", Integer, nullable=False),
    Column("effect", Text, nullable=False),
    UniqueConstraint("request", "place", "sha256", name="approvals_item"),
)
"""What may run: one row for each item of an approval, and one for what a person put in its place."""
Index("approvals_run", approvals.c.run, approvals.c.number)

audit = Table(
    "audit",
    metadata,
    _number("number"),
    Column("at", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
"""Who did what; the database itself refuses to change or delete a row."""
REFUSED = audit.c.action == _word("refused")
"""That somebody may not do something: looked for before the same is added again."""
_partial("audit_refused", audit.c.conversation, audit.c.person, audit.c.at, where=REFUSED)
APPEND_ONLY = tuple(
    f"CREATE TRIGGER audit_no_{verb} BEFORE {verb.upper()} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
    for verb in ("update", "delete")
)
"""SQLite's triggers that keep the audit log as it is."""
for _trigger in APPEND_ONLY:
    sa.event.listen(audit, "after_create", sa.DDL(_trigger).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call] # the library's

usage = Table(
    "usage",
    metadata,
    Column("day", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("runs", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
)
"""What people, channels and teams used on each day (UTC)."""

version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table: read here so that a start at the current version need not import Alembic."""
