"""What Alembic executes: the migrations, on the connection and in the transaction that `bot.store.upgrade` hands in."""

from __future__ import annotations

from alembic import context

# No begin_transaction here: the caller's transaction holds all versions and the version's number together.
context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
