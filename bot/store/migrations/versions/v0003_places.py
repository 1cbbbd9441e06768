"""Where adapters listen and how far they have come there, when people stopped or muted, and adapters' notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, and the index by which the newest shown post of a conversation is found."""
    op.create_table(
        "places",
        Column("adapter", Text, primary_key=True),
        Column("place", Text, primary_key=True),
        Column("position", BigInteger, nullable=False),
    )
    op.create_table(
        "steered",
        Column("conversation", Text, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("said_at", Text, nullable=False),
    )
    op.create_table(
        "notes",
        Column("adapter", Text, primary_key=True),
        Column("name", Text, primary_key=True),
        Column("text", Text, nullable=False),
    )
    sent = sa.text("status = 'sent'")
    columns = ["conversation", "platform_id", "number"]
    op.create_index("outbox_sent", "outbox", columns, sqlite_where=sent, postgresql_where=sent)
