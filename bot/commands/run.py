"""`threadfast run`: serve every platform that is set up."""

from __future__ import annotations

import typer

USAGE = 2


def run() -> None:
    """Serve every chat platform that is set up. This version has none yet: use `threadfast chat`."""
    from bot.commands.begin import begin

    begin()
    typer.echo(
        "No chat platform is set up: there is no setting with a platform's token, and this version knows none. "
        "`threadfast chat` talks with a team in this terminal.",
        err=True,
    )
    raise typer.Exit(USAGE)
