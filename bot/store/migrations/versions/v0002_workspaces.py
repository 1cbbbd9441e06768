"""Deliveries as they came, what is kept of workspaces, threads that are muted, and a person's list of conversations.

What the last needs of the runs and open requests that are recorded already is taken from their rows.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Integer, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TITLE_CHARS = 100


def upgrade() -> None:
    """Add the tables and columns."""
    op.add_column("conversations", Column("muted", Integer, nullable=False, server_default="0"))
    _deliveries()
    _workspaces()
    _who_started_runs()
    _whom_requests_name()


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _deliveries() -> None:
    number = sa.BigInteger().with_variant(Integer(), "sqlite")
    op.create_table(
        "deliveries",
        Column("number", number, primary_key=True, autoincrement=True),
        Column("adapter", Text, nullable=False),
        Column("delivery", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("received_at", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("handled_at", Text),
        sa.UniqueConstraint("adapter", "delivery", name="deliveries_delivery"),
    )
    _partial("deliveries_unhandled", "deliveries", ["adapter", "number"], "handled_at IS NULL")


def _workspaces() -> None:
    op.create_table(
        "default_teams",
        Column("adapter", Text, primary_key=True),
        Column("workspace", Text, primary_key=True),
        Column("channel", Text, primary_key=True),
        Column("team", Text, nullable=False),
    )
    op.create_table(
        "installations",
        Column("adapter", Text, primary_key=True),
        Column("workspace", Text, primary_key=True),
        Column("sealed", Text, nullable=False),
    )


def _who_started_runs() -> None:
    op.add_column("runs", Column("starter", Text, nullable=False, server_default=""))
    op.add_column("runs", Column("title", Text, nullable=False, server_default='""'))
    # One after the other: an opening may hold files of megabytes.
    for number in _rows("SELECT number FROM runs"):
        [row] = _rows("SELECT conversation, started_by, opening FROM runs WHERE number = :number", **number)
        starter = _person(row["conversation"], json.loads(row["started_by"])["id"])
        title = json.dumps(_title(json.loads(row["opening"])))
        _change(
            "UPDATE runs SET starter = :starter, title = :title WHERE number = :number",
            starter=starter,
            title=title,
            **number,
        )
    op.create_index("runs_starter", "runs", ["starter", "number"])
    _partial("runs_waiting", "runs", ["starter", "status", "number"], "status = 'input_required'")


def _whom_requests_name() -> None:
    op.create_table("awaited", Column("person", Text, primary_key=True), Column("request", Text, primary_key=True))
    op.create_index("awaited_request", "awaited", ["request"])
    for row in _rows("SELECT id, conversation, request FROM requests WHERE status = 'open'"):
        for person in dict.fromkeys(json.loads(row["request"]).get("may_answer", ())):
            named = _person(row["conversation"], person)
            _change("INSERT INTO awaited (person, request) VALUES (:person, :request)", person=named, request=row["id"])


def _rows(select: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(select), values).mappings()]


def _change(statement: str, **values: Any) -> None:
    op.get_bind().execute(sa.text(statement), values)


def _person(conversation: str, person: str) -> str:
    adapter, workspace, *_ = conversation.split(":", 2)
    return f"{adapter}:{workspace}:{person}"


def _title(opening: Any) -> str:
    words = next((" ".join(line.split()) for line in opening["text"].splitlines() if line.strip()), "")
    if not words and opening.get("attachments"):
        words = opening["attachments"][0]["name"]
    return words if len(words) <= _TITLE_CHARS else words[: _TITLE_CHARS - 1].rstrip() + "…"
