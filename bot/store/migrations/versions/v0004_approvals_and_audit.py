"""Records of what was approved and what of it ran, the audit log, and what people use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text, UniqueConstraint

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATES = {"approve": "approved", "reject": "denied"}


def upgrade() -> None:
    """Add the tables, and a record for every item of an approval that there is."""
    number = BigInteger().with_variant(Integer(), "sqlite")
    op.create_table(
        "approvals",
        Column("number", number, primary_key=True, autoincrement=True),
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
    op.create_index("approvals_run", "approvals", ["run", "number"])
    op.add_column("outbox", Column("sent_at", Text))
    op.create_table(
        "audit",
        Column("number", number, primary_key=True, autoincrement=True),
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
    where = sa.text("action = 'refused'")
    columns = ["conversation", "person", "at"]
    op.create_index("audit_refused", "audit", columns, sqlite_where=where, postgresql_where=where)
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb} BEFORE {verb.upper()} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
            )
    op.create_table(
        "usage",
        Column("day", Text, primary_key=True),
        Column("scope", Text, primary_key=True),
        Column("runs", Integer, nullable=False),
        Column("tokens", BigInteger, nullable=False),
    )
    _count_what_works()
    _take_over()


def _count_what_works() -> None:
    """Let the index of working runs say whose they are."""
    op.drop_index("runs_working", "runs")
    where = sa.text("status = 'working'")
    columns = ["conversation", "starter", "team", "status"]
    op.create_index("runs_working", "runs", columns, sqlite_where=where, postgresql_where=where)


def _take_over() -> None:
    """Give the approvals of before their records, so that what waits for a decision, or was approved, may still run.

    Those of runs that are over run nothing more. Nothing was sealed then, and every code and every call was asked for.
    """
    found = _rows(
        "SELECT requests.id, requests.number FROM requests JOIN runs ON runs.id = requests.run"
        " WHERE runs.status IN ('working', 'input_required') AND requests.status <> 'cancelled'"
        " ORDER BY requests.number"
    )
    # One after the other: what is asked for, and files that came with an answer, may be megabytes.
    for known in found:
        select = "SELECT run, status, request, answer FROM requests WHERE number = :number"
        [row] = _rows(select, number=known["number"])
        request = json.loads(row["request"])
        if request["kind"] == "approval":
            answer = json.loads(row["answer"]) if row["answer"] is not None else {}
            for record in _records(request, row["status"], answer):
                _add(request=known["id"], run=row["run"], **record)


def _records(request: dict[str, Any], status: str, answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the records of a request's items: two for one in whose place a person put something else."""
    items = request.get("items") or []
    given = request.get("decided") if status == "open" else answer.get("decisions")
    decisions = [*(given or []), *[None] * len(items)][: len(items)]
    for place, (item, decision) in enumerate(zip(items, decisions, strict=True)):
        common = {"place": place, "kind": item["kind"], "title": json.dumps(item["title"])}
        state = _state(status, decision)
        by = (answer.get("by") or {}).get("id", "") if state != "pending" else ""
        decided = {"decided_by": by, "decided_at": answer.get("at") if state != "pending" else None}
        changed = (decision or {}).get("content") if state == "approved" else None
        if changed is None or changed == item["content"]:
            yield {**common, **decided, "sha256": item["sha256"], "state": state}
        else:
            yield {**common, **decided, "sha256": item["sha256"], "state": "replaced"}
            yield {**common, **decided, "sha256": _hashed(changed), "state": state}


def _state(status: str, decision: dict[str, Any] | None) -> str:
    if decision is None:
        return "pending" if status == "open" else "denied"
    return _STATES[decision["verdict"]] if status in ("open", "answered") else "denied"


def _hashed(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _add(**values: Any) -> None:
    row = {"seal": "", "policy": "always", "claims": 0, "effect": "", **values}
    names = ", ".join(row)
    bound = ", ".join(f":{name}" for name in row)
    op.get_bind().execute(sa.text(f"INSERT INTO approvals ({names}) VALUES ({bound})"), row)  # noqa: S608 - our own names


def _rows(select: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(select), values).mappings()]
