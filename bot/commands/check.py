"""`threadfast check`: settings, store, models, sandbox, teams and platforms, one line each. Only reads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.commands.checks import Found
    from bot.config import Settings


def check() -> None:
    """Check settings, store, models, sandbox, teams and platforms; what is wrong is said with how to mend it.

    Works beside a running engine. Exit status: 0 when everything that is needed works, else 1.
    """
    from bot.commands.begin import begin
    from bot.config import settings_file
    from bot.logs import clean

    settings = begin()
    typer.echo(f"settings  ok     {settings_file() or 'the environment and defaults; no threadfast.yaml'}")
    wrong = False
    for name, found in _checks(settings):
        state = "ok" if found.ok else "WRONG" if found.needed else "note"
        typer.echo(clean(f"{name:9} {state:6} {found.words}"))
        wrong = wrong or state == "WRONG"
    raise typer.Exit(1 if wrong else 0)


def _checks(settings: Settings) -> Iterator[tuple[str, Found]]:
    from bot.commands import checks

    yield "store", asyncio.run(checks.store(settings))
    for found in asyncio.run(checks.models(settings)):
        yield "models", found
    yield "sandbox", checks.sandbox(settings)
    yield "teams", checks.teams(settings)
    for found in asyncio.run(checks.slack(settings)):
        yield "slack", found
    for found in asyncio.run(checks.discord(settings)):
        yield "discord", found
