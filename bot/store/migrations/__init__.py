"""Alembic's migrations, numbered, only ever added. `bot.store.upgrade` runs them; there is no alembic.ini."""
