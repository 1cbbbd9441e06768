"""The first tables.

Written out rather than taken from `bot.store.schema`, which goes on changing; a test compares the two at the newest
version.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Integer, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _what_people_said()
    _runs()
    _what_runs_record()


def _number() -> Column[int]:
    return Column("number", sa.BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _what_people_said() -> None:
    op.create_table(
        "inbox",
        _number(),
        Column("adapter", Text, nullable=False),
        Column("delivery", Text, nullable=False),
        Column("conversation", Text, nullable=False),
        Column("message", Text),
        Column("event", Text, nullable=False),
        Column("received_at", Text, nullable=False),
        Column("kept_at", Text),
        Column("used_at", Text),
        sa.UniqueConstraint("adapter", "delivery", name="inbox_delivery"),
        sa.UniqueConstraint("conversation", "message", name="inbox_message"),
    )
    _partial("inbox_kept", "inbox", ["conversation"], "kept_at IS NOT NULL AND used_at IS NULL")
    op.create_table(
        "timers",
        Column("kind", Text, primary_key=True),
        Column("ref", Text, primary_key=True),
        Column("conversation", Text, nullable=False),
        Column("due_at", Text, nullable=False),
        Column("used_at", Text),
    )
    _partial("timers_due", "timers", ["due_at"], "used_at IS NULL")
    _partial("timers_conversation", "timers", ["conversation", "due_at"], "used_at IS NULL")


def _runs() -> None:
    op.create_table(
        "conversations",
        Column("id", Text, primary_key=True),
        Column("team", Text, nullable=False),
        Column("language", Text, nullable=False),
        Column("epoch", Integer, nullable=False),
        Column("run", Text),
    )
    op.create_table(
        "runs",
        _number(),
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
        sa.UniqueConstraint("id", name="runs_id"),
    )
    op.create_index("runs_conversation", "runs", ["conversation", "number"])
    _partial("runs_working", "runs", ["conversation"], "status = 'working'")


def _what_runs_record() -> None:
    op.create_table(
        "requests",
        _number(),
        Column("id", Text, nullable=False),
        Column("run", Text, sa.ForeignKey("runs.id"), nullable=False),
        Column("conversation", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("request", Text, nullable=False),
        Column("answer", Text),
        sa.UniqueConstraint("id", name="requests_id"),
        sa.UniqueConstraint("run", "key", name="requests_key"),
    )
    op.create_index("requests_conversation", "requests", ["conversation", "number"])
    _partial("requests_open", "requests", ["conversation"], "status = 'open'")
    op.create_table(
        "effects",
        _number(),
        Column("run", Text, sa.ForeignKey("runs.id"), nullable=False),
        Column("key", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("request", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("value", Text, nullable=False),
        Column("completed", Integer, nullable=False),
        Column("started_at", Text, nullable=False),
        Column("ended_at", Text),
        sa.UniqueConstraint("run", "key", name="effects_key"),
    )
    op.create_table(
        "outbox",
        _number(),
        Column("key", Text, nullable=False),
        Column("conversation", Text, nullable=False),
        Column("run", Text),
        Column("post", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("platform_id", Text),
        Column("reason", Text, nullable=False),
        sa.UniqueConstraint("key", name="outbox_key"),
    )
    _partial("outbox_unsent", "outbox", ["conversation", "number"], "status IN ('pending', 'sending')")
    _partial("outbox_run", "outbox", ["run"], "run IS NOT NULL")
